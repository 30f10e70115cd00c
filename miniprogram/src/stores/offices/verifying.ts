/** Verifying both boards of an election against everything that was fixed, in slices, with progress. */
import type { Assembly } from '@/api/voting'
import { fetchPinned } from '@/stores/voting/record'
import { type Archives, checkArchives } from '@/voting/recordChecks'
import type { Pinned } from '@/voting/manifest'
import { type VerifiedArchive, verifyingArchive } from '@/voting/verifier'
import type { Work } from '@/voting/work'
import { type BoardCopy, updateBoard } from './board'
import { type OfficeParts, type OnProgress, type Place, Withheld, working } from './parts'

/** One election whose boards were verified a moment ago. */
export interface VerifiedElection {
  pinned: Pinned
  copy: BoardCopy
  archives: Archives
}

/** Fetching counts as this part of the work, proving the ballots as the rest. */
const FETCHING = 0.1

/** The uuids of an assembly's elections. Throws `Withheld` before there are any. */
export function electionsOf(assembly: Assembly): string[] {
  if (assembly.elections.length === 0) throw new Withheld('noElections')
  return assembly.elections.map(({ uuid }) => uuid)
}

/** Fetches and verifies one election whole. Rejects with a `CallFailed` or a VerificationError. */
export async function verifyElection(
  parts: OfficeParts,
  place: Place,
  uuid: string,
  onProgress?: OnProgress,
): Promise<VerifiedElection> {
  const pinned = await fetchPinned(parts, uuid, place.assembly)
  const copy = await updateBoard(parts, place, pinned.manifest, (share) => onProgress?.(share * FETCHING))
  const archives = await working(parts, verifyingBoth(pinned, copy), (share) =>
    onProgress?.(FETCHING + share * (1 - FETCHING)),
  )
  return { pinned, copy, archives }
}

/** Verifies heads in full, then areas, whose ballots are the same; tells of the ballots of the first. */
function* verifyingBoth(pinned: Pinned, { archives }: BoardCopy): Work<Archives> {
  const heads = yield* verifyingArchive(archives.heads)
  const area = yield* quietly(verifyingArchive(archives.area, { proven: heads }))
  const both = { heads, area }
  checkArchives(pinned, both)
  return both
}

/** Does work without telling how far it is. */
function* quietly(work: Work<VerifiedArchive>): Work<VerifiedArchive> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value
    yield null
  }
}

/** Spreads the progress of several elections over one bar. */
export function partOf(onProgress: OnProgress | undefined, place: number, count: number): OnProgress {
  return (share) => onProgress?.((place + share) / count)
}
