/** Making this device's keys at the sign-in, by code that only then is loaded. */
import { watch } from 'vue'
import { secretsOf } from '@/platform/storage'
import { deviceCode } from '@/platform/votingCode'
import { session } from './session'

/** Where the keys are kept among the account's secrets. */
export const DEVICE = 'device'

/** Makes and registers the keys of whoever signs in here, unless that was done. Called once, at launch. */
export function makeKeysAtSignIn(): void {
  watch(() => session.session?.accountId, prepare, { immediate: true })
}

async function prepare(accountId: string | undefined): Promise<void> {
  if (!accountId || isRegistered(accountId)) return
  const { makeKeys } = await deviceCode()
  await makeKeys()
}

function isRegistered(accountId: string): boolean {
  const kept = secretsOf(accountId).read(DEVICE)
  return kept !== undefined && (JSON.parse(kept) as { id: string | null }).id !== null
}
