/** Which ballots a voter may fill in: the elector that a code belongs to, election by election. */
import type { Assembly, AssemblyItem, OwnEntry } from '@/api/voting'
import { privateKey } from '@/voting/credentials'
import type { Pinned } from '@/voting/manifest'
import { Untrusted } from '@/api/wire'
import { fetchPinned, itemsOnBallot } from './record'
import type { VotingParts } from './parts'

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

/** What a code opens: an elector's slips, and behind the code the secret exponent of each election by its uuid. */
export interface Opened {
  slips: readonly Slip[]
  secrets: ReadonlyMap<string, bigint>
}

/**
 * Opens the slips of the one elector whose code this is, on every roll. Throws `Untrusted` with the rule
 * `credential-mismatch` where it is none of the caller's.
 */
export function openSlips(slips: readonly Slip[], code: string): Opened {
  const secrets = secretsOf(slips, code)
  const pseudonym = slips.find((slip) => isOf(slip, secrets))?.pseudonym
  const own = slips.filter((slip) => slip.pseudonym === pseudonym)
  if (own.length === 0 || !own.every((slip) => isOf(slip, secrets))) {
    throw new Untrusted('credential-mismatch', 'the code is that of no elector of the caller')
  }
  return { slips: own, secrets }
}

function secretsOf(slips: readonly Slip[], code: string): Map<string, bigint> {
  const uuids = new Set(slips.map(({ pinned }) => pinned.manifest.uuid))
  return new Map(Array.from(uuids, (uuid) => [uuid, privateKey(code, uuid)]))
}

function isOf(
  { pinned: { election, roll }, pseudonym }: Slip,
  secrets: ReadonlyMap<string, bigint>,
): boolean {
  const secret = secrets.get(election.uuid)
  const listed = roll.electors.get(pseudonym)?.credential
  return secret !== undefined && listed === election.group.powerG(secret)
}
