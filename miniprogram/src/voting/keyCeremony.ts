/**
 * How trustees make a threshold key together, each on its own device (Pedersen; Belenios 2.0 facts 9).
 *
 * Three rounds; a server only carries messages. What a trustee keeps between rounds is one object with `toJson` and
 * `fromJson`; it holds secrets and never leaves the trustee's device.
 *
 * 1. `CeremonyStart.begin` draws all secrets; its `certificate` is published.
 * 2. Once ALL certificates are published, `CeremonyStart.deal` checks them and fixes them for good; the `dealing` is
 *    published and `shareFor(j)` goes to trustee j through a channel only j can read. One list of certificates is
 *    answered and no second: keep the result, drop the start.
 * 3. Once all dealings are published and all shares received, `CeremonyDealt.conclude` checks everything and returns
 *    the trustee's decryption secret and the verification key to publish.
 *
 * Anyone then calls `assemble`; each trustee confirms with `CeremonyDealt.checkOutcome` that the published
 * trustees.json is of the ceremony it took part in. A bad share raises BadShareError naming its sender; the accused
 * then publishes that one share and anyone settles the complaint with `Dealing.checkShare`.
 */
import { encodeUtf8, toNumber } from './bytes'
import { BASE58 } from './credentials'
import {
  checkFields,
  checkInteger,
  checkList,
  checkText,
  hashText,
  hexSha256,
  parseDecimal,
} from './encoding'
import { BadShareError, VerificationError } from './errors'
import { BELENIOS_2048 } from './group'
import { type Json, type WritableFields, compactText, parseJson } from './json'
import { type Drawn, NUMBER_BYTES } from './random'
import {
  Certificate,
  Dealing,
  Seat,
  SignedMessage,
  TrusteeKey,
  certificatesMessage,
  coefexpsMessage,
} from './transcript'
import { Trustees, checkCertificates, checkVerificationKey, combinedElements } from './trustees'

const GROUP = BELENIOS_2048
const SEED_DIGITS = 22
const ZERO = BigInt(0)

/** Random bytes that each round takes, for a ceremony of this threshold. */
export const CEREMONY_BYTES = {
  begin: (threshold: number): number => NUMBER_BYTES * (SEED_DIGITS + threshold + 1),
  deal: 2 * NUMBER_BYTES,
  conclude: 2 * NUMBER_BYTES,
} as const

/** What a trustee keeps after the first round; secret except for the certificate. */
export class CeremonyStart {
  private constructor(
    readonly seat: Seat,
    private readonly seed: string,
    private readonly polynomial: readonly bigint[],
    readonly certificate: Certificate,
  ) {}

  /**
   * Draw the secrets of one trustee. `channelKey` is the public key, in 64 hexadecimal digits, that shares for this
   * trustee are to be sealed to; being in the certificate, no carrier can swap it unseen.
   */
  static begin(seat: Seat, drawn: Drawn, channelKey: string | null = null): CeremonyStart {
    const seed = drawn.text(BASE58, SEED_DIGITS)
    const polynomial = Array.from({ length: seat.threshold }, () => drawn.scalar(GROUP.q))
    const channel: WritableFields = channelKey === null ? {} : { channel_key: channelKey }
    const message = compactText({
      context: seat.toJson(GROUP),
      verification: GROUP.text(GROUP.powerG(derived('sk', seed))),
      encryption: GROUP.text(GROUP.powerG(derived('dk', seed))),
      coefexps_sha256: hexSha256(encodeUtf8(coefexpsMessage(GROUP, elementsOf(polynomial)))),
      ...channel,
    })
    const signed = SignedMessage.sign(GROUP, derived('sk', seed), message, drawn)
    const certificate = Certificate.parse(GROUP, parseJson(compactText(signed.toJson())), 'my certificate')
    return new CeremonyStart(seat, seed, polynomial, certificate)
  }

  /** Read what `toJson` wrote; raises VerificationError if it is damaged. */
  static fromJson(value: Json): CeremonyStart {
    const names = ['seat', 'seed', 'polynomial', 'certificate']
    const fields = checkFields(value, names, 'the state of the first round')
    return new CeremonyStart(
      Seat.parse(GROUP, fields.get('seat'), 'my place'),
      checkText(fields.get('seed'), 'the seed'),
      checkList(fields.get('polynomial'), 'the polynomial').map(parseSecret),
      Certificate.parse(GROUP, fields.get('certificate'), 'my certificate'),
    )
  }

  /** Return the state, secrets included, for the trustee's own device. */
  toJson(): WritableFields {
    return {
      seat: this.seat.toJson(GROUP),
      seed: this.seed,
      polynomial: this.polynomial.map((each) => each.toString()),
      certificate: this.certificate.signed.toJson(),
    }
  }

  /** The secret of the key that signs the messages of this ceremony. */
  get signer(): bigint {
    return derived('sk', this.seed)
  }

  /**
   * Answer the published certificates, all of them in order of index: the second round. Raises VerificationError as
   * `readCertificates`; `certificate-own` if mine is not at my place.
   */
  deal(certificates: readonly Json[], drawn: Drawn): CeremonyDealt {
    const fixed = readCertificates(certificates)
    const mine = fixed[this.seat.index - 1]
    if (this.seat.size !== fixed.length || mine?.signed.equals(this.certificate.signed) !== true) {
      throw new VerificationError('certificate-own', 'my certificate is not at my place in the list')
    }
    const elements = elementsOf(this.polynomial)
    const coefexps = SignedMessage.sign(GROUP, this.signer, coefexpsMessage(GROUP, elements), drawn)
    const seen = SignedMessage.sign(GROUP, this.signer, certificatesMessage(GROUP, fixed, elements), drawn)
    return new CeremonyDealt(this, fixed, new Dealing(coefexps, elements, seen.signature))
  }

  /** Return the value of the secret polynomial at a trustee's place. */
  valueAt(place: number): bigint {
    const point = BigInt(place)
    return this.polynomial.reduceRight((total, coefficient) => (total * point + coefficient) % GROUP.q, ZERO)
  }
}

/** What a trustee keeps after the second round; secret except for the dealing. */
export class CeremonyDealt {
  constructor(
    readonly start: CeremonyStart,
    readonly certificates: readonly Certificate[],
    readonly dealing: Dealing,
  ) {}

  /** Read what `toJson` wrote; raises VerificationError if it is damaged. */
  static fromJson(value: Json): CeremonyDealt {
    const fields = checkFields(value, ['start', 'certificates', 'dealing'], 'the state of the second round')
    const certificates = readCertificates(checkList(fields.get('certificates'), 'the certificates'))
    const start = CeremonyStart.fromJson(fields.get('start'))
    const dealing = receiveDealing(certificates, start.seat.index, fields.get('dealing'))
    return new CeremonyDealt(start, certificates, dealing)
  }

  /** Return the state, secrets included, for the trustee's own device. */
  toJson(): WritableFields {
    return {
      start: this.start.toJson(),
      certificates: this.certificates.map((certificate) => certificate.signed.toJson()),
      dealing: this.dealing.toJson(),
    }
  }

  /** Return the secret share of trustee `recipient`, for its eyes only. */
  shareFor(recipient: number): bigint {
    return this.start.valueAt(recipient)
  }

  /**
   * Check what all others dealt and add up my share of the key: the third round. `dealings` are all published ones in
   * order of index; `shares` is what each other trustee sent me, by its index.
   *
   * Raises BadShareError `share` or `share-missing`, with the sender: the ground for a complaint; VerificationError
   * `dealing-own`, or a rule of `Dealing.check`.
   */
  conclude(
    dealings: readonly Json[],
    shares: ReadonlyMap<number, bigint>,
    drawn: Drawn,
    name: string | null = null,
  ): TrusteeShare {
    const { index } = this.start.seat
    const read = readDealings(this.certificates, dealings)
    if (read[index - 1]?.equals(this.dealing) !== true) {
      throw new VerificationError('dealing-own', 'my dealing is not the one I made')
    }
    const parts = read.map((dealing, place) => {
      return place + 1 === index ? this.shareFor(index) : checkedShare(dealing, place + 1, index, shares)
    })
    const secret = parts.reduce((sum, part) => sum + part, ZERO) % GROUP.q
    return new TrusteeShare(index, secret, TrusteeKey.make(GROUP, secret, drawn, name, this.start.signer))
  }

  /**
   * Refuse a trustees.json that is not of the ceremony I took part in. A server that played a different ceremony to
   * each trustee is found out here at the latest. Raises VerificationError `ceremony-outcome`.
   */
  checkOutcome(trustees: Trustees): void {
    const place = this.start.seat.index - 1
    const found = trustees.members.flatMap(({ ceremony }) => {
      if (ceremony === null || !sameCertificates(ceremony.certificates, this.certificates)) return []
      return [ceremony.dealings[place] as Dealing]
    })
    if (found.length !== 1 || found[0]?.equals(this.dealing) !== true) {
      throw new VerificationError('ceremony-outcome', 'these trustees are not of the ceremony I took part in')
    }
  }
}

/** What a trustee keeps for the decryption: its secret, and the public key that goes with it. */
export class TrusteeShare {
  constructor(
    readonly index: number,
    readonly secret: bigint,
    readonly key: TrusteeKey,
  ) {}

  /** Read what `toJson` wrote; raises VerificationError if it is damaged. */
  static fromJson(value: Json): TrusteeShare {
    const fields = checkFields(value, ['index', 'secret', 'key'], "a trustee's share")
    const key = TrusteeKey.parse(GROUP, fields.get('key'), 'my verification key')
    const secret = parseSecret(fields.get('secret'))
    if (GROUP.powerG(secret) !== key.publicKey) {
      throw new VerificationError('share', 'the secret is not the one of the verification key')
    }
    return new TrusteeShare(checkInteger(fields.get('index'), 'my index', 1), secret, key)
  }

  /** Return the share, secret included, for the trustee's own device. */
  toJson(): WritableFields {
    return { index: this.index, secret: this.secret.toString(), key: this.key.toJson(GROUP) }
  }
}

/**
 * Read the certificates of all trustees in order of index. Raises VerificationError with a rule of
 * `Certificate.parse` or `checkCertificates`; `ceremony-bound` if one names no place or commits to no coefficients,
 * or if only some name a channel key.
 */
export function readCertificates(values: readonly Json[]): readonly Certificate[] {
  const read = values.map((value, place) => {
    return Certificate.parse(GROUP, value, `the certificate of trustee ${place + 1}`)
  })
  checkCertificates(read, checkBound(read))
  return read
}

/** Read all published dealings in order of index; raises as `receiveDealing`, or `dealing-missing`. */
export function readDealings(
  certificates: readonly Certificate[],
  values: readonly Json[],
): readonly Dealing[] {
  if (values.length !== certificates.length) {
    const message = `${values.length} dealings of ${certificates.length} trustees`
    throw new VerificationError('dealing-missing', message)
  }
  return values.map((value, place) => receiveDealing(certificates, place + 1, value))
}

/**
 * Check a certificate on its arrival, for the place it was asked for. Raises VerificationError with a rule of
 * `Certificate.parse`; `certificate-context`, `ceremony-bound`.
 */
export function receiveCertificate(value: Json, seat: Seat): Certificate {
  const certificate = Certificate.parse(GROUP, value, `the certificate of trustee ${seat.index}`)
  checkBound([certificate])
  if (certificate.seat?.equals(seat) !== true) {
    throw new VerificationError('certificate-context', `the certificate is not for place ${seat.index}`)
  }
  return certificate
}

/**
 * Check the dealing of trustee `index` on its arrival, all certificates being fixed. Raises VerificationError
 * `threshold` for a wrong index, or a rule of `Dealing.check`.
 */
export function receiveDealing(certificates: readonly Certificate[], index: number, value: Json): Dealing {
  const seat = new Seat(certificates.length, checkBound(certificates), index)
  const dealing = Dealing.parse(GROUP, value, `the dealing of trustee ${index}`)
  dealing.check(GROUP, certificates, index, seat.threshold)
  return dealing
}

/**
 * Check the verification key of trustee `index` on its arrival, all dealings being known. Raises VerificationError
 * with a rule of `TrusteeKey.parse`; `verification-key`, `verification-key-signature`.
 */
export function receiveKey(
  certificates: readonly Certificate[],
  dealings: readonly Dealing[],
  index: number,
  value: Json,
): TrusteeKey {
  const key = TrusteeKey.parse(GROUP, value, `trustee ${index}`)
  const certificate = certificates[index - 1] as Certificate
  checkVerificationKey(GROUP, key, certificate, index, combinedElements(GROUP, dealings))
  return key
}

/** Join the public messages of all trustees, in order of index, to trustees.json; raises if anything is wrong. */
export function assemble(
  certificates: readonly Json[],
  dealings: readonly Json[],
  keys: readonly WritableFields[],
): Trustees {
  const fixed = readCertificates(certificates)
  const dealt = readDealings(fixed, dealings)
  const group: WritableFields = {
    threshold: (dealt[0] as Dealing).elements.length,
    certs: fixed.map((certificate) => certificate.signed.toJson()),
    coefexps: dealt.map((dealing) => dealing.toJson().coefexps),
    signatures: dealt.map((dealing) => dealing.toJson().signature),
    verification_keys: keys,
  }
  return Trustees.create([], [group])
}

function elementsOf(polynomial: readonly bigint[]): readonly bigint[] {
  return polynomial.map((coefficient) => GROUP.powerG(coefficient))
}

/** Derive the signing ("sk") or encryption ("dk") secret from the seed, as the peer does. */
function derived(purpose: string, seed: string): bigint {
  return toNumber(hashText(`${purpose}|${seed}`)) % GROUP.q
}

function parseSecret(value: Json): bigint {
  return parseDecimal(value, 'a secret', GROUP.q)
}

/** Return the threshold all agreed on, or refuse certificates that fix less than ours do. */
function checkBound(certificates: readonly Certificate[]): number {
  const [first] = certificates
  if (first === undefined) throw new VerificationError('threshold', 'there is no certificate')
  const isBound = certificates.every((each) => each.seat !== null && each.coefexpsSha256 !== null)
  if (first.seat === null || !isBound) {
    throw new VerificationError('ceremony-bound', 'a certificate does not fix its place and coefficients')
  }
  if (new Set(certificates.map((each) => each.channelKey === null)).size > 1) {
    throw new VerificationError('ceremony-bound', 'only some certificates name a key for sealed shares')
  }
  return first.seat.threshold
}

function sameCertificates(left: readonly Certificate[], right: readonly Certificate[]): boolean {
  const same = left.every((each, place) => right[place]?.signed.equals(each.signed) === true)
  return same && left.length === right.length
}

function checkedShare(
  dealing: Dealing,
  sender: number,
  recipient: number,
  shares: ReadonlyMap<number, bigint>,
): bigint {
  const share = shares.get(sender)
  if (share === undefined || share < ZERO || share >= GROUP.q) {
    throw new BadShareError(
      'share-missing',
      `there is no share of trustee ${sender} for trustee ${recipient}`,
      sender,
    )
  }
  dealing.checkShare(GROUP, sender, recipient, share)
  return share
}
