/**
 * The `.bel` archive: an append-only tar of content-addressed records, byte for byte as Belenios writes it.
 *
 * Source: protocol facts, section 10. A record is a 512-byte header and a body padded with NUL to 512. The first
 * record names the format and the one time stamp that every header repeats; every other record is named after the
 * SHA-256 of its body and is either data or an event. Events form a hash chain; each is preceded by exactly the data
 * it needs and names the last of them as its payload. There is no end-of-archive block.
 */
import { concatBytes, encodeUtf8, equalBytes, latin1 } from './bytes'
import { type Fields, checkFields, checkInteger, checkText, hexSha256 } from './encoding'
import { FormatError } from './errors'
import { type WritableFields, compact, parseCanonical } from './json'

export const BLOCK = 512
export const MAGIC = 'BELENIOS'

/** The kinds of event a homomorphic election has, in the order of its life. */
export const EVENT_TYPES = [
  'Setup',
  'Ballot',
  'EndBallots',
  'EncryptedTally',
  'PartialDecryption',
  'Result',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

const LARGEST_NUMBER = 8 ** 11 - 1
const NAME = /^([0-9a-f]{64})\.(data|event)\.json$/
const HASH = /^[0-9a-f]{64}$/
const OCTAL = /^[0-7]{11}$/
const HEADER_FIELDS: readonly (readonly [string, number, number])[] = [
  ['mode', 100, 108],
  ['owner', 108, 124],
  ['mtime', 136, 148],
  ['type', 156, 157],
]

/** One link of the board: its place, its kind, the hash of what it adds and of the event before it. */
export class BoardEvent {
  constructor(
    readonly parent: string | null,
    readonly height: number,
    readonly type: EventType,
    readonly payload: string | null,
  ) {}

  /** Return the one canonical form: absent fields are left out (facts section 10). */
  toBytes(): Uint8Array {
    const link: WritableFields = this.parent === null ? {} : { parent: this.parent }
    const added: WritableFields = this.payload === null ? {} : { payload: this.payload }
    return compact({ ...link, height: this.height, type: this.type, ...added })
  }

  /** How refusals name this event: "height 12 Ballot". */
  get place(): string {
    return `height ${this.height} ${this.type}`
  }

  /** Read an event. Raises FormatError unless `raw` is exactly what `toBytes` would write. */
  static parse(raw: Uint8Array): BoardEvent {
    const names = ['parent', 'height', 'type', 'payload']
    const fields = checkFields(parseCanonical(raw), names, 'an event', ['parent', 'payload'])
    const height = checkInteger(fields.get('height'), "an event's height")
    const [parent, payload] = [hashOrNull(fields, 'parent'), hashOrNull(fields, 'payload')]
    return new BoardEvent(parent, height, eventType(fields.get('type')), payload)
  }
}

function hashOrNull(fields: Fields, name: string): string | null {
  if (!fields.has(name)) return null
  const value = checkText(fields.get(name), `an event's ${name}`)
  if (!HASH.test(value))
    throw new FormatError('event-hash', `an event's ${name} is a SHA-256 in lower-case hex`)
  return value
}

function eventType(value: unknown): EventType {
  const known = EVENT_TYPES.find((type) => type === value)
  if (known === undefined) throw new FormatError('event-type', 'not an event of an election without mix-nets')
  return known
}

/** Return one record: the 512-byte header, the body and its padding. `timestamp` in Unix seconds. */
export function record(name: string, body: Uint8Array, timestamp: number): Uint8Array {
  return concatBytes(header(name, body.length, timestamp), body, new Uint8Array(paddingAfter(body.length)))
}

function paddingAfter(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}

function header(name: string, size: number, timestamp: number): Uint8Array {
  if (timestamp < 0 || timestamp > LARGEST_NUMBER || size > LARGEST_NUMBER) {
    throw new RangeError('a tar header holds sizes and times of eleven octal digits')
  }
  const numbers = `${octal(size, 11)}\0${octal(timestamp, 11)}\0`
  const fixed = `${name.padEnd(100, '\0')}0000644\0${'0000000\0'.repeat(2)}${numbers}${' '.repeat(8)}0`
  const bytes = encodeUtf8(fixed.padEnd(BLOCK, '\0'))
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.set(encodeUtf8(`${octal(sum, 6)}\0 `), 148)
  return bytes
}

function octal(number: number, digits: number): string {
  return number.toString(8).padStart(digits, '0')
}

/** Return the first record of every archive; `timestamp` in Unix seconds is repeated by every later header. */
export function headerRecord(timestamp: number): Uint8Array {
  return record(MAGIC, headerBody(timestamp), timestamp)
}

function headerBody(timestamp: number): Uint8Array {
  return compact({ version: 1, timestamp: String(timestamp) })
}

/** Where a board stands: all that is needed to append to it. */
export class Chain {
  headHash: string | null = null
  headHeight = -1

  constructor(readonly timestamp: number) {}

  /** Add one event and return what it adds to the file; the last entry of `data` is its payload. */
  append(type: EventType, ...data: readonly Uint8Array[]): Uint8Array {
    const last = data[data.length - 1]
    const payload = last === undefined ? null : hexSha256(last)
    const event = new BoardEvent(this.headHash, this.headHeight + 1, type, payload).toBytes()
    const records = data.map((body) => record(`${hexSha256(body)}.data.json`, body, this.timestamp))
    this.headHash = hexSha256(event)
    this.headHeight += 1
    return concatBytes(...records, record(`${this.headHash}.event.json`, event, this.timestamp))
  }
}

/** Open a board; the header record comes before. */
export function setupEvent(
  chain: Chain,
  election: Uint8Array,
  trustees: Uint8Array,
  credentials: Uint8Array,
): Uint8Array {
  const setup = compact({
    election: hexSha256(election),
    trustees: hexSha256(trustees),
    credentials: hexSha256(credentials),
  })
  return chain.append('Setup', election, trustees, credentials, setup)
}

/** Put one trustee's decryption shares on the board; trustees are numbered from 1. */
export function partialDecryptionEvent(chain: Chain, owner: number, decryption: Uint8Array): Uint8Array {
  const owned = compact({ owner, payload: hexSha256(decryption) })
  return chain.append('PartialDecryption', decryption, owned)
}

/** One record as read: `place` is how refusals name it. */
export interface ArchiveRecord {
  readonly kind: 'data' | 'event'
  readonly hash: string
  readonly body: Uint8Array
  readonly place: string
}

/**
 * Reads an archive once, from front to back. Accepts only what the writer above would write; raises FormatError
 * naming the record otherwise.
 */
export class ArchiveReader {
  readonly timestamp: number
  private place = 0
  private count = 0

  constructor(private readonly file: Uint8Array) {
    this.timestamp = this.readFirst()
  }

  /** How far the file is read, as a share of its bytes. */
  get progress(): { readonly done: number; readonly total: number } {
    return { done: this.place, total: this.file.length }
  }

  /** Return the next record, or null at the end. */
  next(): ArchiveRecord | null {
    if (this.place >= this.file.length) return null
    this.count += 1
    const start = this.take(BLOCK, `record ${this.count}`)
    const [name, hash, kind] = this.readName(start)
    const place = `record ${this.count} ${name}`
    const body = this.body(start, name, this.timestamp, place)
    if (hexSha256(body) !== hash) {
      throw new FormatError('archive-record-hash', 'the name is not the hash of the body', place)
    }
    return { kind, hash, body, place }
  }

  private readName(start: Uint8Array): readonly [string, string, 'data' | 'event'] {
    const place = `record ${this.count}`
    if (start.every((byte) => byte === 0)) {
      throw new FormatError('archive-zero-block', 'a block of zeros is not part of an archive', place)
    }
    const name = nameOf(start)
    const parts = NAME.exec(name)
    if (parts === null) throw new FormatError('archive-name', 'not the name of a record', place)
    return [name, parts[1] as string, parts[2] === 'data' ? 'data' : 'event']
  }

  private readFirst(): number {
    const start = this.take(BLOCK, 'record 0')
    const mtime = latin1(start.subarray(136, 147))
    if (!OCTAL.test(mtime)) {
      throw new FormatError('archive-mtime', 'the time stamp is not eleven octal digits', 'record 0')
    }
    if (nameOf(start) !== MAGIC) {
      throw new FormatError('archive-first-record', `the first record is not named ${MAGIC}`, 'record 0')
    }
    const place = `record 0 ${MAGIC}`
    const timestamp = Number.parseInt(mtime, 8)
    if (!equalBytes(this.body(start, MAGIC, timestamp, place), headerBody(timestamp))) {
      throw new FormatError('archive-version', "not a version 1 archive of the headers' time", place)
    }
    return timestamp
  }

  private body(start: Uint8Array, name: string, timestamp: number, place: string): Uint8Array {
    const size = checkHeader(start, name, timestamp, place)
    const body = this.take(size, place)
    if (this.take(paddingAfter(size), place).some((byte) => byte !== 0)) {
      throw new FormatError('archive-padding', 'the padding after the body is not NUL', place)
    }
    return body
  }

  private take(size: number, place: string): Uint8Array {
    if (size > this.file.length - this.place) {
      throw new FormatError('archive-truncated', 'the file ends inside this record', place)
    }
    this.place += size
    return this.file.subarray(this.place - size, this.place)
  }
}

function nameOf(start: Uint8Array): string {
  return latin1(start.subarray(0, 100)).replace(/\0+$/, '')
}

/** Return the size of the body. The fields are looked at one by one only to name what is wrong. */
function checkHeader(found: Uint8Array, name: string, timestamp: number, place: string): number {
  const digits = latin1(found.subarray(124, 135))
  if (!OCTAL.test(digits)) throw new FormatError('archive-size', 'the size is not eleven octal digits', place)
  const size = Number.parseInt(digits, 8)
  const expected = header(name, size, timestamp)
  if (equalBytes(found, expected)) return size
  const wrong = HEADER_FIELDS.find(
    ([, from, to]) => !equalBytes(found.subarray(from, to), expected.subarray(from, to)),
  )
  const rule = wrong?.[0] ?? checksumOrRest(found, expected)
  throw new FormatError(`archive-${rule}`, 'the header is not the one Belenios writes', place)
}

function checksumOrRest(found: Uint8Array, expected: Uint8Array): string {
  const rest = (bytes: Uint8Array): Uint8Array => concatBytes(bytes.subarray(0, 148), bytes.subarray(156))
  return equalBytes(rest(found), rest(expected)) ? 'checksum' : 'header'
}
