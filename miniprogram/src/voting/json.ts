/**
 * JSON as the protocol reads and writes it (Belenios 2.0 facts 2).
 *
 * The engine's own JSON.parse forgives duplicate keys, rounds long integers and moves keys that look like
 * numbers; here a message has exactly one meaning. Integers are BigInt, objects are maps in the order written.
 */
import { decodeUtf8, encodeUtf8 } from './bytes'
import { FormatError } from './errors'

/** A JSON value as read. */
export type Json = null | boolean | string | bigint | readonly Json[] | ReadonlyMap<string, Json>

/** What may be written: also plain numbers and plain objects (no field name of theirs looks like a number). */
export type Writable = Json | number | readonly Writable[] | WritableFields

/** Fields in the order in which they are written. */
export type WritableFields = { readonly [name: string]: Writable }

const LONGEST_INTEGER = 4300
const DEEPEST = 900
/** Half of a surrogate pair: text that has no UTF-8. */
export const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?:[^\ud800-\udbff]|^)[\udc00-\udfff]/

/** Write JSON as the protocol hashes it: no spaces, fields in the order given, raw text; DEL is escaped. */
export function compactText(value: Writable): string {
  return jsonText(value, (text) => JSON.stringify(text).replace(/\x7f/g, '\\u007f'))
}

/** Write JSON without spaces, fields in the order given; `quote` writes a string with its marks. */
export function jsonText(value: Writable, quote: (text: string) => string): string {
  if (typeof value === 'string') return quote(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (isArray(value)) return `[${value.map((each) => jsonText(each, quote)).join(',')}]`
  const fields = value instanceof Map ? [...(value as ReadonlyMap<string, Json>)] : Object.entries(value)
  return `{${fields.map(([name, each]) => `${quote(name)}:${jsonText(each as Writable, quote)}`).join(',')}}`
}

/** Write JSON as `compactText` does, in UTF-8. */
export function compact(value: Writable): Uint8Array {
  return encodeUtf8(compactText(value))
}

/** Read JSON strictly: no duplicate key, no fraction, nothing after the value; raises FormatError `json`. */
export function parseJson(text: string): Json {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

/** Read JSON whose bytes must be the very ones `compact` writes; raises FormatError `json` or `canonical`. */
export function parseCanonical(raw: Uint8Array): Json {
  return parseCanonicalText(decoded(raw))
}

/** Read JSON text that must be what `compactText` writes; raises FormatError `json` or `canonical`. */
export function parseCanonicalText(text: string): Json {
  const value = parseJson(text)
  const written = compactText(value)
  if (written !== text)
    throw new FormatError('canonical', 'the bytes are not the canonical spelling of their content')
  return value
}

function decoded(raw: Uint8Array): string {
  try {
    return decodeUtf8(raw)
  } catch {
    throw malformed('not UTF-8')
  }
}

function malformed(message: string): FormatError {
  return new FormatError('json', `not strict JSON: ${message}`)
}

function isArray(value: object): value is readonly Writable[] {
  return Array.isArray(value)
}

const SPACE = /[ \t\n\r]*/y
const INTEGER = /-?(?:0|[1-9][0-9]*)/y
const PLAIN = /[^"\\\u0000-\u001f]*/y
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
const WORDS: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

class Reader {
  private place = 0

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > DEEPEST) throw malformed('nested too deeply')
    this.match(SPACE)
    const first = this.text.charAt(this.place)
    if (first === '"') return this.string()
    if (first === '{') return this.object(depth)
    if (first === '[') return this.array(depth)
    const word = this.word()
    return word === undefined ? this.integer() : word
  }

  end(): void {
    this.match(SPACE)
    if (this.place !== this.text.length) throw malformed('something follows the value')
  }

  private array(depth: number): Json {
    this.place += 1
    const entries: Json[] = []
    if (this.taken(']')) return entries
    do entries.push(this.value(depth + 1))
    while (this.taken(','))
    this.expect(']')
    return entries
  }

  private object(depth: number): Json {
    this.place += 1
    const fields = new Map<string, Json>()
    if (this.taken('}')) return fields
    do {
      const name = this.name()
      if (fields.has(name)) throw malformed('an object names a field twice')
      fields.set(name, this.value(depth + 1))
    } while (this.taken(','))
    this.expect('}')
    return fields
  }

  private name(): string {
    this.match(SPACE)
    if (this.text.charAt(this.place) !== '"') throw malformed('a field without a name')
    const name = this.string()
    this.expect(':')
    return name
  }

  private string(): string {
    this.place += 1
    let read = this.match(PLAIN)
    if (this.text.charAt(this.place) === '\\') read += this.escapedRest()
    if (this.text.charAt(this.place) !== '"') throw malformed('a string without end')
    this.place += 1
    return read
  }

  private escapedRest(): string {
    let read = ''
    while (this.text.charAt(this.place) === '\\') read += this.escape() + this.match(PLAIN)
    if (LONE_SURROGATE.test(read)) throw malformed('half of a surrogate pair')
    return read
  }

  private escape(): string {
    const letter = this.text.charAt(this.place + 1)
    const digits = this.text.slice(this.place + 2, this.place + 6)
    const simple = ESCAPES[letter]
    this.place += simple === undefined ? 6 : 2
    if (simple !== undefined) return simple
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) throw malformed('an unknown escape')
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  private word(): Json | undefined {
    const found = WORDS.find(([name]) => this.text.startsWith(name, this.place))
    this.place += found === undefined ? 0 : found[0].length
    return found?.[1]
  }

  private integer(): bigint {
    const digits = this.match(INTEGER)
    if (digits === '') throw malformed('no value')
    if (/^[.eE]/.test(this.text.charAt(this.place))) throw malformed('a number that is not an integer')
    if (digits.length > LONGEST_INTEGER) throw malformed('a number too long')
    return BigInt(digits)
  }

  private taken(mark: string): boolean {
    this.match(SPACE)
    if (this.text.charAt(this.place) !== mark) return false
    this.place += 1
    return true
  }

  private expect(mark: string): void {
    if (!this.taken(mark)) throw malformed(`${mark} is missing`)
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.place
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.place += found.length
    return found
  }
}
