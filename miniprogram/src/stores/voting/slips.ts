/** Which ballots a voter may fill in: the elector that a code belongs to, election by election. */
import type { Assembly, AssemblyItem, OwnEntry } from '@/api/voting'
import { publicCredential } from '@/voting/credentials'
import { VerificationError } from '@/voting/errors'
import type { Pinned } from '@/voting/manifest'
import { Untrusted } from '@/api/wire'
import { fetchPinned, itemsOnBallot } from './record'
import { type VotingParts, trusting } from './parts'

/** Why an elector cannot cast in an election, or that it can. */
export type Standing = 'open' | 'voted' | 'paper'

/** One election, as one elector may vote in it. */
export interface Slip {
  pinned: Pinned
  pseudonym: string
  labels: readonly string[]
  /** The items with the texts that were posted, in the order of the ballot. */
  items: readonly AssemblyItem[]
  standing: Standing
  /** Ballots that were cast so far. */
  casts: number
  /** How often the ballot may still be replaced, this time included; null before the first. */
  changesLeft: number | null
}

/** Fetches the slips of every elector for whom the caller stands. Rejects with a `CallFailed`. */
export async function fetchSlips(
  parts: VotingParts,
  assembly: Assembly,
  entries: readonly OwnEntry[],
): Promise<Slip[]> {
  const wanted = entries.flatMap((entry) => entry.elections.map((election) => ({ entry, election })))
  return Promise.all(
    wanted.map(async ({ entry, election }) => {
      const pinned = await fetchPinned(parts, election.uuid, assembly.id)
      const { casts, channel } = election
      const left = pinned.manifest.maxChanges - casts + 1
      return {
        pinned,
        pseudonym: entry.pseudonym,
        labels: entry.labels,
        items: itemsOnBallot(assembly, pinned.manifest),
        standing: standingOf(channel, left),
        casts,
        changesLeft: casts === 0 ? null : left,
      }
    }),
  )
}

function standingOf(channel: string | null, left: number): Standing {
  if (channel === 'paper') return 'paper'
  return left > 0 ? 'open' : 'voted'
}

/**
 * Returns the slips that a code opens: those of the one elector whose credential it is on every roll. Throws
 * `Untrusted` with the rule `credential-mismatch` where it is none of the caller's.
 */
export function slipsOfCode(slips: readonly Slip[], code: string): Slip[] {
  const credentials = new Map<string, bigint>()
  const isOfCode = ({ pinned: { manifest, roll }, pseudonym }: Slip): boolean => {
    const { uuid } = manifest
    const own = credentials.get(uuid) ?? publicCredential(code, uuid)
    credentials.set(uuid, own)
    return roll.electors.get(pseudonym)?.credential === own
  }
  const pseudonym = slips.find(isOfCode)?.pseudonym
  const own = slips.filter((slip) => slip.pseudonym === pseudonym)
  if (own.length === 0) throw new Untrusted('credential-mismatch', 'no elector of the caller has this code')
  trusting(() => checkAll(own, isOfCode))
  return own
}

function checkAll(slips: readonly Slip[], isOfCode: (slip: Slip) => boolean): void {
  if (!slips.every(isOfCode)) {
    throw new VerificationError('credential-mismatch', 'the rolls name different credentials of one elector')
  }
}
