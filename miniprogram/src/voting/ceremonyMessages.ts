/**
 * The texts of the key ceremony as the server carries them (docs/formats.md 4), with shares in sealed boxes.
 *
 * The carrier is trusted with nothing: every text is signed by its trustee's own key, shares are sealed to the key
 * that stands in the recipient's certificate, which must be the pinned one too. Whoever uses this has checked the
 * `ceremony` statement around each text (`verifyCeremonyText`) under the pinned keys.
 */
import { decodeUtf8, encodeUtf8 } from './bytes'
import { checkFields, hexSha256 } from './encoding'
import { VerificationError, described } from './errors'
import { type Json, type WritableFields, compactText, parseJson } from './json'
import { type CeremonyDealt, CeremonyStart, type TrusteeShare } from './keyCeremony'
import type { Drawn } from './random'
import { BOX_KEY_BYTES, type BoxKey, openBox, seal } from './seal'
import { type Document, verifyStatement } from './signing'
import type { Certificate, Seat } from './transcript'

const SHARE = /^[0-9]{78}$/
const SHARE_DIGITS = 78

/** A trustee's public keys, as pinned when first seen. */
export interface Peer {
  readonly signKey: string
  readonly sealKey: string
}

/** Return the statement that a trustee signs with a text of the ceremony. */
export function ceremonyDocument(assembly: string, round: number, index: number, body: string): Document {
  return { assembly, round, index, body_sha256: hexSha256(encodeUtf8(body)) }
}

/** Refuse a text that the pinned key of its trustee did not sign; raises as `verifyStatement`. */
export function verifyCeremonyText(peer: Peer, document: Document, signature: string): void {
  verifyStatement(peer.signKey, 'ceremony', document, signature)
}

/** Begin: the state to keep and the text of the first round. */
export function beginText(
  seat: Seat,
  boxKey: BoxKey,
  drawn: Drawn,
): { readonly start: CeremonyStart; readonly body: string } {
  const start = CeremonyStart.begin(seat, drawn, boxKey.publicHex)
  return { start, body: compactText(start.certificate.signed.toJson()) }
}

/** Random bytes that sealing the shares of the second round takes, beside those of `CEREMONY_BYTES.deal`. */
export function boxesBytes(size: number): number {
  return BOX_KEY_BYTES * (size - 1)
}

/**
 * Answer the texts of the first round, in order of index: the state to keep, and the text of the second round.
 *
 * `peers` are the pinned keys, in the same order. Raises VerificationError `channel-key` when a trustee certified
 * another box key than it published, or as `CeremonyStart.deal`.
 */
export function dealText(
  start: CeremonyStart,
  assembly: string,
  certificates: readonly string[],
  peers: readonly Peer[],
  drawn: Drawn,
): { readonly dealt: CeremonyDealt; readonly body: string } {
  const dealt = start.deal(certificates.map(parseJson), drawn)
  const boxes = dealt.certificates.flatMap((certificate, place) => {
    const recipient = place + 1
    checkChannel(certificate, peers[place], recipient)
    if (recipient === start.seat.index) return []
    const context = shareContext(assembly, start.seat.index, recipient, dealt.certificates)
    const share = dealt.shareFor(recipient).toString().padStart(SHARE_DIGITS, '0')
    return [
      [String(recipient), seal(certificate.channelKey as string, encodeUtf8(share), context, drawn)] as const,
    ]
  })
  return {
    dealt,
    body: compactText({ boxes: new Map<string, Json>(boxes), dealing: dealt.dealing.toJson() }),
  }
}

function checkChannel(certificate: Certificate, peer: Peer | undefined, index: number): void {
  if (peer === undefined || certificate.channelKey !== peer.sealKey) {
    throw new VerificationError('channel-key', `trustee ${index} certified another box key than it published`)
  }
}

/**
 * Conclude from the texts of the second round, in order of index: the secret share to keep, and the text of the third
 * round. Raises VerificationError `share-missing`, `share` or `sealed-box` naming the sender, or as
 * `CeremonyDealt.conclude`.
 */
export function concludeText(
  dealt: CeremonyDealt,
  assembly: string,
  texts: readonly string[],
  boxKey: BoxKey,
  drawn: Drawn,
  name: string | null = null,
): { readonly share: TrusteeShare; readonly body: string } {
  const { index } = dealt.start.seat
  const messages = texts.map((text) =>
    checkFields(parseJson(text), ['boxes', 'dealing'], 'a message of round 2'),
  )
  const shares = new Map<number, bigint>()
  messages.forEach((message, place) => {
    const sender = place + 1
    if (sender === index) return
    const context = shareContext(assembly, sender, index, dealt.certificates)
    shares.set(sender, openShare(boxKey, message.get('boxes'), index, context, sender))
  })
  const dealings = messages.map((message) => message.get('dealing'))
  const share = dealt.conclude(dealings, shares, drawn, name)
  const key: WritableFields = share.toJson()
  return { share, body: compactText(key['key'] as WritableFields) }
}

function openShare(boxKey: BoxKey, boxes: Json, index: number, context: Uint8Array, sender: number): bigint {
  const box = boxes instanceof Map ? (boxes as ReadonlyMap<string, Json>).get(String(index)) : undefined
  if (typeof box !== 'string') throw new VerificationError('share-missing', `trustee ${sender} sent no share`)
  const opened = described(`the share of trustee ${sender}`, () => openBox(boxKey, box, context))
  const text = opened.every((byte) => byte < 0x80) ? decodeUtf8(opened) : ''
  if (!SHARE.test(text)) {
    throw new VerificationError('share', `trustee ${sender} sealed something that is no share`)
  }
  return BigInt(text)
}

/** Return what a sealed share is bound to: this ceremony's certificates, its sender, its recipient. */
export function shareContext(
  assembly: string,
  sender: number,
  recipient: number,
  certificates: readonly Certificate[],
): Uint8Array {
  const texts = certificates.map((certificate) => compactText(certificate.signed.toJson()))
  return encodeUtf8(
    `trustee-share|${assembly}|${sender}|${recipient}|${hexSha256(encodeUtf8(texts.join('\n')))}`,
  )
}
