/**
 * An office's own view of a board: fetched piece by piece, never shortened, never rewritten
 * (backend/tools/mirror.py). The device keeps the last head that the server signed; the bytes stay in memory and
 * are fetched again after a restart, and must then still hold the head that was kept.
 */
import type { ChainName, SignedStatement } from '@/api/voting'
import {
  CHAINS,
  type SignedHead,
  eventsOf,
  fetchArchives,
  readHead,
  tipOf,
  walking,
} from '@/stores/voting/archives'
import { keepJson, readKept } from '@/stores/voting/parts'
import { VerificationError } from '@/voting/errors'
import type { Manifest } from '@/voting/manifest'
import type { Document } from '@/voting/signing'
import { type OfficeParts, type OnProgress, type Seat, secretsOfPlace, working } from './parts'

/** Both archives up to a signed head. */
export interface BoardCopy {
  head: SignedHead
  archives: Record<ChainName, Uint8Array>
  /** The head that this device had kept before; null at the first visit. */
  before: SignedHead | null
}

const fetched = new Map<string, Record<ChainName, Uint8Array>>()

/** Forgets the bytes of a board in memory, for tests; kept heads stay. */
export function forgetArchives(): void {
  fetched.clear()
}

/** The head that this device kept last; null before the first visit. */
export function keptHead(parts: OfficeParts, place: Seat, manifest: Manifest): SignedHead | null {
  const kept = readKept<SignedStatement>(secretsOfPlace(parts, place), headName(manifest))
  return kept && readHead(kept, manifest)
}

function headName({ uuid }: Manifest): string {
  return `head/${uuid}`
}

/**
 * Fetches both boards up to the head that the server signs now, and keeps that head. Throws VerificationError
 * `board-rollback` or `board-fork` when they do not continue what was kept; both signed heads are then put aside.
 */
export async function updateBoard(
  parts: OfficeParts,
  place: Seat,
  manifest: Manifest,
  onProgress?: OnProgress,
): Promise<BoardCopy> {
  const before = keptHead(parts, place, manifest)
  const head = readHead(await parts.calls.head(manifest.uuid), manifest)
  try {
    if (before) checkGrowth(before, head)
    const known = fetched.get(manifest.uuid)
    const archives = await fetchArchives(parts.calls, manifest.uuid, head, { known, onProgress })
    for (const chain of CHAINS) {
      const tips = before ? [before.tips[chain], head.tips[chain]] : [head.tips[chain]]
      await working(parts, walking(archives[chain], chain, tips))
    }
    keepHead(parts, place, manifest, head)
    fetched.set(manifest.uuid, archives)
    return { head, archives, before }
  } catch (reason) {
    if (reason instanceof VerificationError) putAside(parts, place, manifest, [before, head])
    throw reason
  }
}

function keepHead(parts: OfficeParts, place: Seat, manifest: Manifest, head: SignedHead): void {
  const { document, signature } = head
  keepJson(secretsOfPlace(parts, place), headName(manifest), { document, signature })
}

function checkGrowth(before: SignedHead, after: SignedHead): void {
  for (const chain of CHAINS) {
    const [old, now] = [before.tips[chain], after.tips[chain]]
    if (now.height < old.height || now.bytes < old.bytes) {
      const message = `the ${chain} board went back from height ${old.height} to ${now.height}`
      throw new VerificationError('board-rollback', message)
    }
  }
}

/** Refuses a signed head that is not on the archives, as an auditor's co-signed one must be. */
export async function checkOnBoard(parts: OfficeParts, copy: BoardCopy, document: Document): Promise<void> {
  for (const chain of CHAINS) {
    const { height, hash } = tipOf(document[chain])
    const events = await working(parts, eventsOf(copy.archives[chain], chain))
    if (events[height]?.hash !== hash) {
      throw new VerificationError('board-fork', `a co-signed head is not on this ${chain} board`)
    }
  }
}

/** Two heads that contradict each other, both signed by the server: the proof that it told two stories. */
export function evidenceOf(parts: OfficeParts, place: Seat, uuid: string): string | null {
  return secretsOfPlace(parts, place).read(`evidence/${uuid}`) ?? null
}

function putAside(
  parts: OfficeParts,
  place: Seat,
  { uuid }: Manifest,
  heads: readonly (SignedHead | null)[],
): void {
  const told = heads.flatMap((head) => (head ? [{ document: head.document, signature: head.signature }] : []))
  keepJson(secretsOfPlace(parts, place), `evidence/${uuid}`, { kind: 'conflicting-heads', heads: told })
}
