/** Making this device's keys at the sign-in, by code that only then is loaded. */
import { watch } from 'vue'
import { CallFailed } from '@/api/wire'
import { secretsOf } from '@/platform/storage'
import { session } from './session'

/** Where the keys are kept among the account's secrets. */
export const DEVICE = 'device'

/** Makes and registers the keys of whoever signs in here, unless that was done. Called once, at launch. */
export function makeKeysAtSignIn(): void {
  watch(() => session.session?.accountId, prepare, { immediate: true })
}

async function prepare(accountId: string | undefined): Promise<void> {
  if (!accountId || isRegistered(accountId)) return
  const [{ appParts }, { registeredDevice }] = await Promise.all([
    import('./voting/appParts'),
    import('./voting/device'),
  ])
  const parts = appParts()
  if (!parts) return
  try {
    await registeredDevice(parts)
  } catch (reason) {
    if (!(reason instanceof CallFailed)) throw reason // else it is done when the keys are needed
  }
}

function isRegistered(accountId: string): boolean {
  const kept = secretsOf(accountId).read(DEVICE)
  return kept !== undefined && (JSON.parse(kept) as { id: string | null }).id !== null
}
