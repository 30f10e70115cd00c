/** Verifying both boards of an election against everything that was fixed, with progress. */
import type { Assembly } from '@/api/voting'
import { fetchPinned } from '@/stores/voting/record'
import { VerificationError } from '@/voting/errors'
import type { Pinned } from '@/voting/manifest'
import type { Archives } from '@/voting/recordChecks'
import { recordOf } from '@/voting/recordWork'
import { type Document, verifyStatement } from '@/voting/signing'
import { type BoardCopy, checkOnBoard, updateBoard } from './board'
import { type OfficeParts, type OnProgress, type Seat, Withheld } from './parts'

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
  place: Seat,
  uuid: string,
  onProgress?: OnProgress,
): Promise<VerifiedElection> {
  const pinned = await fetchPinned(parts, uuid, place.assembly)
  const copy = await updateBoard(parts, place, pinned.manifest, (share) => onProgress?.(share * FETCHING))
  const { heads, area } = copy.archives
  const archives = await parts.verify(recordOf(pinned, heads, area), (share) =>
    onProgress?.(FETCHING + share * (1 - FETCHING)),
  )
  return { pinned, copy, archives }
}

/** Spreads the progress of several elections over one bar. */
export function partOf(onProgress: OnProgress | undefined, place: number, count: number): OnProgress {
  return (share) => onProgress?.((place + share) / count)
}

/** Verifies every co-signed head: by an auditor of the manifest, and on these boards. */
export async function checkCosignatures(parts: OfficeParts, verified: VerifiedElection): Promise<number> {
  const { manifest } = verified.pinned
  const signed = await parts.office.cosignatures(manifest.uuid)
  for (const { key, document, signature } of signed) {
    if (!manifest.auditors.some((auditor) => auditor.key === key)) {
      throw new VerificationError('cosignature', "a head is co-signed by a key that is no auditor's")
    }
    verifyStatement(key, 'cosign', document as Document, signature)
    await checkOnBoard(parts, verified.copy, document as Document)
  }
  return signed.length
}
