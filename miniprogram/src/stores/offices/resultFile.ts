/** result.json, held against what the boards and the law give (backend/voting/record). */
import { decodeUtf8 } from '@/voting/bytes'
import { hexSha256 } from '@/voting/encoding'
import { FormatError, VerificationError } from '@/voting/errors'
import { type Json, type WritableFields, parseJson } from '@/voting/json'
import type { Archives } from '@/voting/recordChecks'
import { canonicalText, verifyStatement } from '@/voting/signing'
import { CHAINS } from '@/stores/voting/archives'
import type { OfficeParts } from './parts'
import type { VerifiedElection } from './verifying'

/** Stages in which there is a result.json. */
export const WITH_RESULT: ReadonlySet<string> = new Set([
  'TALLIED',
  'AUDITED',
  'AUDIT_REFUSED',
  'PRELIMINARY',
  'FINAL',
])

/** result.json: its bytes, and its fields once they were found canonical. */
export interface ResultFile {
  raw: Uint8Array
  fields: ReadonlyMap<string, Json>
}

export async function readResult(parts: OfficeParts, assembly: string): Promise<ResultFile> {
  const raw = await parts.office.result(assembly)
  return { raw, fields: parseCanonicalResult(raw) }
}

/** The digest of the papers that the result counts for an election; null where it counts none. */
export function paperSha256Of({ fields }: ResultFile, uuid: string): string | null {
  const found = fieldOf(fieldOf(fieldOf(fields, 'elections'), uuid), 'paper_sha256')
  return typeof found === 'string' ? found : null
}

/** A field of a JSON value; null where it has none. */
export function fieldOf(value: Json, name: string): Json {
  return value instanceof Map ? ((value as ReadonlyMap<string, Json>).get(name) ?? null) : null
}

/** One election as result.json counts it. */
export interface Counted extends Pick<VerifiedElection, 'pinned' | 'archives'> {
  /** What the law gives for each of its items, as in result.json. */
  items: WritableFields
  paperSha256: string | null
}

/** Refuse elections that do not name the same assembly and people, or of which one is a drill. */
export function checkOneAssembly(examined: readonly Pick<Counted, 'pinned'>[]): void {
  const shared = examined.map(({ pinned: { manifest } }) => {
    const { assembly, title, drill, serverKey, auditors, counters } = manifest
    return JSON.stringify([assembly, title, drill, serverKey, auditors, counters])
  })
  if (new Set(shared).size > 1) {
    throw new VerificationError('one-assembly', 'the elections are of different assemblies or people')
  }
}

/** Verifies result.json: canonical, signed, about these boards, and what the law gives. */
export async function checkResult(
  parts: OfficeParts,
  counted: readonly Counted[],
  { fields: document }: ResultFile,
): Promise<void> {
  const { manifest } = (counted[0] as Counted).pinned
  const { signature } = await parts.office.resultSignature(manifest.assembly)
  verifyStatement(manifest.serverKey, 'result', { ...Object.fromEntries(document) }, signature)
  const expected: WritableFields = {
    assembly: manifest.assembly,
    title: manifest.title,
    drill: manifest.drill,
    elections: Object.fromEntries(counted.map((each) => [each.pinned.manifest.uuid, pinsOf(each)])),
    items: itemsOf(counted),
    kind: 'result',
    version: 1,
  }
  for (const name of Object.keys(expected)) {
    if (canonicalText(document.get(name) ?? null) !== canonicalText(expected[name] ?? null)) {
      throw new VerificationError(`result-${name}`, `result.json says of ${name} what does not follow`)
    }
  }
  if (document.size !== Object.keys(expected).length) throw new FormatError('result-file', 'unknown fields')
}

/** What the law gives for every item, whichever election it is in. */
export function itemsOf(counted: readonly Counted[]): WritableFields {
  return Object.assign({}, ...counted.map(({ items }) => items)) as WritableFields
}

function parseCanonicalResult(raw: Uint8Array): ReadonlyMap<string, Json> {
  const text = decodeUtf8(raw)
  const value = parseJson(text)
  if (!(value instanceof Map) || canonicalText(value) !== text) {
    throw new FormatError('canonical-json', 'result.json is not canonical')
  }
  return value as ReadonlyMap<string, Json>
}

function pinsOf({ pinned, paperSha256, archives }: Counted): WritableFields {
  const manifest = { manifest_sha256: hexSha256(pinned.manifest.raw), paper_sha256: paperSha256 }
  return { ...manifest, ...headsOf(archives) }
}

/** Where both boards of an election end. */
export function headsOf(archives: Archives): WritableFields {
  return Object.fromEntries(
    CHAINS.map((chain) => {
      const { headHeight, headHash } = archives[chain]
      return [chain, { height: headHeight, hash: headHash }]
    }),
  )
}
