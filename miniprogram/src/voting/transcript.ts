/**
 * What trustees say and sign when they make keys, and how anyone checks it (Belenios 2.0 facts 9).
 *
 * A trustee key is g^x with a proof that its holder knows x. A threshold key rests on three signed statements of
 * each trustee, all public:
 *
 * certificate  its signing and encryption keys. Newer peers add the place it takes (context). Ours also carries
 *              the hash of the coefficients it will reveal later, so that nobody can choose a polynomial after
 *              having seen another's, and the key its shares are sealed to. Peers ignore both.
 * coefexps     g^a for each coefficient a of its secret polynomial f; f(j) is the share of trustee j.
 * certs_sig    a signature over all certificates it saw, so that nobody was shown other ones.
 */
import { encodeUtf8 } from './bytes'
import { type Fields, checkFields, checkInteger, checkList, checkText, hexSha256 } from './encoding'
import { BadShareError, FormatError, VerificationError, described } from './errors'
import type { Group } from './group'
import { type Json, type WritableFields, compactText, parseCanonicalText } from './json'
import {
  type Proof,
  checkKnowledge,
  messagePrefix,
  parseProof,
  possessionPrefix,
  proofToJson,
  proveKnowledge,
} from './proofs'
import type { Drawn } from './random'

const CERTIFICATE_FIELDS = [
  'context',
  'verification',
  'encryption',
  'coefexps_sha256',
  'channel_key',
] as const
const OPTIONAL_CERTIFICATE_FIELDS = ['context', 'coefexps_sha256', 'channel_key'] as const
const HEX_32 = /^[0-9a-f]{64}$/

/** A text and the signature of a trustee over it. */
export class SignedMessage {
  constructor(
    readonly message: string,
    readonly signature: Proof,
  ) {}

  /** Sign a text with the secret of a verification key. Takes one number of `drawn`. */
  static sign(group: Group, secret: bigint, message: string, drawn: Drawn): SignedMessage {
    return new SignedMessage(message, proveKnowledge(group, messagePrefix(message), secret, drawn))
  }

  /** Read the wire form; raises FormatError. */
  static parse(group: Group, value: Json, what: string): SignedMessage {
    const fields = checkFields(value, ['message', 'signature'], what)
    const text = checkText(fields.get('message'), what)
    return new SignedMessage(text, parseProof(fields.get('signature'), group, `${what}: signature`))
  }

  /** Return the object of the wire form, its fields in order. */
  toJson(): WritableFields {
    return { message: this.message, signature: proofToJson(this.signature) }
  }

  /** Read the JSON inside the text; raises FormatError. */
  content(): Json {
    return parseCanonicalText(this.message)
  }

  /** Refuse, under the name `rule`, a signature that was not made with this key. */
  check(group: Group, verificationKey: bigint, what: string, rule: string): void {
    described(what, () =>
      checkKnowledge(group, messagePrefix(this.message), verificationKey, this.signature, rule),
    )
  }

  /** Tell whether both are the same text with the same signature. */
  equals(other: SignedMessage): boolean {
    return this.message === other.message && sameProof(this.signature, other.signature)
  }
}

function sameProof(left: Proof | null, right: Proof | null): boolean {
  return left?.challenge === right?.challenge && left?.response === right?.response
}

/**
 * Refuse a public key that is no element of the group, or the identity, which hides nothing. The peer lacks both
 * checks for some keys (facts 11h). Raises `element-membership` or `identity`.
 */
export function checkKey(group: Group, key: bigint, what: string): void {
  group.checkElement(key, what)
  if (key === group.identity) throw new VerificationError('identity', `${what} is the identity element`)
}

/** g^x, a proof that x is known, and, from a ceremony, the trustee's signature over it. */
export class TrusteeKey {
  constructor(
    readonly publicKey: bigint,
    readonly pok: Proof,
    readonly signature: Proof | null = null,
    readonly name: string | null = null,
  ) {}

  /**
   * Publish the key of a secret; `signer` is the signing secret of a ceremony's trustee. Takes one number of
   * `drawn`, two with a signer.
   */
  static make(
    group: Group,
    secret: bigint,
    drawn: Drawn,
    name: string | null,
    signer: bigint | null,
  ): TrusteeKey {
    const publicKey = group.powerG(secret)
    const pok = proveKnowledge(group, possessionPrefix(group, publicKey), secret, drawn)
    const signed = signer === null ? null : SignedMessage.sign(group, signer, group.text(publicKey), drawn)
    return new TrusteeKey(publicKey, pok, signed?.signature ?? null, name)
  }

  /**
   * Read the wire form and check the key and its proof of possession. Raises FormatError, or VerificationError
   * `element-membership`, `identity` or `trustee-possession`.
   */
  static parse(group: Group, value: Json, what: string): TrusteeKey {
    const fields = checkFields(value, ['pok', 'public_key', 'signature', 'name'], what, ['signature', 'name'])
    const signature = fields.has('signature') ? parseProof(fields.get('signature'), group, what) : null
    const name = fields.has('name') ? checkText(fields.get('name'), `${what}: name`) : null
    const key = group.parse(fields.get('public_key'), `${what}: public_key`)
    const read = new TrusteeKey(key, parseProof(fields.get('pok'), group, `${what}: pok`), signature, name)
    read.check(group, what)
    return read
  }

  /** Refuse a key that is none or whose holder did not prove to know its secret. */
  check(group: Group, what: string): void {
    checkKey(group, this.publicKey, what)
    const prefix = possessionPrefix(group, this.publicKey)
    described(what, () => checkKnowledge(group, prefix, this.publicKey, this.pok, 'trustee-possession'))
  }

  /** Refuse a key that the trustee of this certificate did not sign. */
  checkSignature(group: Group, verificationKey: bigint, what: string): void {
    const rule = 'verification-key-signature'
    if (this.signature === null) throw new VerificationError(rule, `${what} is not signed`)
    new SignedMessage(group.text(this.publicKey), this.signature).check(group, verificationKey, what, rule)
  }

  /** Return the object of the wire form, its fields in order. */
  toJson(group: Group): WritableFields {
    const signature: WritableFields =
      this.signature === null ? {} : { signature: proofToJson(this.signature) }
    const name: WritableFields = this.name === null ? {} : { name: this.name }
    return { pok: proofToJson(this.pok), public_key: group.text(this.publicKey), ...signature, ...name }
  }
}

/**
 * The place of one trustee in a ceremony: number `index`, from 1, of `size`; `threshold` decrypt. Raises
 * VerificationError `threshold` when such a place cannot be.
 */
export class Seat {
  constructor(
    readonly size: number,
    readonly threshold: number,
    readonly index: number,
  ) {
    if (threshold < 1 || threshold > size || index < 1 || index > size) {
      const shown = `place ${index} of ${size} with threshold ${threshold}`
      throw new VerificationError('threshold', `there is no ${shown}`)
    }
  }

  /** Read the context of a certificate; raises FormatError or VerificationError. */
  static parse(group: Group, value: Json, what: string): Seat {
    const fields = checkFields(value, ['group', 'size', 'threshold', 'index'], what)
    if (fields.get('group') !== group.name) {
      throw new VerificationError('certificate-context', `${what} is for another group`)
    }
    const [size, threshold, index] = ['size', 'threshold', 'index'].map((name) =>
      checkInteger(fields.get(name), what),
    )
    return new Seat(size as number, threshold as number, index as number)
  }

  /** Return the object of the wire form, its fields in order. */
  toJson(group: Group): WritableFields {
    return { group: group.name, size: this.size, threshold: this.threshold, index: this.index }
  }

  /** Tell whether both are the same place of the same ceremony. */
  equals(other: Seat): boolean {
    return this.size === other.size && this.threshold === other.threshold && this.index === other.index
  }
}

/** What one trustee fixed before anything was revealed; `seat` and what follows lack in Belenios 2.0. */
export class Certificate {
  private constructor(
    readonly signed: SignedMessage,
    readonly verification: bigint,
    readonly encryption: bigint,
    readonly seat: Seat | null,
    readonly coefexpsSha256: string | null,
    readonly channelKey: string | null,
  ) {}

  /**
   * Read a certificate and check its keys and signature. Raises FormatError, or VerificationError
   * `element-membership`, `identity`, `certificate-context` or `certificate-signature`.
   */
  static parse(group: Group, value: Json, what: string): Certificate {
    const signed = SignedMessage.parse(group, value, what)
    const fields = checkFields(signed.content(), CERTIFICATE_FIELDS, what, OPTIONAL_CERTIFICATE_FIELDS)
    const verification = group.parse(fields.get('verification'), `${what}: verification`)
    const encryption = group.parse(fields.get('encryption'), `${what}: encryption`)
    for (const key of [verification, encryption]) checkKey(group, key, what)
    signed.check(group, verification, what, 'certificate-signature')
    const seat = fields.has('context') ? Seat.parse(group, fields.get('context'), what) : null
    const commitment = hexOrNull(fields, 'coefexps_sha256', what)
    return new Certificate(
      signed,
      verification,
      encryption,
      seat,
      commitment,
      hexOrNull(fields, 'channel_key', what),
    )
  }

  /** Refuse coefficients other than those this certificate committed to, if it did. */
  checkCommitment(coefexps: SignedMessage, what: string): void {
    if (this.coefexpsSha256 === null) return
    if (this.coefexpsSha256 !== hexSha256(encodeUtf8(coefexps.message))) {
      throw new VerificationError('coefexps-commitment', `${what}: other coefficients than committed to`)
    }
  }
}

function hexOrNull(fields: Fields, name: string, what: string): string | null {
  if (!fields.has(name)) return null
  const text = fields.get(name)
  if (typeof text === 'string' && HEX_32.test(text)) return text
  throw new FormatError('certificate', `${what}: ${name} is not 64 hexadecimal digits`)
}

/** What one trustee reveals after all certificates are fixed. */
export class Dealing {
  constructor(
    readonly coefexps: SignedMessage,
    readonly elements: readonly bigint[],
    readonly certificatesSignature: Proof | null,
  ) {}

  /** Read the message of the second round; raises FormatError. See `check`. */
  static parse(group: Group, value: Json, what: string): Dealing {
    const fields = checkFields(value, ['coefexps', 'signature'], what)
    const signature = parseProof(fields.get('signature'), group, what)
    return Dealing.of(group, fields.get('coefexps'), signature, what)
  }

  /** Read coefexps as they stand in trustees.json, with the trustee's certs_sig; raises FormatError. */
  static of(group: Group, coefexps: Json, signature: Proof | null, what: string): Dealing {
    const signed = SignedMessage.parse(group, coefexps, what)
    const listed = checkList(checkFields(signed.content(), ['coefexps'], what).get('coefexps'), what)
    return new Dealing(
      signed,
      listed.map((each) => group.parse(each, what)),
      signature,
    )
  }

  /** Return the message of the second round; raises RangeError without certs_sig (Belenios 2.0). */
  toJson(): { readonly coefexps: WritableFields; readonly signature: WritableFields } {
    if (this.certificatesSignature === null) throw new RangeError('no signature over the certificates')
    return { coefexps: this.coefexps.toJson(), signature: proofToJson(this.certificatesSignature) }
  }

  /** Tell whether both say the same. */
  equals(other: Dealing): boolean {
    const sameSignature = sameProof(this.certificatesSignature, other.certificatesSignature)
    return this.coefexps.equals(other.coefexps) && sameSignature
  }

  /**
   * Refuse a dealing that does not belong to trustee `index` of these certificates. Raises VerificationError
   * `coefexps-signature`, `coefexps-commitment`, `coefexps-length`, `element-membership`, `identity` or
   * `certificates-signature`.
   */
  check(group: Group, certificates: readonly Certificate[], index: number, threshold: number): void {
    const what = `the dealing of trustee ${index}`
    const certificate = certificates[index - 1] as Certificate
    this.coefexps.check(group, certificate.verification, what, 'coefexps-signature')
    certificate.checkCommitment(this.coefexps, what)
    if (this.elements.length !== threshold) {
      const shown = `${what} has ${this.elements.length} coefficients, expected ${threshold}`
      throw new VerificationError('coefexps-length', shown)
    }
    for (const element of this.elements) checkKey(group, element, what)
    if (this.certificatesSignature === null) return
    const message = certificatesMessage(group, certificates, this.elements)
    const signed = new SignedMessage(message, this.certificatesSignature)
    signed.check(group, certificate.verification, what, 'certificates-signature')
  }

  /** Refuse, as BadShareError `share`, a share not on the polynomial; anyone shown a share can check it. */
  checkShare(group: Group, sender: number, recipient: number, share: bigint): void {
    if (group.powerG(share) !== evaluateInExponent(group, this.elements, recipient)) {
      const message = `the share of trustee ${sender} for trustee ${recipient} does not fit what it signed`
      throw new BadShareError('share', message, sender)
    }
  }
}

/** Write the text a trustee signs to reveal its coefficients. */
export function coefexpsMessage(group: Group, elements: readonly bigint[]): string {
  return compactText({ coefexps: elements.map((element) => group.text(element)) })
}

/** Write the text ("certs_sig") by which a trustee confirms which certificates it saw. */
export function certificatesMessage(
  group: Group,
  certificates: readonly Certificate[],
  elements: readonly bigint[],
): string {
  const certs = certificates.map((certificate) => certificate.signed.toJson())
  const coefexps = elements.map((element) => group.text(element))
  return `certs_sig|${compactText({ certs, coefexps })}`
}

/** Return g^f(point) from g^a for each coefficient a of f. */
export function evaluateInExponent(group: Group, elements: readonly bigint[], point: number): bigint {
  let power = BigInt(1)
  const factors = elements.map((element) => {
    const factor = group.power(element, power)
    power = (power * BigInt(point)) % group.q
    return factor
  })
  return group.multiply(...factors)
}
