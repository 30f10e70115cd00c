/**
 * Voters' credentials: the code on the notice, the keys derived from it, the public list (facts 4).
 *
 * A code is standard Belenios 2.0: 14 random base58 digits (82 bits) and a check digit, in five groups of three.
 * Salted with the uuid of an election it gives the secret exponent; only its public form stands in the archive,
 * with the weight of the voter.
 */
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256 } from '@noble/hashes/sha2.js'

import { encodeUtf8, latin1, toNumber } from './bytes'
import { checkText, parseDecimal } from './encoding'
import { FormatError, VerificationError } from './errors'
import { BELENIOS_2048, type Group } from './group'
import { type Json, compact } from './json'
import { type Drawn, NUMBER_BYTES } from './random'
import { type Work, finish } from './work'

export const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** Bound of one weight: far above the floor area of a city in dm2, far below the group order. */
export const MAX_WEIGHT = BigInt('1000000000000000')

const DIGITS = 14
const PBKDF2_ROUNDS = 1000
const CODE = new RegExp(`^[${BASE58}]{3}(?:-[${BASE58}]{3}){4}$`)
const UUID = new RegExp(`^[${BASE58}]{14,64}$`)
const SPACES = /(?:[^\S\ufeff]|[\x1c-\x1f\x85\-\u2010-\u2015])+/g
const ZERO = BigInt(0)
const ONE = BigInt(1)

/** Random bytes that a new code, or a new uuid, takes. */
export const CODE_BYTES = DIGITS * NUMBER_BYTES

/** Draw the identifier of an election: 14 base58 digits. */
export function newUuid(drawn: Drawn): string {
  return drawn.text(BASE58, DIGITS)
}

/** Return an election's identifier; raises FormatError `uuid` unless it is 14 or more base58 digits. */
export function checkUuid(value: Json): string {
  if (typeof value !== 'string' || !UUID.test(value)) {
    throw new FormatError('uuid', "an election's uuid is 14 to 64 base58 digits")
  }
  return value
}

/** Draw a voter's secret code. */
export function newCode(drawn: Drawn): string {
  const digits = drawn.text(BASE58, DIGITS)
  return inGroups(digits + checkDigit(digits))
}

/**
 * Return the code meant by what a person typed: spaces, dashes and wide letters are as they may be. Raises
 * FormatError `credential-code` when it is no code, a mistyped digit included.
 */
export function normaliseCode(typed: string): string {
  const code = inGroups(typed.normalize('NFKC').replace(SPACES, ''))
  checkCode(code)
  return code
}

/** Refuse, as FormatError `credential-code`, a string that is no code in its exact spelling. */
export function checkCode(code: string): void {
  const digits = code.replace(/-/g, '')
  if (!CODE.test(code) || digits.charAt(DIGITS) !== checkDigit(digits.slice(0, DIGITS))) {
    throw new FormatError('credential-code', 'not a voting code; a digit may be mistyped')
  }
}

/** Derive a voter's secret exponent in one election; raises FormatError as `checkCode` does. */
export function privateKey(code: string, uuid: string, group: Group = BELENIOS_2048): bigint {
  checkCode(code)
  const options = { c: PBKDF2_ROUNDS, dkLen: 32 }
  return toNumber(pbkdf2(sha256, encodeUtf8(code), encodeUtf8(checkUuid(uuid)), options)) % group.q
}

/** Derive the public form of a code in one election; raises FormatError as `checkCode` does. */
export function publicCredential(code: string, uuid: string, group: Group = BELENIOS_2048): bigint {
  return group.powerG(privateKey(code, uuid, group))
}

/**
 * Write the public list of an archive: credentials in ascending order, a weight of 1 left out. Raises RangeError
 * for a weight below 0 or not below MAX_WEIGHT.
 */
export function credentialList(
  weights: ReadonlyMap<bigint, bigint>,
  group: Group = BELENIOS_2048,
): Uint8Array {
  const sorted = [...weights].sort(([left], [right]) => (left < right ? -1 : 1))
  return compact(sorted.map(([credential, weight]) => entryText(group.text(credential), weight)))
}

function entryText(credential: string, weight: bigint): string {
  if (weight < ZERO || weight >= MAX_WEIGHT) throw new RangeError(`${weight} is no weight`)
  return weight === ONE ? credential : `${credential},${weight}`
}

/**
 * Read a public list to credential -> weight, in the order of the list, testing each credential for membership.
 *
 * A weight of 1 may be spelled out, as the peer does in a list that has other weights too. Raises FormatError on
 * any other spelling than that of `credentialList`, VerificationError `credential-duplicate`,
 * `credential-identity` or `element-membership`.
 */
export function parseCredentialList(
  data: Uint8Array,
  group: Group = BELENIOS_2048,
): ReadonlyMap<bigint, bigint> {
  return finish(readingCredentials(data, group))
}

/** Do what `parseCredentialList` does in steps, one a credential; those in `known` were tested before. */
export function* readingCredentials(
  data: Uint8Array,
  group: Group = BELENIOS_2048,
  known: ReadonlySet<bigint> = new Set(),
): Work<ReadonlyMap<bigint, bigint>> {
  const weights = new Map<bigint, bigint>()
  let previous = ZERO
  for (const entry of listEntries(data)) {
    const what = `credential ${weights.size + 1}`
    const [credential, weight] = parseEntry(entry, group, what)
    if (weights.has(credential))
      throw new VerificationError('credential-duplicate', `${what} stands in the list twice`)
    if (!known.has(credential)) checkCredential(credential, group, what)
    if (credential < previous) throw new FormatError('credential-order', `${what} is not in ascending order`)
    weights.set(credential, weight)
    previous = credential
    yield null
  }
  return weights
}

/** Take a canonical array of strings apart. An entry that needs an escape is no credential anyway. */
function listEntries(data: Uint8Array): readonly string[] {
  const text = latin1(data)
  if (text === '[]') return []
  if (text.length < 4 || !text.startsWith('["') || !text.endsWith('"]')) {
    throw new FormatError('credential-list', 'the credential list is not a canonical array of strings')
  }
  return text.slice(2, -2).split('","')
}

/** Refuse a public credential that is no element of the group, or that anybody could sign for. */
export function checkCredential(
  credential: bigint,
  group: Group = BELENIOS_2048,
  what: string = 'the credential',
): void {
  if (credential === group.identity) {
    throw new VerificationError('credential-identity', `${what} is the identity, which has no secret`)
  }
  group.checkElement(credential, what)
}

function parseEntry(entry: Json, group: Group, what: string): readonly [bigint, bigint] {
  const text = checkText(entry, what)
  const comma = text.indexOf(',')
  if (comma < 0) return [group.parse(text, what), ONE]
  const credential = group.parse(text.slice(0, comma), what)
  return [credential, parseDecimal(text.slice(comma + 1), `the weight of ${what}`, MAX_WEIGHT)]
}

function inGroups(digits: string): string {
  return (digits.match(/[\s\S]{1,3}/g) ?? []).join('-')
}

function checkDigit(digits: string): string {
  let number = ZERO
  for (const digit of digits) number = number * BigInt(58) + BigInt(BASE58.indexOf(digit))
  return BASE58.charAt(53 - Number(number % BigInt(53)))
}
