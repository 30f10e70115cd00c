/**
 * Who can decrypt: trustees.json, read strictly (Belenios 2.0 facts 9 and 11h).
 *
 * Every member must take part in a decryption: a mandatory trustee ("Single"), or a threshold group ("Pedersen"),
 * for which `threshold` of its trustees act. Trustees are numbered from 1 through all members in order; that number
 * is the owner of a partial decryption.
 */
import { type Fields, checkFields, checkInteger, checkList } from './encoding'
import { FormatError, VerificationError } from './errors'
import { BELENIOS_2048, type Group } from './group'
import { type Json, type WritableFields, compact, parseCanonical } from './json'
import { type Proof, parseProof } from './proofs'
import { type Drawn, NUMBER_BYTES } from './random'
import { Certificate, Dealing, Seat, TrusteeKey, checkKey, evaluateInExponent } from './transcript'
import { type Work, finish } from './work'

const GROUP_FIELDS = ['threshold', 'certs', 'coefexps', 'signatures', 'verification_keys'] as const

/** Random bytes that the key of a mandatory trustee takes. */
export const SINGLE_KEY_BYTES = 2 * NUMBER_BYTES

/** Draw the secret of a mandatory trustee and make the public key to hand in. */
export function makeSingleKey(
  drawn: Drawn,
  name: string | null = null,
): { readonly secret: bigint; readonly key: TrusteeKey } {
  const secret = drawn.scalar(BELENIOS_2048.q)
  return { secret, key: TrusteeKey.make(BELENIOS_2048, secret, drawn, name, null) }
}

/** One who must take part, or a group of whom `threshold` must; with the transcript of its ceremony. */
export interface Member {
  readonly threshold: number
  readonly keys: readonly TrusteeKey[]
  readonly publicKey: bigint
  readonly ceremony: Ceremony | null
}

/** The public transcript of a threshold group. */
export interface Ceremony {
  readonly certificates: readonly Certificate[]
  readonly dealings: readonly Dealing[]
}

/** A checked trustees.json; `raw` is the file, byte for byte. */
export class Trustees {
  /** The verification keys of all trustees, owner 1 first. */
  readonly keys: readonly TrusteeKey[]
  /** The election key: the product of what the members guard. */
  readonly publicKey: bigint

  private constructor(
    readonly members: readonly Member[],
    readonly raw: Uint8Array,
    readonly group: Group = BELENIOS_2048,
  ) {
    this.keys = members.flatMap((member) => member.keys)
    this.publicKey = group.multiply(...members.map((member) => member.publicKey))
  }

  /** Write trustees.json from public keys and ceremony results; raises as `parse` does. */
  static create(
    mandatory: readonly WritableFields[],
    thresholdGroups: readonly WritableFields[] = [],
  ): Trustees {
    const singles = mandatory.map((key) => ['Single', key])
    return Trustees.parse(compact([...singles, ...thresholdGroups.map((each) => ['Pedersen', each])]))
  }

  /** Read trustees.json at once; see `parsing`. */
  static parse(raw: Uint8Array): Trustees {
    return finish(Trustees.parsing(raw))
  }

  /**
   * Read trustees.json and check everything in it, in steps of a message.
   *
   * Raises FormatError for bytes that are not canonical, an unknown kind, or another form; VerificationError
   * `trustees-none`, `trustees-duplicate`, `threshold`, `identity`, `verification-key`, or a rule of a key,
   * certificate or dealing (see transcript).
   */
  static *parsing(raw: Uint8Array): Work<Trustees> {
    const group = BELENIOS_2048
    const entries = checkList(parseCanonical(raw), 'trustees.json')
    if (entries.length === 0)
      throw new VerificationError('trustees-none', 'nobody can decrypt: there is no trustee')
    const members: Member[] = []
    for (const entry of entries) {
      const before = members.reduce((sum, member) => sum + member.keys.length, 0)
      members.push(yield* parsingMember(group, entry, before + 1))
    }
    const trustees = new Trustees(members, raw, group)
    checkDistinct(
      trustees.keys.map((key) => key.publicKey),
      'public key',
    )
    checkKey(group, trustees.publicKey, 'the election key')
    return trustees
  }

  /** Return the numbers of the trustees of the member at a place. */
  ownersOf(place: number): readonly number[] {
    const before = this.members.slice(0, place).reduce((sum, member) => sum + member.keys.length, 0)
    return (this.members[place] as Member).keys.map((_, index) => before + index + 1)
  }

  /** Return the key against which this trustee's decryptions are checked; raises `trustee-owner`. */
  verificationKey(owner: number): bigint {
    const key = this.keys[owner - 1]
    if (key === undefined) {
      throw new VerificationError('trustee-owner', `there is no trustee ${owner} of ${this.keys.length}`)
    }
    return key.publicKey
  }

  /** Refuse an election key that is not the one these trustees guard; raises `election-key`. */
  checkPublicKey(publicKey: bigint): void {
    if (publicKey !== this.publicKey) {
      throw new VerificationError('election-key', "the trustees' keys do not make the election's")
    }
  }

  /** Name a trustee for a person: its number, and its name if it gave one. */
  describe(owner: number): string {
    const name = this.keys[owner - 1]?.name ?? null
    return name === null ? `trustee ${owner}` : `trustee ${owner} (${name})`
  }

  /** Tell whether the partial decryptions of these trustees are enough. */
  canDecrypt(owners: ReadonlySet<number>): boolean {
    return this.members.every((member, place) => {
      return this.ownersOf(place).filter((owner) => owners.has(owner)).length >= member.threshold
    })
  }

  /**
   * Refuse threshold groups whose trustees did not commit before they revealed: in them the last to speak can bias
   * the key. Raises VerificationError `ceremony-bound`.
   */
  checkBound(): void {
    const certificates = this.members.flatMap((member) => member.ceremony?.certificates ?? [])
    if (certificates.some((each) => each.seat === null || each.coefexpsSha256 === null)) {
      throw new VerificationError('ceremony-bound', 'the certificates do not fix places and coefficients')
    }
  }
}

function* parsingMember(group: Group, entry: Json, first: number): Work<Member> {
  const [kind, value] = checkList(entry, 'a member of trustees.json', 2)
  if (kind === 'Single') {
    const key = TrusteeKey.parse(group, value as Json, `trustee ${first}`)
    yield null
    return { threshold: 1, keys: [key], publicKey: key.publicKey, ceremony: null }
  }
  if (kind === 'Pedersen') return yield* parsingThresholdGroup(group, value as Json)
  throw new FormatError('trustees-kind', 'a member of trustees.json is neither Single nor Pedersen')
}

/** Read the public transcript of a ceremony and check it, in steps; raises as `Trustees.parsing` does. */
export function* parsingThresholdGroup(group: Group, value: Json): Work<Member> {
  const fields = checkFields(value, GROUP_FIELDS, 'a threshold group', ['signatures'])
  const threshold = checkInteger(fields.get('threshold'), 'the threshold', 1)
  const certificates: Certificate[] = []
  for (const each of checkList(fields.get('certs'), 'certs')) {
    certificates.push(Certificate.parse(group, each, `the certificate of trustee ${certificates.length + 1}`))
    yield null
  }
  checkCertificates(certificates, threshold)
  const dealings = parseDealings(group, fields, certificates)
  for (const [place, dealing] of dealings.entries()) {
    dealing.check(group, certificates, place + 1, threshold)
    yield null
  }
  const keys = yield* parsingKeys(group, fields, certificates, dealings)
  const publicKey = combinedElements(group, dealings)[0] as bigint
  return { threshold, keys, publicKey, ceremony: { certificates, dealings } }
}

function* parsingKeys(
  group: Group,
  fields: Fields,
  certificates: readonly Certificate[],
  dealings: readonly Dealing[],
): Work<readonly TrusteeKey[]> {
  const entries = checkList(fields.get('verification_keys'), 'verification_keys', certificates.length)
  const keys: TrusteeKey[] = []
  for (const each of entries) {
    keys.push(TrusteeKey.parse(group, each, `trustee ${keys.length + 1}`))
    yield null
  }
  const combined = combinedElements(group, dealings)
  for (const [place, key] of keys.entries()) {
    checkVerificationKey(group, key, certificates[place] as Certificate, place + 1, combined)
    yield null
  }
  return keys
}

/**
 * Refuse certificates that do not belong to one ceremony. Raises VerificationError `threshold` if it is not in
 * 1..n, `trustees-duplicate` for a key used twice, `certificate-context` if one names another place than it has, or
 * only some name one.
 */
export function checkCertificates(certificates: readonly Certificate[], threshold: number): void {
  const size = certificates.length
  if (size === 0) throw new VerificationError('threshold', 'a threshold group has no trustee')
  certificates.forEach(({ seat }, place) => {
    const expected = new Seat(size, threshold, place + 1)
    if (seat !== null && !seat.equals(expected)) {
      throw new VerificationError(
        'certificate-context',
        `certificate ${place + 1} of ${size} names another place`,
      )
    }
  })
  if (new Set(certificates.map((each) => each.seat === null)).size > 1) {
    throw new VerificationError('certificate-context', 'only some certificates name their place')
  }
  checkDistinct(
    certificates.map((each) => each.verification),
    'signing key',
  )
  checkDistinct(
    certificates.map((each) => each.encryption),
    'encryption key',
  )
}

/** Return g^a for each coefficient a of the sum of all polynomials; the first is the group's key. */
export function combinedElements(group: Group, dealings: readonly Dealing[]): readonly bigint[] {
  const first = dealings[0]?.elements ?? []
  return first.map((_, place) => group.multiply(...dealings.map((each) => each.elements[place] as bigint)))
}

/**
 * Refuse a key that is not the one the dealings give to trustee `index`, or that it did not sign. Raises
 * VerificationError `verification-key` or `verification-key-signature`.
 */
export function checkVerificationKey(
  group: Group,
  key: TrusteeKey,
  certificate: Certificate,
  index: number,
  combined: readonly bigint[],
): void {
  if (key.publicKey !== evaluateInExponent(group, combined, index)) {
    throw new VerificationError('verification-key', `the key of trustee ${index} is not the one dealt to it`)
  }
  if (certificate.seat !== null || key.signature !== null) {
    key.checkSignature(group, certificate.verification, `the key of trustee ${index}`)
  }
}

function parseDealings(
  group: Group,
  fields: Fields,
  certificates: readonly Certificate[],
): readonly Dealing[] {
  const size = certificates.length
  const signatures = parseSignatures(group, fields, certificates)
  return checkList(fields.get('coefexps'), 'coefexps', size).map((entry, place) => {
    return Dealing.of(group, entry, signatures[place] ?? null, `the coefexps of trustee ${place + 1}`)
  })
}

function parseSignatures(
  group: Group,
  fields: Fields,
  certificates: readonly Certificate[],
): readonly Proof[] {
  if (!fields.has('signatures')) {
    if (certificates[0]?.seat === null) return []
    throw new VerificationError('certificates-signature', 'no signatures over all certificates')
  }
  const entries = checkList(fields.get('signatures'), 'signatures', certificates.length)
  return entries.map((entry) => parseProof(entry, group, 'a signature over all certificates'))
}

function checkDistinct(keys: readonly bigint[], what: string): void {
  if (new Set(keys).size !== keys.length) {
    throw new VerificationError('trustees-duplicate', `two trustees have the same ${what}`)
  }
}
