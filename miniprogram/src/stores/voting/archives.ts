/**
 * The archives of a board (.bel): fetched piece by piece, walked from the first event to a head that the server
 * signed (backend/tools/mirror.py). For offices, which keep heads, and for owners, who look for their ballot.
 */
import type { ChainName, SignedStatement, VotingCalls } from '@/api/voting'
import { ArchiveReader, BoardEvent, type EventType } from '@/voting/archive'
import { concatBytes } from '@/voting/bytes'
import { VerificationError } from '@/voting/errors'
import type { Manifest } from '@/voting/manifest'
import { type Document, verifyStatement } from '@/voting/signing'
import type { Work } from '@/voting/work'

export const CHAINS: readonly ChainName[] = ['heads', 'area']
const PIECE_BYTES = 1 << 20

/** An event, its hash, and the hash of what it posts. */
export interface WalkedEvent {
  height: number
  hash: string
  type: EventType
  payload: string | null
}

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

/** Reads a head and verifies it under the server's key that the manifest names; throws VerificationError. */
export function readHead({ document, signature }: SignedStatement, manifest: Manifest): SignedHead {
  const read = document as Document
  verifyStatement(manifest.serverKey, 'board-head', read, signature)
  if (read['uuid'] !== manifest.uuid || read['drill'] !== manifest.drill) {
    throw new VerificationError('board-head', `this head is not of election ${manifest.uuid}`)
  }
  return { document: read, signature, tips: { heads: tipOf(read['heads']), area: tipOf(read['area']) } }
}

/** Reads where one chain stands; throws VerificationError. */
export function tipOf(value: unknown): Tip {
  const { height, hash, bytes } = (value ?? {}) as Partial<Tip>
  if (!Number.isSafeInteger(height) || !Number.isSafeInteger(bytes) || typeof hash !== 'string') {
    throw new VerificationError('board-head', 'this is not a signed head of a board')
  }
  return { height: height as number, hash, bytes: bytes as number }
}

interface Fetching {
  /** What was fetched before. */
  known?: Record<ChainName, Uint8Array> | undefined
  onProgress?: ((share: number) => void) | undefined
}

/** Fetches both archives up to a head, piece by piece. Rejects with a `CallFailed`. */
export async function fetchArchives(
  { archive }: Pick<VotingCalls, 'archive'>,
  uuid: string,
  head: SignedHead,
  { known, onProgress }: Fetching = {},
): Promise<Record<ChainName, Uint8Array>> {
  const total = head.tips.heads.bytes + head.tips.area.bytes
  let done = 0
  const rest = async (chain: ChainName): Promise<Uint8Array> => {
    const end = head.tips[chain].bytes
    const pieces = [known?.[chain] ?? new Uint8Array(0)]
    for (let start = (pieces[0] as Uint8Array).length; start < end; start += PIECE_BYTES) {
      pieces.push(await archive(uuid, chain, start, Math.min(end, start + PIECE_BYTES)))
      done += Math.min(end, start + PIECE_BYTES) - start
      onProgress?.(done / total)
    }
    return concatBytes(...pieces)
  }
  return { heads: await rest('heads'), area: await rest('area') }
}

/** Walks an archive in steps; refuses one that does not hold every tip, or does not end in the last. */
export function* walking(archive: Uint8Array, chain: ChainName, tips: readonly Tip[]): Work<WalkedEvent[]> {
  const hashes = new Map<number, string>()
  let last = -1
  const events = yield* eventsOf(archive, chain)
  for (const { height, hash } of events) {
    hashes.set(height, hash)
    last = height
  }
  const end = tips[tips.length - 1] as Tip
  const holdsAll = tips.every((tip) => hashes.get(tip.height) === tip.hash)
  if (!holdsAll || last !== end.height || archive.length !== end.bytes) {
    throw new VerificationError('board-fork', `the ${chain} board is not the one whose heads were signed`)
  }
  return events
}

/** The events of an archive in order; refuses a chain that is broken. */
export function* eventsOf(archive: Uint8Array, chain: ChainName): Work<WalkedEvent[]> {
  const found: WalkedEvent[] = []
  let parent: string | null = null
  const reader = new ArchiveReader(archive)
  for (let read = reader.next(); read !== null; read = reader.next()) {
    yield null
    if (read.kind !== 'event') continue
    const event = BoardEvent.parse(read.body)
    if (event.height !== found.length || event.parent !== parent) {
      throw new VerificationError('board-fork', `the ${chain} chain is broken`, `height ${event.height}`)
    }
    found.push({ height: event.height, hash: read.hash, type: event.type, payload: event.payload })
    parent = read.hash
  }
  return found
}
