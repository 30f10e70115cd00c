/** Receipts that this device keeps, and looking for their ballots on the board. */
import type { ChainName, SignedStatement } from '@/api/voting'
import { Refused } from '@/api/wire'
import { VerificationError } from '@/voting/errors'
import type { Manifest } from '@/voting/manifest'
import { type Document, verifyStatement } from '@/voting/signing'
import { inSlices } from '@/voting/work'
import { CHAINS, type WalkedEvent, fetchArchives, readHead, walking } from './archives'
import { type VotingParts, keepJson, readKept, trusting } from './parts'
import { fetchPinned } from './record'

const PLACE = 'receipts'
const NOT_FOUND = 404
/** A page of 60 pictures a second has 16 ms for each. */
const SLICE_MS = 12

/** A ballot that was cast from this device. `receipt` is null where the server's answer never came. */
export interface KeptReceipt {
  assembly: string
  uuid: string
  title: string
  scope: string
  pseudonym: string
  labels: string[]
  tracker: string
  castAt: string
  receipt: SignedStatement | null
  url: string | null
}

/** What a receipt says, once its signature holds. */
interface ReceiptDocument {
  uuid: string
  drill: boolean
  tracker: string
  heads: { height: number; hash: string }
  area: { height: number; hash: string }
}

/** Where a ballot stands, and how far the board had grown when the server last signed. */
export interface OnBoard {
  height: number
  boardHeight: number
}

/** The receipts of the account on this device, the newest first. */
export function keptReceipts({ secrets }: Pick<VotingParts, 'secrets'>): KeptReceipt[] {
  return readKept<KeptReceipt[]>(secrets, PLACE) ?? []
}

/** Keeps a receipt; one with the server's signature takes the place of one without. */
export function keepReceipt(parts: Pick<VotingParts, 'secrets'>, receipt: KeptReceipt): void {
  const others = keptReceipts(parts).filter(({ tracker }) => tracker !== receipt.tracker)
  keepJson(parts.secrets, PLACE, [receipt, ...others])
}

/** Refuses a receipt that the manifest's server did not sign, or that is for another ballot. */
export function checkReceipt(manifest: Manifest, tracker: string, receipt: SignedStatement): void {
  trusting(() => {
    verifyStatement(manifest.serverKey, 'receipt', receipt.document as Document, receipt.signature)
    const { uuid, drill, tracker: told } = receipt.document as unknown as ReceiptDocument
    if (uuid !== manifest.uuid || drill !== manifest.drill || told !== tracker) {
      throw new VerificationError('receipt', "the server's receipt is for another ballot")
    }
  })
}

/**
 * Finds a receipt's ballot where the receipt says that it stands, on a board whose head the server signed. Rejects
 * with a `CallFailed`: `Untrusted` with the rule `receipt-broken` is evidence against the server.
 */
export async function findOnBoard(parts: VotingParts, kept: KeptReceipt): Promise<OnBoard> {
  const { manifest } = await fetchPinned(parts, kept.uuid, kept.assembly)
  if (kept.receipt) checkReceipt(manifest, kept.tracker, kept.receipt)
  const [height, head] = await Promise.all([heightOf(parts, kept), parts.calls.head(kept.uuid)])
  return trusting(() => {
    verifyStatement(manifest.serverKey, 'board-head', head.document as Document, head.signature)
    const { uuid, heads, area } = head.document as unknown as ReceiptDocument
    const told = kept.receipt?.document as unknown as ReceiptDocument | undefined
    const promised = told ? [told.heads.height, told.area.height] : [height, height]
    const isThere = promised.every((one) => one === height) && heads.height >= height && area.height >= height
    if (uuid !== kept.uuid || !isThere) throw broken('the board has the ballot at another place')
    return { height, boardHeight: heads.height }
  })
}

/**
 * Fetches the whole board and walks it: its events must follow each other up to the head that the server signs now,
 * and the ballot must stand on both chains, where the receipt says. Rejects with a `CallFailed` as `findOnBoard`.
 */
export async function walkToBallot(
  parts: VotingParts,
  kept: KeptReceipt,
  onProgress?: (share: number) => void,
): Promise<OnBoard> {
  const { manifest } = await fetchPinned(parts, kept.uuid, kept.assembly)
  if (kept.receipt) checkReceipt(manifest, kept.tracker, kept.receipt)
  const signed = await parts.calls.head(kept.uuid)
  const head = trusting(() => readHead(signed, manifest))
  const archives = await fetchArchives(parts.calls, kept.uuid, head, { onProgress })
  const heights = []
  for (const chain of CHAINS) {
    const walk = walking(archives[chain], chain, [head.tips[chain]])
    const events = await inSlices(walk, { ...parts, slice: SLICE_MS }).catch(untrusted)
    heights.push(trusting(() => ballotAmong(events, chain, kept)))
  }
  return { height: heights[0] ?? 0, boardHeight: head.tips.heads.height }
}

/** The height of the ballot among the events of a chain. Throws VerificationError. */
function ballotAmong(events: readonly WalkedEvent[], chain: ChainName, kept: KeptReceipt): number {
  const own = events.find(({ type, payload }) => type === 'Ballot' && payload === kept.tracker)
  const told = (kept.receipt?.document as unknown as ReceiptDocument | undefined)?.[chain]
  const isAsTold = !told || (told.height === own?.height && told.hash === own.hash)
  if (!own || !isAsTold) throw broken(`the ${chain} board has not the ballot where the receipt says`)
  return own.height
}

/** A refusal of the voting code as a failed call. */
function untrusted(reason: unknown): never {
  return trusting(() => {
    throw reason
  })
}

async function heightOf({ calls }: VotingParts, { uuid, tracker }: KeptReceipt): Promise<number> {
  try {
    return (await calls.ballot(uuid, tracker)).height
  } catch (reason) {
    if (reason instanceof Refused && reason.status === NOT_FOUND) {
      return trusting(() => {
        throw broken('the board has not the ballot of the receipt')
      })
    }
    throw reason
  }
}

function broken(message: string): VerificationError {
  return new VerificationError('receipt-broken', message)
}
