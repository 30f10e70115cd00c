/**
 * An office's own view of a board: fetched piece by piece, never shortened, never rewritten
 * (backend/tools/mirror.py). The device keeps the last head that the server signed; the bytes stay in memory and
 * are fetched again after a restart, and must then still hold the head that was kept.
 */
import type { ChainName } from '@/api/offices'
import type { SignedStatement } from '@/api/voting'
import { keepJson, readKept } from '@/stores/voting/parts'
import { ArchiveReader, BoardEvent } from '@/voting/archive'
import { concatBytes } from '@/voting/bytes'
import { VerificationError } from '@/voting/errors'
import type { Manifest } from '@/voting/manifest'
import { type Document, verifyStatement } from '@/voting/signing'
import type { Work } from '@/voting/work'
import { type OfficeParts, type OnProgress, type Seat, secretsOfPlace, working } from './parts'

export const CHAINS: readonly ChainName[] = ['heads', 'area']
const PIECE_BYTES = 1 << 20

/** The last event of one chain, and the length of its archive in bytes. */
export interface Tip {
  height: number
  hash: string
  bytes: number
}

/** The server's statement of where both chains stand; its signature was verified. */
export interface SignedHead {
  document: Document
  signature: string
  tips: Record<ChainName, Tip>
}

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

/** Reads a head and verifies it under the server's key that the manifest names; throws VerificationError. */
export function readHead({ document, signature }: SignedStatement, manifest: Manifest): SignedHead {
  const read = document as Document
  verifyStatement(manifest.serverKey, 'board-head', read, signature)
  if (read['uuid'] !== manifest.uuid || read['drill'] !== manifest.drill) {
    throw new VerificationError('board-head', `this head is not of election ${manifest.uuid}`)
  }
  return { document: read, signature, tips: { heads: tipOf(read['heads']), area: tipOf(read['area']) } }
}

function tipOf(value: unknown): Tip {
  const { height, hash, bytes } = (value ?? {}) as Partial<Tip>
  if (!Number.isSafeInteger(height) || !Number.isSafeInteger(bytes) || typeof hash !== 'string') {
    throw new VerificationError('board-head', 'this is not a signed head of a board')
  }
  return { height: height as number, hash, bytes: bytes as number }
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
    const archives = await fetchArchives(parts, manifest.uuid, head, onProgress)
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

async function fetchArchives(
  { office }: OfficeParts,
  uuid: string,
  head: SignedHead,
  onProgress?: OnProgress,
): Promise<Record<ChainName, Uint8Array>> {
  const known = fetched.get(uuid)
  const total = head.tips.heads.bytes + head.tips.area.bytes
  let done = 0
  const rest = async (chain: ChainName): Promise<Uint8Array> => {
    const end = head.tips[chain].bytes
    const pieces = [known?.[chain] ?? new Uint8Array(0)]
    for (let start = (pieces[0] as Uint8Array).length; start < end; start += PIECE_BYTES) {
      pieces.push(await office.archive(uuid, chain, start, Math.min(end, start + PIECE_BYTES)))
      done += Math.min(end, start + PIECE_BYTES) - start
      onProgress?.(done / total)
    }
    return concatBytes(...pieces)
  }
  return { heads: await rest('heads'), area: await rest('area') }
}

/** Walks an archive in steps; refuses one that does not hold every tip, or does not end in the last. */
function* walking(archive: Uint8Array, chain: ChainName, tips: readonly Tip[]): Work<void> {
  const hashes = new Map<number, string>()
  let last = -1
  for (const { height, hash } of yield* eventsOf(archive, chain)) {
    hashes.set(height, hash)
    last = height
  }
  const end = tips[tips.length - 1] as Tip
  const holdsAll = tips.every((tip) => hashes.get(tip.height) === tip.hash)
  if (!holdsAll || last !== end.height || archive.length !== end.bytes) {
    throw new VerificationError('board-fork', `the ${chain} board is not the one whose heads were signed`)
  }
}

function* eventsOf(archive: Uint8Array, chain: ChainName): Work<{ height: number; hash: string }[]> {
  const found: { height: number; hash: string }[] = []
  let parent: string | null = null
  const reader = new ArchiveReader(archive)
  for (let read = reader.next(); read !== null; read = reader.next()) {
    yield null
    if (read.kind !== 'event') continue
    const event = BoardEvent.parse(read.body)
    if (event.height !== found.length || event.parent !== parent) {
      throw new VerificationError('board-fork', `the ${chain} chain is broken`, `height ${event.height}`)
    }
    found.push({ height: event.height, hash: read.hash })
    parent = read.hash
  }
  return found
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
