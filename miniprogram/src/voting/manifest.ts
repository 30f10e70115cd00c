/**
 * What is fixed before an election opens: manifest.json and roll.json (backend/voting/record), and the check
 * that they and election.json belong together.
 *
 * The hash of the manifest stands as `description` in election.json, so every ballot signs it through the
 * fingerprint of the election: afterwards nobody can change an item, a weight, a rule or a key unnoticed.
 */
import { type Item, checkFlag, checkSha256, named, parseAgenda, questionOf } from './agenda'
import { decodeUtf8, equalBytes } from './bytes'
import { checkUuid } from './credentials'
import { Election } from './election'
import { checkFields, checkInteger, checkList, hexSha256, parseDecimal } from './encoding'
import { FormatError, VerificationError } from './errors'
import { BELENIOS_2048 } from './group'
import { type Json, parseJson } from './json'
import { canonicalText } from './signing'

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+08:00$/
const FIELDS = [
  'assembly',
  'closes_at',
  'community',
  'credentials',
  'drill',
  'items',
  'keys',
  'kind',
  'max_changes',
  'opens_at',
  'roll_sha256',
  'rule_pack',
  'scope',
  'threshold',
  'title',
  'trustees',
  'uuid',
  'version',
] as const

/** An Ed25519 public key (hex) and the person who signs with it. */
export interface NamedKey {
  readonly name: string
  readonly key: string
}

/** What binds one election to its roll, its rules, its people and its times. Instants are texts in +08:00. */
export interface Manifest {
  readonly raw: Uint8Array
  readonly assembly: string
  readonly title: string
  readonly community: string
  readonly scope: string
  readonly uuid: string
  readonly drill: boolean
  readonly items: readonly Item[]
  readonly rulePack: { readonly id: string; readonly version: string; readonly sha256: string }
  readonly rollSha256: string
  readonly headsSha256: string
  readonly areaSha256: string
  readonly serverKey: string
  readonly auditors: readonly NamedKey[]
  readonly counters: readonly NamedKey[]
  readonly opensAt: string
  readonly closesAt: string
  readonly maxChanges: number
  readonly threshold: number | null
  readonly trustees: readonly string[]
}

/** One elector: one head, `area` in 0.01 m2, under a pseudonym. */
export interface RollEntry {
  readonly pseudonym: string
  readonly credential: bigint
  readonly area: number
}

/** The frozen roll of one election, by pseudonym, in the order of the file. */
export interface RollFile {
  readonly raw: Uint8Array
  readonly uuid: string
  readonly electors: ReadonlyMap<string, RollEntry>
}

/** An election whose manifest, roll and election.json agree with each other. */
export interface Pinned {
  readonly manifest: Manifest
  readonly roll: RollFile
  readonly election: Election
}

/** The three files as they came; nothing about them may be trusted. */
export interface FixedFiles {
  readonly manifest: Uint8Array
  readonly roll: Uint8Array
  readonly election: Uint8Array
}

/**
 * Read the three files of the election `uuid` of an assembly and check that they belong together. Raises FormatError
 * on their form, VerificationError `manifest-uuid`, `election-manifest` or `roll-hash`.
 */
export function pinElection(files: FixedFiles, uuid: string, assembly: string): Pinned {
  const manifest = parseManifest(files.manifest)
  if (manifest.uuid !== uuid || manifest.assembly !== assembly) {
    throw new VerificationError('manifest-uuid', 'this manifest is of another election or assembly')
  }
  const election = Election.parse(files.election)
  checkFollows(manifest, election)
  const roll = parseRoll(files.roll)
  if (roll.uuid !== uuid || hexSha256(roll.raw) !== manifest.rollSha256) {
    throw new VerificationError('roll-hash', 'this roll is not the one that the manifest pins')
  }
  return { manifest, roll, election }
}

/** Refuse an election.json that is not what its manifest prescribes, of which nothing but the key is free. */
export function checkFollows(manifest: Manifest, election: Election): void {
  const prescribed = Election.create({
    uuid: manifest.uuid,
    name: `${manifest.title} (${manifest.scope})`,
    description: hexSha256(manifest.raw),
    publicKey: election.publicKey,
    questions: manifest.items.map(questionOf),
  })
  if (!equalBytes(prescribed.raw, election.raw)) {
    throw new VerificationError(
      'election-manifest',
      'election.json is not the one that its manifest prescribes',
    )
  }
}

/** Read manifest.json strictly; raises FormatError. */
export function parseManifest(raw: Uint8Array): Manifest {
  const fields = checkFields(canonical(raw), FIELDS, 'the manifest')
  checkIs(fields.get('kind'), 'manifest')
  checkIs(fields.get('version'), BigInt(1))
  const [opensAt, closesAt] = [checkInstant(fields.get('opens_at')), checkInstant(fields.get('closes_at'))]
  if (opensAt >= closesAt) throw refused('it closes before it opens')
  return {
    raw,
    assembly: named(fields.get('assembly'), 'the assembly'),
    title: named(fields.get('title'), 'the title'),
    community: named(fields.get('community'), 'the community'),
    scope: named(fields.get('scope'), 'the scope'),
    uuid: checkUuid(fields.get('uuid')),
    drill: checkFlag(fields.get('drill'), 'drill'),
    items: parseAgenda(fields.get('items')),
    rulePack: parsePack(fields.get('rule_pack')),
    rollSha256: checkSha256(fields.get('roll_sha256'), 'the hash of the roll'),
    ...parseLists(fields.get('credentials')),
    ...parseKeys(fields.get('keys')),
    opensAt,
    closesAt,
    maxChanges: checkInteger(fields.get('max_changes'), 'max_changes'),
    threshold:
      fields.get('threshold') === null ? null : checkInteger(fields.get('threshold'), 'threshold', 1),
    trustees: checkList(fields.get('trustees'), 'the trustees').map((each) => named(each, 'a trustee')),
  }
}

/** Read roll.json strictly; raises FormatError. */
export function parseRoll(raw: Uint8Array): RollFile {
  const fields = checkFields(canonical(raw), ['electors', 'kind', 'uuid', 'version'], 'the roll')
  checkIs(fields.get('kind'), 'roll')
  checkIs(fields.get('version'), BigInt(1))
  const electors = checkList(fields.get('electors'), 'the electors').map(parseElector)
  const byPseudonym = new Map(electors.map((each) => [each.pseudonym, each]))
  if (byPseudonym.size !== electors.length || electors.length === 0) {
    throw new FormatError('roll', 'the roll is empty, or names an elector twice')
  }
  if (new Set(electors.map(({ credential }) => credential)).size !== electors.length) {
    throw new FormatError('roll', 'two electors share one credential')
  }
  return { raw, uuid: checkUuid(fields.get('uuid')), electors: byPseudonym }
}

function parseElector(value: Json): RollEntry {
  const fields = checkFields(value, ['area', 'credential', 'pseudonym'], 'an elector')
  return {
    pseudonym: named(fields.get('pseudonym'), 'a pseudonym'),
    credential: parseDecimal(fields.get('credential'), 'a credential', BELENIOS_2048.p),
    area: checkInteger(fields.get('area'), 'an area', 1),
  }
}

/** Read JSON whose bytes must be the canonical ones (docs/formats.md 1). */
function canonical(raw: Uint8Array): Json {
  const text = decoded(raw)
  const value = parseJson(text)
  if (canonicalText(value) !== text) throw new FormatError('canonical-json', 'the JSON is not canonical')
  return value
}

function decoded(raw: Uint8Array): string {
  try {
    return decodeUtf8(raw)
  } catch {
    throw new FormatError('json', 'not strict JSON: not UTF-8')
  }
}

function parsePack(value: Json): Manifest['rulePack'] {
  const fields = checkFields(value, ['id', 'sha256', 'version'], 'the rule pack')
  return {
    id: named(fields.get('id'), 'the id of the rule pack'),
    version: named(fields.get('version'), 'the version of the rule pack'),
    sha256: checkSha256(fields.get('sha256'), 'the hash of the rule pack'),
  }
}

function parseLists(value: Json): Pick<Manifest, 'headsSha256' | 'areaSha256'> {
  const fields = checkFields(value, ['area_sha256', 'heads_sha256'], 'the credential lists')
  const [heads, area] = [fields.get('heads_sha256'), fields.get('area_sha256')]
  return { headsSha256: checkSha256(heads, 'a hash'), areaSha256: checkSha256(area, 'a hash') }
}

function parseKeys(value: Json): Pick<Manifest, 'serverKey' | 'auditors' | 'counters'> {
  const fields = checkFields(value, ['auditors', 'counters', 'server'], 'the keys')
  return {
    serverKey: checkSha256(fields.get('server'), 'the key of the server'),
    auditors: checkList(fields.get('auditors'), 'the auditors').map(parseNamedKey),
    counters: checkList(fields.get('counters'), 'the counters').map(parseNamedKey),
  }
}

function parseNamedKey(value: Json): NamedKey {
  const fields = checkFields(value, ['key', 'name'], 'a key')
  return { name: named(fields.get('name'), 'a name'), key: checkSha256(fields.get('key'), 'a key') }
}

function checkInstant(value: Json): string {
  if (typeof value !== 'string' || !INSTANT.test(value)) throw refused('an instant is in +08:00')
  return value
}

function checkIs(value: Json, expected: string | bigint): void {
  if (value !== expected) throw refused(`it is no ${expected}`)
}

function refused(message: string): FormatError {
  return new FormatError('manifest', message)
}
