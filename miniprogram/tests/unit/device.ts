/** A device in memory, as far as the app's stores ask uni for one. */
import { vi } from 'vitest'

/** Puts an empty device in the place of `uni`, and returns what it keeps. */
export function emptyDevice(): Map<string, unknown> {
  const kept = new Map<string, unknown>()
  vi.stubGlobal('uni', {
    getStorageSync: (name: string) => kept.get(name) ?? '',
    setStorageSync: (name: string, value: unknown) => void kept.set(name, value),
    removeStorageSync: (name: string) => void kept.delete(name),
  })
  return kept
}
