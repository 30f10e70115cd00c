/** Voting's parts in the app: its server, its storage, the system's chance and clock. */
import { voting } from '@/api/voting'
import { newKey, randomBytes } from '@/platform/random'
import { secretsOf } from '@/platform/storage'
import { session } from '@/stores/session'
import type { VotingParts } from './parts'

/** The parts for who is signed in; null for nobody. */
export function appParts(): VotingParts | null {
  const accountId = session.session?.accountId
  if (!accountId) return null
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
  return {
    calls: voting,
    accountId,
    secrets: secretsOf(accountId),
    draw: randomBytes,
    newKey,
    pause,
    now: Date.now,
  }
}

/** The same for a page that shows its content to somebody signed in alone. Throws RangeError for nobody. */
export function neededParts(): VotingParts {
  const parts = appParts()
  if (!parts) throw new RangeError('nobody is signed in')
  return parts
}
