/**
 * Ed25519 statements: who said what, over one byte form, under a tag that names the kind (docs/formats.md 1 and 2).
 *
 * The bytes that are signed are the line "yishiting/KIND/v1" with its line feed, then canonical JSON: keys sorted by
 * code point. A device signs `device-key` when it registers and `cast` when it votes; a role `role-key`, a trustee
 * `ceremony`, an auditor `cosign` and `verdict`.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'

import { concatBytes, encodeUtf8, equalBytes, fromHex, toHex } from './bytes'
import { FormatError, VerificationError } from './errors'
import { LONE_SURROGATE, type Writable, jsonText } from './json'

const KIND = /^[a-z][a-z0-9-]{0,40}$/
const KEY = /^[0-9a-f]{64}$/
const SIGNATURE = /^[0-9a-f]{128}$/
const FIELD = BigInt('0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed')
const DEEPEST = 64
const LONGEST_INTEGER = 1000

/** The y coordinates of the eight points of small order: under such a "key" one signature fits many texts. */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  BigInt(0),
  BigInt(1),
  FIELD - BigInt(1),
  BigInt('0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826'),
  BigInt('0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7'),
])

/** A statement's content: plain fields, integers only. */
export type Document = { readonly [name: string]: Writable }

/** Return the canonical text of a document; raises FormatError `canonical-json` for what has none. */
export function canonicalText(document: Writable): string {
  return jsonText(sorted(document, 0), quoted)
}

/** Write a string as JSON demands and no more escaped; unlike the protocol's form, DEL stands for itself. */
function quoted(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new FormatError('canonical-json', 'the text holds a lone surrogate')
  return JSON.stringify(text)
}

function sorted(value: Writable, depth: number): Writable {
  if (depth > DEEPEST) throw new FormatError('canonical-json', `nested deeper than ${DEEPEST}`)
  if (typeof value === 'number' || typeof value === 'bigint') return checkedInteger(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return (value as readonly Writable[]).map((each) => sorted(each, depth + 1))
  const fields =
    value instanceof Map ? [...(value as ReadonlyMap<string, Writable>)] : Object.entries(value as Document)
  fields.sort(([left], [right]) => compareCodePoints(left, right))
  return new Map(fields.map(([name, each]) => [name, sorted(each, depth + 1)])) as Writable
}

function checkedInteger(value: number | bigint): Writable {
  const isWhole = typeof value === 'bigint' || Number.isSafeInteger(value)
  if (!isWhole || value.toString().replace('-', '').length > LONGEST_INTEGER) {
    throw new FormatError('canonical-json', 'not an integer that can be written exactly')
  }
  return BigInt(value)
}

/** Compare by code point; comparing strings would compare halves of surrogate pairs. */
function compareCodePoints(left: string, right: string): number {
  const [leftPoints, rightPoints] = [Array.from(left), Array.from(right)]
  for (const [place, point] of leftPoints.entries()) {
    const other = rightPoints[place]
    if (other === undefined) return 1
    const difference = (point.codePointAt(0) as number) - (other.codePointAt(0) as number)
    if (difference !== 0) return difference
  }
  return leftPoints.length - rightPoints.length
}

/** Return the exact bytes that a signature of this kind covers. */
export function statementBytes(kind: string, document: Document): Uint8Array {
  if (!KIND.test(kind)) throw new FormatError('statement-kind', 'not a kind of statement')
  return encodeUtf8(`yishiting/${kind}/v1\n${canonicalText(document)}`)
}

/** A private Ed25519 key. Its JSON form carries only the public half, so that no log shows the secret. */
export class SigningKey {
  /** The public key as 64 hexadecimal digits. */
  readonly publicHex: string
  readonly #secret: Uint8Array

  /** Take 32 bytes, drawn or kept; raises FormatError `signing-key` for another length. */
  constructor(secret: Uint8Array) {
    if (secret.length !== 32) throw new FormatError('signing-key', 'a private signing key has 32 bytes')
    this.#secret = secret.slice()
    this.publicHex = toHex(ed25519.getPublicKey(this.#secret))
  }

  /** Return the 32 secret bytes, for the device's own storage only. */
  toBytes(): Uint8Array {
    return this.#secret.slice()
  }

  /** Sign a document; returns 128 hexadecimal digits. */
  sign(kind: string, document: Document): string {
    return toHex(ed25519.sign(statementBytes(kind, document), this.#secret))
  }
}

/** Sign a ballot that this device is about to cast. */
export function signCast(key: SigningKey, fingerprint: string, trackerHex: string): string {
  return key.sign('cast', { fingerprint, tracker: trackerHex })
}

/** Check a signature; raises VerificationError `signature` unless it holds, FormatError for a key or form that is none. */
export function verifyStatement(
  keyHex: string,
  kind: string,
  document: Document,
  signatureHex: string,
): void {
  checkPublicKey(keyHex)
  if (!SIGNATURE.test(signatureHex)) {
    throw new FormatError('signature', 'a signature is 128 lowercase hexadecimal digits')
  }
  if (!holds(fromHex(keyHex), fromHex(signatureHex), statementBytes(kind, document))) {
    throw new VerificationError('signature', `the ${kind} signature does not hold`)
  }
}

/** Refuse, as FormatError `signing-key`, a public key that is not canonical or is of small order. */
export function checkPublicKey(keyHex: string): void {
  if (!KEY.test(keyHex))
    throw new FormatError('signing-key', 'a public key is 64 lowercase hexadecimal digits')
  const y = littleEndian(fromHex(keyHex)) % (BigInt(1) << BigInt(255))
  if (y >= FIELD || SMALL_ORDER.has(y)) {
    throw new FormatError('signing-key', 'this public key is not canonical or is of small order')
  }
}

/**
 * Tell whether S B = R + H(R, A, M) A, comparing the encoding of R. The library's own check multiplies by the
 * cofactor first and so takes signatures that the server's does not.
 */
function holds(key: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  const { Point } = ed25519
  const order = Point.Fn.ORDER
  const s = littleEndian(signature.subarray(32))
  if (s >= order) return false
  const challenge = littleEndian(sha512(concatBytes(signature.subarray(0, 32), key, message))) % order
  try {
    const point = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(key).multiplyUnsafe(challenge))
    return equalBytes(point.toBytes(), signature.subarray(0, 32))
  } catch {
    return false // the key is no point
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.slice().reverse())}`)
}

/**
 * Return the fingerprint of public keys as people compare it: eight groups of four hexadecimal digits. A device or a
 * role has two keys, and its fingerprint covers both: signing key, then box key.
 */
export function fingerprintOf(...keysHex: readonly string[]): string {
  const digest = toHex(sha256(concatBytes(encodeUtf8('yishiting/keys/v1\n'), ...keysHex.map(fromHex))))
  return (digest.slice(0, 32).match(/..../g) ?? []).join(' ')
}
