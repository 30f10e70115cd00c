/** The result of an assembly: result.json, held against the server's signature, and the shares it comes to. */
import type { Assembly, Majority } from '@/api/voting'
import { decodeUtf8 } from '@/voting/bytes'
import { VerificationError } from '@/voting/errors'
import { type Json, parseJson } from '@/voting/json'
import { verifyStatement, type Document } from '@/voting/signing'
import { type VotingParts, trusting } from './parts'
import { fetchPinned } from './record'

/** Heads, and area in 0.01 m2. */
export interface Count {
  heads: number
  area: number
}

/** The outcome of one item as result.json has it; the last three are there for elections only. */
export interface ItemResult {
  outcome: 'PASSED' | 'REJECTED' | 'NOT_QUORATE' | 'FAILED'
  total: Count
  participating: Count
  votes: Record<string, Count>
  blank: Count
  invalid: Count
  by_channel: { e: Count; paper: Count }
  elected?: string[]
  alternates?: string[]
  advisories?: string[]
}

/** A result whose signature holds. */
export interface Result {
  assembly: Assembly
  items: Record<string, ItemResult>
}

const SPECIAL_MATTERS = new Set([6, 7, 8])

/** Stages in which there is a result. */
export const WITH_RESULT: ReadonlySet<string> = new Set(
  'TALLIED AUDITED AUDIT_REFUSED PRELIMINARY FINAL'.split(' '),
)

/** Fetches and checks a result; null before there is one. Rejects with a `CallFailed`; `Untrusted` where its signature does not hold. */
export async function fetchResult(parts: VotingParts, assemblyId: string): Promise<Result | null> {
  const { calls } = parts
  const assembly = await calls.assembly(assemblyId)
  if (!WITH_RESULT.has(assembly.stage)) return null
  const [raw, { signature }] = await Promise.all([
    calls.result(assemblyId),
    calls.resultSignature(assemblyId),
  ])
  const first = assembly.elections[0]
  const { manifest } = await fetchPinned(parts, first ? first.uuid : '', assemblyId)
  const text = trusting(() => checkSigned(raw, manifest.serverKey, signature, assemblyId))
  return { assembly, items: (JSON.parse(text) as { items: Record<string, ItemResult> }).items }
}

function checkSigned(raw: Uint8Array, serverKey: string, signature: string, assemblyId: string): string {
  const text = decodeUtf8(raw)
  const document = parseJson(text)
  if (!(document instanceof Map) || document.get('assembly') !== assemblyId) {
    throw new VerificationError('result', 'the result is of another assembly')
  }
  verifyStatement(serverKey, 'result', plain(document), signature)
  return text
}

function plain(document: ReadonlyMap<string, Json>): Document {
  return Object.fromEntries(document)
}

/** What an item needs, by the class of its matter (Civil Code art. 278). */
export function approvalOf({ special, ordinary }: Assembly['majorities'], matter: number): Majority {
  return SPECIAL_MATTERS.has(matter) ? special : ordinary
}

/** Whether a part of a whole is enough; nothing out of nothing never is. Compared by cross-multiplication. */
export function isMet({ numerator, denominator, inclusive }: Majority, part: number, whole: number): boolean {
  const have = BigInt(part) * BigInt(denominator)
  const need = BigInt(whole) * BigInt(numerator)
  return whole > 0 && (inclusive ? have >= need : have > need)
}

/** A share in hundredths of a percent, rounded down: for showing only. */
export function hundredths(part: number, whole: number): number {
  return whole > 0 ? Number((BigInt(part) * BigInt(10_000)) / BigInt(whole)) : 0
}

/** Candidates as they came out: the elected in their rank, the alternates in theirs, the others by heads. */
export function ranking(result: ItemResult): string[] {
  const { elected = [], alternates = [], votes } = result
  const placed = new Set([...elected, ...alternates])
  const others = Object.keys(votes).filter((id) => !placed.has(id))
  const headsOf = (id: string): number => votes[id]?.heads ?? 0
  others.sort((left, right) => headsOf(right) - headsOf(left))
  return [...elected, ...alternates, ...others]
}

/** The items of an assembly that have a result, each with it. */
export function itemsWithResults({
  assembly,
  items,
}: Result): { item: Assembly['items'][number]; result: ItemResult }[] {
  return assembly.items.flatMap((item) => {
    const result = items[item.id]
    return result ? [{ item, result }] : []
  })
}
