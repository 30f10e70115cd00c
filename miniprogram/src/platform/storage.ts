/**
 * What stays on the device. Plain settings are kept under their name. Secrets (device keys, voting codes)
 * are kept under the account that signed in, so that the next person on a shared phone does not find them
 * under their own; they are never sent, logged or put into a link.
 */

/** Reads a kept value; undefined where there is none. */
export function read<T>(name: string): T | undefined {
  const found: unknown = uni.getStorageSync(name)
  return found === '' || found === undefined || found === null ? undefined : (found as T)
}

/** Keeps a value until it is removed. */
export function keep(name: string, value: unknown): void {
  uni.setStorageSync(name, value)
}

export function remove(name: string): void {
  uni.removeStorageSync(name)
}

/** The secrets of one account on this device. */
export interface Secrets {
  read(name: string): string | undefined
  keep(name: string, secret: string): void
  erase(name: string): void
}

/** Opens the secrets of the account that is signed in. */
export function secretsOf(accountId: string): Secrets {
  const place = (name: string): string => `secret/${accountId}/${name}`
  return {
    read: (name) => read<string>(place(name)),
    keep: (name, secret) => keep(place(name), secret),
    erase: (name) => remove(place(name)),
  }
}
