/**
 * Decrypting a tally by several trustees (Belenios 2.0 facts 7 and 8).
 *
 * Each trustee raises every alpha to its secret and proves it did; the products of what enough trustees gave unmask
 * the sums. No secret ever leaves its trustee.
 */
import type { Election } from './election'
import { checkFields } from './encoding'
import { VerificationError, described } from './errors'
import { type Group, inverseModulo } from './group'
import { type WritableFields, compact, parseCanonical } from './json'
import {
  type Proof,
  checkEqualExponents,
  decryptionPrefix,
  parseProof,
  proofToJson,
  proveEqualExponents,
} from './proofs'
import { type Drawn, NUMBER_BYTES } from './random'
import { type EncryptedTally, type Matrix, parseRows } from './tally'
import type { Member, Trustees } from './trustees'
import { type Work, finish } from './work'

const ONE = BigInt(1)

/** A decryption share whose proofs hold; made by `checkingDecryption` only. */
export interface PartialDecryption {
  readonly owner: number
  readonly factors: Matrix
}

/** Return how many random bytes a decryption share of this election takes. */
export function decryptionBytes(election: Election): number {
  return NUMBER_BYTES * election.questions.reduce((sum, question) => sum + question.size, 0)
}

/** Write a decryption share at once; see `decrypting`. */
export function partialDecryption(
  election: Election,
  trusteeSecret: bigint,
  tally: EncryptedTally,
  drawn: Drawn,
): Uint8Array {
  return finish(decrypting(election, trusteeSecret, tally, drawn))
}

/**
 * Write a trustee's decryption share of a tally, in steps of a column.
 *
 * The caller must have verified the whole archive and that the tally is one of the two the manifest allows: whoever
 * decrypts a third weighting reveals single votes (facts 12).
 */
export function* decrypting(
  election: Election,
  trusteeSecret: bigint,
  tally: EncryptedTally,
  drawn: Drawn,
): Work<Uint8Array> {
  const { group } = election
  const secret = group.scalar(trusteeSecret)
  const prefix = decryptionPrefix(election.fingerprint, group, group.powerG(secret))
  const factors: string[][] = []
  const proofs: WritableFields[][] = []
  for (const row of tally.questions) {
    factors.push([])
    proofs.push([])
    for (const { alpha } of row) {
      factors[factors.length - 1]?.push(group.text(group.power(alpha, secret)))
      proofs[proofs.length - 1]?.push(proofToJson(proveEqualExponents(group, prefix, alpha, secret, drawn)))
      yield null
    }
  }
  return compact({ decryption_factors: factors, decryption_proofs: proofs })
}

/** Check a decryption share at once; see `checkingDecryption`. */
export function checkPartialDecryption(
  election: Election,
  trustees: Trustees,
  owner: number,
  tally: EncryptedTally,
  raw: Uint8Array,
): PartialDecryption {
  return finish(checkingDecryption(election, trustees, owner, tally, raw))
}

/**
 * Read a decryption share and refuse it unless every factor is proven, in steps of a column.
 *
 * Raises VerificationError `trustee-owner`, `element-membership` or `decryption-proof`; FormatError for another
 * form. The message names the trustee.
 */
export function* checkingDecryption(
  election: Election,
  trustees: Trustees,
  owner: number,
  tally: EncryptedTally,
  raw: Uint8Array,
): Work<PartialDecryption> {
  const { group, fingerprint } = election
  const publicKey = trustees.verificationKey(owner)
  const what = `partial decryption of ${trustees.describe(owner)}`
  const read = described(what, () => parse(election, raw))
  const prefix = decryptionPrefix(fingerprint, group, publicKey)
  const [factors, proofs] = [read.factors.flat(), read.proofs.flat()]
  for (const [place, { alpha }] of tally.questions.flat().entries()) {
    const result = factors[place] as bigint
    described(what, () => {
      group.checkElement(result, 'a decryption factor')
      const statement = { publicKey, base: alpha, result }
      checkEqualExponents(group, prefix, statement, proofs[place] as Proof, 'decryption-proof')
    })
    yield null
  }
  return { owner, factors: read.factors }
}

/**
 * Return the factor alpha^x for every column, x being the secret nobody holds.
 *
 * Raises VerificationError `decryption-duplicate` for two shares of one trustee, `trustee-owner`,
 * `decryption-missing` when a mandatory trustee or some of a threshold group lack, `decryption-shape`.
 */
export function combine(
  trustees: Trustees,
  decryptions: readonly PartialDecryption[],
  tally: EncryptedTally,
): Matrix {
  const byOwner = new Map(decryptions.map((each) => [each.owner, each.factors]))
  if (byOwner.size !== decryptions.length) {
    throw new VerificationError('decryption-duplicate', 'a trustee decrypted twice')
  }
  for (const owner of byOwner.keys()) trustees.verificationKey(owner)
  const parts = trustees.members.map((member, place) => {
    return combineMember(trustees, member, trustees.ownersOf(place), byOwner)
  })
  for (const part of parts) checkShape(part, tally)
  return multiplyMatrices(trustees.group, parts)
}

/** Return the exponent with which trustee `index` enters when those in `present` decrypt. */
export function lagrange(group: Group, present: readonly number[], index: number): bigint {
  let numerator = ONE
  let denominator = ONE
  for (const other of present.filter((place) => place !== index)) {
    numerator = (numerator * BigInt(other)) % group.q
    denominator = group.scalar(denominator * BigInt(other - index))
  }
  return (numerator * inverseModulo(denominator, group.q)) % group.q
}

function parse(
  election: Election,
  raw: Uint8Array,
): { readonly factors: Matrix; readonly proofs: readonly (readonly Proof[])[] } {
  const { group } = election
  const names = ['decryption_factors', 'decryption_proofs']
  const fields = checkFields(parseCanonical(raw), names, 'the partial decryption')
  const factors = parseRows(election, fields.get('decryption_factors'), 'decryption_factors')
  const proofs = parseRows(election, fields.get('decryption_proofs'), 'decryption_proofs')
  return {
    factors: factors.map((row) => row.map((each) => group.parse(each, 'a decryption factor'))),
    proofs: proofs.map((row) => row.map((each) => parseProof(each, group, 'a decryption proof'))),
  }
}

function checkShape(part: Matrix, tally: EncryptedTally): void {
  const sizes = (rows: readonly (readonly unknown[])[]): string => rows.map((row) => row.length).join()
  if (sizes(part) !== sizes(tally.questions)) {
    throw new VerificationError('decryption-shape', 'the decryption factors are of another tally')
  }
}

/** Combine the first `threshold` shares present, in the order of trustees, as the peer does. */
function combineMember(
  trustees: Trustees,
  member: Member,
  owners: readonly number[],
  byOwner: ReadonlyMap<number, Matrix>,
): Matrix {
  const { group } = trustees
  const present = owners.filter((owner) => byOwner.has(owner)).slice(0, member.threshold)
  if (present.length < member.threshold) {
    const shown = `${member.threshold} of ${owners.length} must decrypt, ${present.length} did`
    throw new VerificationError('decryption-missing', shown)
  }
  const places = present.map((owner) => owner - (owners[0] as number) + 1)
  const raised = present.map((owner, place) => {
    const weight = lagrange(group, places, places[place] as number)
    return (byOwner.get(owner) as Matrix).map((row) => row.map((factor) => group.power(factor, weight)))
  })
  return multiplyMatrices(group, raised)
}

function multiplyMatrices(group: Group, matrices: readonly Matrix[]): Matrix {
  const first = matrices[0] as Matrix
  return first.map((row, question) =>
    row.map((_, column) =>
      group.multiply(...matrices.map((matrix) => (matrix[question] as readonly bigint[])[column] as bigint)),
    ),
  )
}
