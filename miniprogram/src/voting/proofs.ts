/**
 * Ciphertexts and zero-knowledge proofs of the Belenios v1 protocol (Belenios 2.0 facts 1, 5, 7, 9).
 *
 * Letters of the specification used here, and only here: g generator, q group order, y election key, x secret
 * exponent with public g^x, w randomness of a proof, (alpha, beta) = (g^r, y^r g^m) ciphertext of the value m
 * with randomness r, a and b commitments.
 *
 * One convention holds throughout: response = w - x * challenge mod q, so a verifier recomputes every commitment
 * as base^response * public^challenge and compares the hash of all with the challenge.
 */
import { checkFields, checkList, parseDecimal } from './encoding'
import { VerificationError } from './errors'
import type { Group } from './group'
import type { Json } from './json'
import type { Drawn } from './random'

const ZERO = BigInt(0)

/** A challenge and the response to it, both scalars below q. */
export interface Proof {
  readonly challenge: bigint
  readonly response: bigint
}

/** The key to which choices are encrypted: y in its group. */
export interface ElectionKey {
  readonly group: Group
  readonly y: bigint
}

/** An ElGamal encryption of a small number, which stands in the exponent. */
export interface Ciphertext {
  readonly alpha: bigint
  readonly beta: bigint
}

/** What the prover knows of a ciphertext: its value m and its randomness r. */
export interface Opening {
  readonly value: number
  readonly randomness: bigint
}

/** The statement that a ciphertext encrypts a value. */
export interface Claim {
  readonly ciphertext: Ciphertext
  readonly value: number
}

/** The statement that at least one of the claims is true; `prefix` ties its proof to its place. */
export interface OneOf {
  readonly prefix: string
  readonly claims: readonly Claim[]
}

/** The statement that `result` is to `base` what `publicKey` is to g. */
export interface EqualExponents {
  readonly publicKey: bigint
  readonly base: bigint
  readonly result: bigint
}

/** Return the wire form of a proof, its fields in order. */
export function proofToJson(proof: Proof): { readonly [name: string]: string } {
  return { challenge: proof.challenge.toString(), response: proof.response.toString() }
}

/** Return the wire form of a ciphertext, its fields in order. */
export function ciphertextToJson(group: Group, ciphertext: Ciphertext): { readonly [name: string]: string } {
  return { alpha: group.text(ciphertext.alpha), beta: group.text(ciphertext.beta) }
}

/** Read one proof strictly; raises FormatError. */
export function parseProof(value: Json, group: Group, what: string): Proof {
  const fields = checkFields(value, ['challenge', 'response'], what)
  return {
    challenge: parseDecimal(fields.get('challenge'), `${what}: challenge`, group.q),
    response: parseDecimal(fields.get('response'), `${what}: response`, group.q),
  }
}

/** Read a list of exactly `count` proofs; raises FormatError `proof-count` or as `parseProof`. */
export function parseProofs(value: Json, group: Group, what: string, count: number): readonly Proof[] {
  return checkList(value, what, count, 'proof-count').map((entry) => parseProof(entry, group, what))
}

/** Read a ciphertext strictly; raises FormatError. Membership in the group is not tested. */
export function parseCiphertext(value: Json, group: Group, what: string): Ciphertext {
  const fields = checkFields(value, ['alpha', 'beta'], what)
  return {
    alpha: group.parse(fields.get('alpha'), `${what}: alpha`),
    beta: group.parse(fields.get('beta'), `${what}: beta`),
  }
}

/** Encrypt a small value, 0 or more. */
export function encrypt(key: ElectionKey, opening: Opening): Ciphertext {
  const { group, y } = key
  const masked = group.fixed(y)(opening.randomness)
  const value = group.power(group.g, BigInt(opening.value))
  return { alpha: group.powerG(opening.randomness), beta: group.multiply(masked, value) }
}

/** Return a ciphertext of the sum of what the given ones encrypt; of none, (1, 1). */
export function addCiphertexts(group: Group, ciphertexts: readonly Ciphertext[]): Ciphertext {
  return {
    alpha: group.multiply(...ciphertexts.map((each) => each.alpha)),
    beta: group.multiply(...ciphertexts.map((each) => each.beta)),
  }
}

/** Return the hash prefix of the signature of a ballot ("sig"). */
export function signaturePrefix(ballotHash: string): string {
  return `sig|${ballotHash}|`
}

/** Return the hash prefix of a signature in the trustees' key ceremony ("sigmsg"). */
export function messagePrefix(message: string): string {
  return `sigmsg|${message}|`
}

/** Return the hash prefix by which a trustee proves possession of a key ("pok"). */
export function possessionPrefix(group: Group, publicKey: bigint): string {
  return `pok|${group.name}|${group.text(publicKey)}|`
}

/** Return the hash prefix of the proofs of a partial decryption ("decrypt"). */
export function decryptionPrefix(fingerprint: string, group: Group, verificationKey: bigint): string {
  return `decrypt|${fingerprint}|${group.text(verificationKey)}|`
}

/** State that a ciphertext encrypts one of the values ("prove"). */
export function interval(
  context: string,
  group: Group,
  ciphertext: Ciphertext,
  values: readonly number[],
): OneOf {
  const shown = `${group.text(ciphertext.alpha)},${group.text(ciphertext.beta)}`
  return { prefix: `prove|${context}|${shown}|`, claims: values.map((value) => ({ ciphertext, value })) }
}

/** State that the ballot is not blank or nothing else is chosen ("bproof0"). */
export function blankExclusive(context: string, blank: Ciphertext, total: Ciphertext): OneOf {
  const claims = [blank, total].map((ciphertext) => ({ ciphertext, value: 0 }))
  return { prefix: `bproof0|${context}|`, claims }
}

/** State that the ballot is blank or the number of choices is one of the values ("bproof1"). */
export function blankOrInterval(
  context: string,
  blank: Ciphertext,
  total: Ciphertext,
  values: readonly number[],
): OneOf {
  const counted = values.map((value) => ({ ciphertext: total, value }))
  return { prefix: `bproof1|${context}|`, claims: [{ ciphertext: blank, value: 1 }, ...counted] }
}

/** Prove knowledge of x behind g^x; it signs the prefix. Takes one number of `drawn`. */
export function proveKnowledge(group: Group, prefix: string, secret: bigint, drawn: Drawn): Proof {
  const w = drawn.scalar(group.q)
  const challenge = group.hash(prefix, [group.powerG(w)])
  return { challenge, response: group.scalar(w - secret * challenge) }
}

/**
 * Refuse, under the name `rule`, a proof of knowledge that does not hold. `publicKey` must be known to be an
 * element of the group.
 */
export function checkKnowledge(
  group: Group,
  prefix: string,
  publicKey: bigint,
  proof: Proof,
  rule: string,
): void {
  const commitment = group.multiply(group.powerG(proof.response), group.power(publicKey, proof.challenge))
  if (group.hash(prefix, [commitment]) !== proof.challenge) {
    throw new VerificationError(rule, 'the proof that the secret key is known does not hold')
  }
}

/** Prove that g^x and base^x have the same x. Takes one number of `drawn`. */
export function proveEqualExponents(
  group: Group,
  prefix: string,
  base: bigint,
  secret: bigint,
  drawn: Drawn,
): Proof {
  const w = drawn.scalar(group.q)
  const challenge = group.hash(prefix, [group.powerG(w), group.power(base, w)])
  return { challenge, response: group.scalar(w - secret * challenge) }
}

/**
 * Refuse, under the name `rule`, a proof of equal exponents that does not hold. The three numbers of the
 * statement must be known to be elements of the group.
 */
export function checkEqualExponents(
  group: Group,
  prefix: string,
  statement: EqualExponents,
  proof: Proof,
  rule: string,
): void {
  const { challenge, response } = proof
  const a = group.multiply(group.powerG(response), group.power(statement.publicKey, challenge))
  const b = group.multiply(group.power(statement.base, response), group.power(statement.result, challenge))
  if (group.hash(prefix, [a, b]) !== challenge) {
    throw new VerificationError(rule, 'the proof of equal exponents does not hold')
  }
}

/**
 * Prove that one claim is true and hide which; `openings` open the ciphertext of each claim. Takes two numbers of
 * `drawn` a claim. Raises RangeError if no claim is true.
 *
 * A branch that is simulated has the commitments of a true one but for a factor g^(offset * challenge), so only
 * fixed bases are raised.
 */
export function proveOneOf(
  key: ElectionKey,
  statement: OneOf,
  openings: readonly Opening[],
  drawn: Drawn,
): readonly Proof[] {
  const { group } = key
  const offsets = statement.claims.map((claim, place) => (openings[place] as Opening).value - claim.value)
  const trueBranch = offsets.indexOf(0)
  if (trueBranch < 0) throw new RangeError('no claim is true')
  const ws = offsets.map(() => drawn.scalar(group.q))
  const simulated = offsets.map(() => drawn.scalar(group.q))
  simulated[trueBranch] = ZERO
  const shifts = offsets.map((offset, place) => BigInt(offset) * (simulated[place] as bigint))
  const total = group.hash(statement.prefix, commitments(key, ws, shifts))
  simulated[trueBranch] = group.scalar(total - simulated.reduce((sum, each) => sum + each, ZERO))
  return simulated.map((challenge, place) => {
    const { randomness } = openings[place] as Opening
    return { challenge, response: group.scalar((ws[place] as bigint) - randomness * challenge) }
  })
}

/**
 * Refuse, under the name `rule`, a proof that one of the claims is true. With `newElements` the ciphertexts are
 * tested for membership on the way, which must be asked for wherever it was not done before; raises
 * VerificationError `element-membership` then.
 */
export function checkOneOf(
  key: ElectionKey,
  statement: OneOf,
  proofs: readonly Proof[],
  rule: string,
  newElements = false,
): void {
  const { group } = key
  const challenges = proofs.map((proof) => proof.challenge)
  const raised = raiseToChallenges(group, statement.claims, challenges, newElements)
  // beta / g^value to the challenge is beta^challenge * g^(-value * challenge): no new base to raise.
  const shifts = statement.claims.map((claim, place) => BigInt(-claim.value) * (challenges[place] as bigint))
  const responses = proofs.map((proof) => proof.response)
  const row = commitments(key, responses, shifts).map((fixed, place) =>
    group.multiply(fixed, raised[place] as bigint),
  )
  const sum = challenges.reduce((total, each) => total + each, ZERO)
  if (group.hash(statement.prefix, row) !== group.scalar(sum)) {
    throw new VerificationError(rule, 'the proof that a lawful value is encrypted does not hold')
  }
}

/** Return g^e and y^e g^shift for each exponent e and its shift, in one row. */
function commitments(
  key: ElectionKey,
  exponents: readonly bigint[],
  shifts: readonly bigint[],
): readonly bigint[] {
  const { group } = key
  const y = group.fixed(key.y)
  return exponents.flatMap((exponent, place) => {
    const shift = shifts[place] as bigint
    const b = y(exponent)
    return [group.powerG(exponent), shift === ZERO ? b : group.multiply(b, group.powerG(shift))]
  })
}

/** Return alpha^challenge and beta^challenge for each claim, in one row; one ciphertext is raised once for all. */
function raiseToChallenges(
  group: Group,
  claims: readonly Claim[],
  challenges: readonly bigint[],
  newElements: boolean,
): readonly bigint[] {
  const row: bigint[] = new Array<bigint>(2 * claims.length)
  for (const ciphertext of new Set(claims.map((claim) => claim.ciphertext))) {
    const places = claims.flatMap((claim, place) => (claim.ciphertext === ciphertext ? [place] : []))
    const wanted = places.map((place) => challenges[place] as bigint)
    ;[ciphertext.alpha, ciphertext.beta].forEach((number, half) => {
      const found = newElements ? group.elementPowers(number, wanted) : group.powers(number, wanted)
      places.forEach((place, index) => {
        row[2 * place + half] = found[index] as bigint
      })
    })
  }
  return row
}
