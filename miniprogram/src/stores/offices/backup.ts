/**
 * A trustee's back-up: its keys and its share, sealed under a recovery code that is drawn here and shown once. Text
 * and code are kept apart, on paper or elsewhere; neither alone opens anything. The code has 128 bits, so no slow
 * derivation is needed.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, decodeUtf8, encodeUtf8, fromBase64, fromHex, toBase64, toHex } from '@/voting/bytes'
import { BASE58 } from '@/voting/credentials'
import { Drawn, NUMBER_BYTES } from '@/voting/random'
import { BoxKey } from '@/voting/seal'
import { SigningKey } from '@/voting/signing'
import { type Share, keepShare, shareOf } from './ceremony'
import { type KeptKeys, keepKeys, keptKeys } from './keys'
import { type OfficeParts, type Place, Withheld } from './parts'

const DIGITS = 22
const GROUP_OF = 4
const SALT_BYTES = 16
const FORM = 'yishiting-backup:v1:'
const INFO = encodeUtf8('yishiting/backup/v1\n')

/** A back-up as it leaves the device; the code is shown once and not kept. */
export interface Backup {
  text: string
  code: string
}

interface Content {
  assembly: string
  role: string
  index: number
  keys: KeptKeys
  share: Share
}

/** Makes a back-up. Throws `Withheld` before there is a share. */
export async function makeBackup(parts: OfficeParts, place: Place): Promise<Backup> {
  const keys = keptKeys(parts, place)
  const share = shareOf(parts, place)
  if (!keys) throw new Withheld('notJoined')
  const kept = { sign: toHex(keys.signing.toBytes()), box: toHex(keys.box.toBytes()) }
  const content: Content = { ...place, keys: kept, share }
  const drawn = new Drawn(await parts.draw(NUMBER_BYTES * DIGITS + SALT_BYTES))
  const digits = drawn.text(BASE58, DIGITS)
  const salt = drawn.take(SALT_BYTES)
  const sealed = cipher(digits, salt).encrypt(encodeUtf8(JSON.stringify(content)))
  return { text: FORM + toBase64(concatBytes(salt, sealed)), code: inGroups(digits) }
}

/** Takes up a back-up on this device. Throws `Withheld` where text or code are wrong, or of another office. */
export function restoreBackup(parts: OfficeParts, place: Place, { text, code }: Backup): void {
  const { assembly, role, index, keys, share } = opened(text, code)
  if (assembly !== place.assembly || role !== place.role || index !== place.index)
    throw new Withheld('backup')
  keepKeys(parts, place, {
    signing: new SigningKey(fromHex(keys.sign)),
    box: new BoxKey(fromHex(keys.box)),
  })
  keepShare(parts, place, share)
}

function opened(text: string, code: string): Content {
  try {
    const raw = fromBase64(text.replace(/\s/g, '').slice(FORM.length))
    const digits = code.replace(/[\s-]/g, '')
    const plain = cipher(digits, raw.subarray(0, SALT_BYTES)).decrypt(raw.subarray(SALT_BYTES))
    return JSON.parse(decodeUtf8(plain)) as Content
  } catch {
    throw new Withheld('backup') // a wrong digit anywhere looks the same
  }
}

/** Key and nonce are used once: the code is drawn for one back-up. */
function cipher(digits: string, salt: Uint8Array): ReturnType<typeof chacha20poly1305> {
  const material = hkdf(sha256, encodeUtf8(digits), salt, INFO, 44)
  return chacha20poly1305(material.subarray(0, 32), material.subarray(32), INFO)
}

function inGroups(digits: string): string {
  return (digits.match(new RegExp(`.{1,${GROUP_OF}}`, 'g')) ?? []).join('-')
}
