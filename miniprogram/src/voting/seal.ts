/**
 * Sealed boxes: a message that only the holder of one X25519 key can open, bound to its purpose (docs/formats.md 3).
 *
 * X25519 with a fresh key, HKDF-SHA256, ChaCha20-Poly1305. A box does not say who made it: senders are known by an
 * Ed25519 statement around it.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { x25519 } from '@noble/curves/ed25519.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'

import { concatBytes, decodeUtf8, encodeUtf8, fromBase64, fromHex, toBase64, toHex } from './bytes'
import { checkCode } from './credentials'
import { FormatError, VerificationError } from './errors'
import type { Drawn } from './random'

const KEY = /^[0-9a-f]{64}$/
const INFO = encodeUtf8('yishiting/box/v1\n')
const TAG_BYTES = 16

/** Bytes of a private key, and random bytes that sealing takes. */
export const BOX_KEY_BYTES = 32

/** A private X25519 key. Its JSON form carries only the public half, so that no log shows the secret. */
export class BoxKey {
  /** The public key as 64 hexadecimal digits. */
  readonly publicHex: string
  readonly #secret: Uint8Array

  /** Take 32 bytes, drawn or kept; raises FormatError `box-key` for another length. */
  constructor(secret: Uint8Array) {
    if (secret.length !== BOX_KEY_BYTES) throw new FormatError('box-key', 'a private box key has 32 bytes')
    this.#secret = secret.slice()
    this.publicHex = toHex(x25519.getPublicKey(this.#secret))
  }

  /** Return the 32 secret bytes, for the device's own storage only. */
  toBytes(): Uint8Array {
    return this.#secret.slice()
  }

  /** Return the X25519 secret; raises VerificationError `box-key` for a point of small order. */
  sharedWith(publicKey: Uint8Array): Uint8Array {
    try {
      return x25519.getSharedSecret(this.#secret, publicKey)
    } catch {
      throw new VerificationError('box-key', "the other side's key is of small order")
    }
  }
}

/**
 * Seal `plaintext` to a public key for one purpose; returns standard base64. `context` names purpose, election, sender
 * and recipient; the opener must know the same bytes. Takes BOX_KEY_BYTES of `drawn`.
 */
export function seal(recipientHex: string, plaintext: Uint8Array, context: Uint8Array, drawn: Drawn): string {
  if (!KEY.test(recipientHex)) {
    throw new FormatError('box-key', 'a public box key is 64 lowercase hexadecimal digits')
  }
  const fresh = new BoxKey(drawn.take(BOX_KEY_BYTES))
  const [publicKey, recipient] = [fromHex(fresh.publicHex), fromHex(recipientHex)]
  const { key, nonce } = derive(fresh.sharedWith(recipient), publicKey, recipient, context)
  return toBase64(concatBytes(publicKey, chacha20poly1305(key, nonce, context).encrypt(plaintext)))
}

/** Open a box; raises FormatError on malformed bytes and VerificationError on any wrong one. */
export function openBox(secret: BoxKey, box: string, context: Uint8Array): Uint8Array {
  const raw = decode(box)
  const [publicKey, sealed] = [raw.subarray(0, BOX_KEY_BYTES), raw.subarray(BOX_KEY_BYTES)]
  const shared = secret.sharedWith(publicKey)
  const { key, nonce } = derive(shared, publicKey, fromHex(secret.publicHex), context)
  try {
    return chacha20poly1305(key, nonce, context).decrypt(sealed)
  } catch {
    throw new VerificationError('sealed-box', 'the box was changed, or was made for another key or purpose')
  }
}

/** Return what a sealed voting code is bound to: the assembly and the elector. */
export function codeContext(assembly: string | number, pseudonym: string): Uint8Array {
  return encodeUtf8(`code|${assembly}|${pseudonym}`)
}

/** Seal an elector's voting code to the device whose fingerprint was read from its owner's screen. */
export function sealCode(
  deviceHex: string,
  code: string,
  assembly: string | number,
  pseudonym: string,
  drawn: Drawn,
): string {
  checkCode(code)
  return seal(deviceHex, encodeUtf8(code), codeContext(assembly, pseudonym), drawn)
}

/** Open an elector's voting code; raises as `openBox`, or FormatError `credential-code` for no code inside. */
export function openCode(secret: BoxKey, box: string, assembly: string | number, pseudonym: string): string {
  const opened = openBox(secret, box, codeContext(assembly, pseudonym))
  const code = asText(opened)
  checkCode(code)
  return code
}

function asText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes)
  } catch {
    throw new FormatError('credential-code', 'the box holds no voting code')
  }
}

function decode(box: string): Uint8Array {
  const raw = rawBytes(box)
  if (raw.length < BOX_KEY_BYTES + TAG_BYTES) throw new FormatError('sealed-box', 'the box is too short')
  return raw
}

function rawBytes(box: string): Uint8Array {
  try {
    return fromBase64(box)
  } catch {
    throw new FormatError('sealed-box', 'a sealed box is canonical base64')
  }
}

/** Bind key and nonce to both public keys and to the purpose; the key is used once. */
function derive(
  shared: Uint8Array,
  publicKey: Uint8Array,
  recipient: Uint8Array,
  context: Uint8Array,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const salt = concatBytes(publicKey, recipient)
  const material = hkdf(sha256, shared, salt, concatBytes(INFO, context), 44)
  return { key: material.subarray(0, 32), nonce: material.subarray(32) }
}
