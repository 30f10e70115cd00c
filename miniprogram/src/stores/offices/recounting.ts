/**
 * Whoever sees a result may count again: every board fetched, verified and tallied on this device, and result.json held
 * against what that and the law give. What papers say is for auditors alone; where there are any, the votes by phone
 * are compared and the papers taken as told.
 */
import type { Json, WritableFields } from '@/voting/json'
import { recompute } from '@/voting/outcome'
import { type OfficeParts, type OnProgress, type Seat, guarded } from './parts'
import {
  type Counted,
  type ResultFile,
  checkOneAssembly,
  checkResult,
  fieldOf,
  paperSha256Of,
  readResult,
} from './resultFile'
import { checkCosignatures, electionsOf, partOf, verifyElection } from './verifying'

/** What was counted in one election. */
export interface Recount {
  uuid: string
  scope: string
  electors: number
  ballots: number
  voted: number
  cosignatures: number
  hasPapers: boolean
}

/** Counts an assembly's votes again. Rejects with a `CallFailed`, `Untrusted` for the first rule broken. */
export function recountResult(
  parts: OfficeParts,
  assembly: string,
  onProgress?: OnProgress,
): Promise<Recount[]> {
  return guarded(async () => {
    const uuids = electionsOf(await parts.calls.assembly(assembly))
    const result = await readResult(parts, assembly)
    const place: Seat = { assembly, role: 'reader', index: 0 }
    const counted: (Counted & { told: Recount })[] = []
    for (const [number, uuid] of uuids.entries()) {
      counted.push(await count(parts, place, uuid, result, partOf(onProgress, number, uuids.length)))
    }
    checkOneAssembly(counted)
    await checkResult(parts, counted, result)
    return counted.map(({ told }) => told)
  })
}

async function count(
  parts: OfficeParts,
  place: Seat,
  uuid: string,
  result: ResultFile,
  onProgress: OnProgress,
): Promise<Counted & { told: Recount }> {
  const verified = await verifyElection(parts, place, uuid, onProgress)
  const { pinned, archives } = verified
  const own = recompute(pinned, archives, null)
  const hasPapers = Object.keys(own).some((id) => countsPapers(result, id))
  const told: Recount = {
    uuid,
    scope: pinned.manifest.scope,
    electors: archives.heads.credentials.size,
    ballots: archives.heads.ballotHashes.length,
    voted: archives.heads.numTallied,
    cosignatures: await checkCosignatures(parts, verified),
    hasPapers,
  }
  const paperSha256 = paperSha256Of(result, uuid)
  return { pinned, archives, paperSha256, told, items: hasPapers ? withPapers(own, result) : own }
}

/** Whether papers are told to have a part in the outcome of an item; where they have none, nothing is taken as told. */
function countsPapers({ fields }: ResultFile, id: string): boolean {
  const paper = fieldOf(fieldOf(fieldOf(fieldOf(fields, 'items'), id), 'by_channel'), 'paper')
  return [fieldOf(paper, 'heads'), fieldOf(fieldOf(paper, 'invalid'), 'heads')].some(
    (heads) => heads !== BigInt(0),
  )
}

/** What is told of each item, with the own count in the place of everything that does not rest on papers. */
function withPapers(own: WritableFields, { fields }: ResultFile): WritableFields {
  const items = fieldOf(fields, 'items')
  return Object.fromEntries(
    Object.entries(own).map(([id, item]) => [id, byPhone(item as WritableFields, fieldOf(items, id))]),
  )
}

function byPhone(own: WritableFields, told: Json): WritableFields {
  const { total, by_channel: channels } = own as { total: WritableFields; by_channel: WritableFields }
  const ofTold = told instanceof Map ? Object.fromEntries(told as ReadonlyMap<string, Json>) : {}
  const paper = fieldOf(fieldOf(told, 'by_channel'), 'paper')
  return { ...ofTold, total, by_channel: { e: channels['e'] ?? null, paper } }
}
