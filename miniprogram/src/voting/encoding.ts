/** Checks on the form of what is read, decimal numbers, digests and weights (Belenios 2.0 facts 1-2). */
import { sha256 } from '@noble/hashes/sha2.js'

import { encodeUtf8, toBase64, toHex } from './bytes'
import { FormatError } from './errors'
import type { Json } from './json'

/** The largest weight or result written as a JSON number; above it stands a string of digits. */
export const MAX_JSON_INTEGER = BigInt(2 ** 30 - 1)

const ZERO = BigInt(0)
const DECIMAL = /^(?:0|[1-9][0-9]*)$/

/** The fields of an object whose names and order were checked. */
export class Fields {
  constructor(private readonly values: ReadonlyMap<string, Json>) {}

  /** Tell whether an optional field was given. */
  has(name: string): boolean {
    return this.values.has(name)
  }

  /** Return a field that is there. */
  get(name: string): Json {
    const value = this.values.get(name)
    if (value === undefined) throw new RangeError(`the field ${name} was not checked for`)
    return value
  }
}

/**
 * Return the fields of an object that has these names in this order and no other; those in `optional` may be
 * left out. Raises FormatError `fields`.
 */
export function checkFields(
  value: Json,
  required: readonly string[],
  what: string,
  optional: readonly string[] = [],
): Fields {
  if (!(value instanceof Map)) throw new FormatError('fields', `${what} is not an object`)
  const expected = required.filter((name) => !optional.includes(name) || value.has(name))
  const found: readonly string[] = [...value.keys()]
  if (found.length !== expected.length || found.some((name, place) => name !== expected[place])) {
    throw new FormatError('fields', `${what} has other fields than ${expected.join(', ')}`)
  }
  return new Fields(value)
}

/** Return an array, of `length` entries when given; raises FormatError `rule`. */
export function checkList(value: Json, what: string, length?: number, rule = 'list'): readonly Json[] {
  if (!Array.isArray(value)) throw new FormatError(rule, `${what} is not an array`)
  const entries = value as readonly Json[]
  if (length !== undefined && entries.length !== length) {
    throw new FormatError(rule, `${what} has ${entries.length} entries, expected ${length}`)
  }
  return entries
}

/** Return a JSON string; raises FormatError `text`. */
export function checkText(value: Json, what: string): string {
  if (typeof value !== 'string') throw new FormatError('text', `${what} is not a string`)
  return value
}

/**
 * Return a JSON integer not under `least`; raises FormatError `integer`. One beyond 2^53 comes back rounded: all
 * that is read so is compared with small numbers, and the bytes themselves were compared before.
 */
export function checkInteger(value: Json, what: string, least = 0): number {
  if (typeof value !== 'bigint' || value < BigInt(least)) {
    throw new FormatError('integer', `${what} is not an integer of at least ${least}`)
  }
  return Number(value)
}

const lengths = new Map<bigint, number>()

function digitsOf(bound: bigint): number {
  const known = lengths.get(bound) ?? bound.toString().length
  lengths.set(bound, known)
  return known
}

/** Read a decimal string with 0 <= number < below; raises FormatError `decimal` or `decimal-range`. */
export function parseDecimal(value: Json, what: string, below: bigint): bigint {
  if (typeof value !== 'string' || !DECIMAL.test(value)) {
    throw new FormatError('decimal', `${what} is not a decimal string without sign or leading zero`)
  }
  // The length is compared first, so that no hostile string is ever converted.
  const number = value.length > digitsOf(below) ? below : BigInt(value)
  if (number >= below) throw new FormatError('decimal-range', `${what} is not below the bound of its kind`)
  return number
}

/** Write a weight or a total: a JSON number up to 2^30 - 1, a string of digits above. */
export function weightToJson(number: bigint): bigint | string {
  if (number < ZERO) throw new RangeError(`${number} is negative`)
  return number <= MAX_JSON_INTEGER ? number : number.toString()
}

/** Read what `weightToJson` writes, and only that; raises FormatError. */
export function parseWeight(value: Json, what: string, below: bigint): bigint {
  if (typeof value === 'string') return parseLongWeight(value, what, below)
  checkInteger(value, what)
  const number = value as bigint
  if (number > MAX_JSON_INTEGER || number >= below) {
    throw new FormatError('weight', `${what} is too large for a JSON number`)
  }
  return number
}

function parseLongWeight(value: string, what: string, below: bigint): bigint {
  const number = parseDecimal(value, what, below)
  if (number <= MAX_JSON_INTEGER) {
    throw new FormatError('weight', `${what} is small enough to be a number, not a string`)
  }
  return number
}

/** Name content as the archive does: hexadecimal SHA-256. */
export function hexSha256(data: Uint8Array): string {
  return toHex(sha256(data))
}

/** Digest as shown to people: base64 of SHA-256 without padding, 43 characters. */
export function b64Sha256(data: Uint8Array): string {
  return toBase64(sha256(data)).replace('=', '')
}

/** Hash text in UTF-8 with SHA-256. */
export function hashText(text: string): Uint8Array {
  return sha256(encodeUtf8(text))
}
