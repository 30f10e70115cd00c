/**
 * Ballots (Belenios 2.0 facts 5): making them, reading them strictly, checking them.
 *
 * A ballot is read in two steps. `parseBallot` settles, cheaply, that the bytes are the one canonical spelling of
 * a ballot for this very election. `checkingBallot` then settles what costs arithmetic: that the holder of the
 * credential signed it and that it encrypts a lawful choice, whatever that is.
 */
import { checkCredential } from './credentials'
import type { Election, Question } from './election'
import { type Fields, b64Sha256, checkFields, checkList, checkText, hexSha256 } from './encoding'
import { FormatError, VerificationError, described } from './errors'
import type { Group } from './group'
import { type Json, type Writable, type WritableFields, compact, parseCanonical } from './json'
import {
  type Ciphertext,
  type ElectionKey,
  type OneOf,
  type Opening,
  type Proof,
  addCiphertexts,
  blankExclusive,
  blankOrInterval,
  checkKnowledge,
  checkOneOf,
  ciphertextToJson,
  encrypt,
  interval,
  parseCiphertext,
  parseProof,
  parseProofs,
  proofToJson,
  proveKnowledge,
  proveOneOf,
  signaturePrefix,
} from './proofs'
import { type Drawn, NUMBER_BYTES } from './random'
import { type Work, finish } from './work'

const UNSIGNED_FIELDS = ['election_uuid', 'election_hash', 'credential', 'answers'] as const
const BALLOT_FIELDS = [...UNSIGNED_FIELDS, 'signature'] as const

/** The encrypted choices of one question and the proofs that they are lawful. */
export interface Answer {
  readonly choices: readonly Ciphertext[]
  readonly individualProofs: readonly (readonly Proof[])[]
  readonly overallProof: readonly Proof[]
  readonly blankProof: readonly Proof[]
}

/** 0 or 1 for each answer of each question; where the question allows blank, one more in front, 1 for blank. */
export type Choices = readonly (readonly number[])[]

/** A ballot of the canonical form, for the election it was read with. That alone proves nothing. */
export class Ballot {
  constructor(
    readonly raw: Uint8Array,
    readonly credential: bigint,
    readonly answers: readonly Answer[],
    readonly signedHash: string,
    readonly signature: Proof,
  ) {}

  /** The ciphertexts of each question. */
  get choices(): readonly (readonly Ciphertext[])[] {
    return this.answers.map((answer) => answer.choices)
  }

  /** The digest by which the peer's voters look for a ballot: base64, 43 characters. */
  get tracker(): string {
    return b64Sha256(this.raw)
  }

  /** The same digest as the archive and our links spell it: 64 hexadecimal digits. */
  get trackerHex(): string {
    return hexSha256(this.raw)
  }
}

/** Return how many random bytes a ballot of this election takes. */
export function ballotBytes(election: Election): number {
  const numbers = election.questions.map(
    (question) => 5 * question.size + 2 * (question.lawfulTotals.length + (question.blank ? 3 : 0)),
  )
  return NUMBER_BYTES * numbers.reduce((sum, each) => sum + each, 1)
}

/** Make the tables of a ballot in steps, while the voter reads. */
export function* preparingBallot(election: Election): Work<void> {
  yield* election.group.preparing(election.group.g)
  yield* election.group.preparing(election.publicKey)
}

/** Make a ballot at once; see `makingBallot`. */
export function makeBallot(election: Election, secret: bigint, choices: Choices, drawn: Drawn): Uint8Array {
  return finish(makingBallot(election, secret, choices, drawn))
}

/**
 * Encrypt, prove and sign a voter's choices, in steps of one proof; `secret` is the exponent behind the credential.
 * `drawn` holds `ballotBytes(election)` bytes, used for this ballot alone. Raises RangeError for a choice the
 * question does not allow.
 */
export function* makingBallot(
  election: Election,
  secret: bigint,
  choices: Choices,
  drawn: Drawn,
): Work<Uint8Array> {
  const { group } = election
  if (choices.length !== election.questions.length)
    throw new RangeError('one list of choices a question is expected')
  yield* preparingBallot(election)
  const credential = group.powerG(secret)
  const answers: Writable[] = []
  for (const [place, question] of election.questions.entries()) {
    const chosen = choices[place] as readonly number[]
    answers.push(answerToJson(group, yield* makingAnswer(election, credential, question, chosen, drawn)))
  }
  const unsigned = {
    election_uuid: election.uuid,
    election_hash: election.fingerprint,
    credential: group.text(credential),
    answers,
  }
  const hash = b64Sha256(compact(unsigned))
  const proof = proveKnowledge(group, signaturePrefix(hash), secret, drawn)
  return compact({ ...unsigned, signature: { hash, proof: proofToJson(proof) } })
}

function* makingAnswer(
  election: Election,
  credential: bigint,
  question: Question,
  chosen: readonly number[],
  drawn: Drawn,
): Work<Answer> {
  const { key } = election
  checkChoice(question, chosen)
  const openings = chosen.map((value) => ({ value, randomness: drawn.scalar(key.group.q) }))
  const choices = openings.map((opening) => encrypt(key, opening))
  yield null
  const statements = statementsOf(key.group, ballotContext(election, credential), question, choices)
  const individualProofs: (readonly Proof[])[] = []
  for (const [place, opening] of openings.entries()) {
    individualProofs.push(proveOneOf(key, statements.individual[place] as OneOf, [opening, opening], drawn))
    yield null
  }
  return { choices, individualProofs, ...proveWhole(key, question, statements, openings, drawn) }
}

function proveWhole(
  key: ElectionKey,
  question: Question,
  statements: Statements,
  openings: readonly Opening[],
  drawn: Drawn,
): { readonly overallProof: readonly Proof[]; readonly blankProof: readonly Proof[] } {
  const leading = openings.slice(0, question.blank ? 1 : 0)
  const total = addOpenings(openings.slice(leading.length))
  const either = [...leading, ...question.lawfulTotals.map(() => total)]
  const overallProof = proveOneOf(key, statements.overall, either, drawn)
  const { blank } = statements
  return {
    overallProof,
    blankProof: blank === null ? [] : proveOneOf(key, blank, [...leading, total], drawn),
  }
}

function addOpenings(openings: readonly Opening[]): Opening {
  return openings.reduce(
    (sum, each) => ({ value: sum.value + each.value, randomness: sum.randomness + each.randomness }),
    { value: 0, randomness: BigInt(0) },
  )
}

/** Refuse, as RangeError, a choice that the question does not allow. */
export function checkChoice(question: Question, chosen: readonly number[]): void {
  if (chosen.length !== question.size || chosen.some((bit) => bit !== 0 && bit !== 1)) {
    throw new RangeError(`${question.size} times 0 or 1 is expected`)
  }
  const total = chosen.slice(question.blank ? 1 : 0).reduce((sum, bit) => sum + bit, 0)
  const isBlank = question.blank && chosen[0] === 1
  if (isBlank && total > 0) throw new RangeError('a blank ballot chooses nothing else')
  if (!isBlank && (total < question.min || total > question.max)) {
    throw new RangeError(`${total} answers are chosen, from ${question.min} to ${question.max} may be`)
  }
}

/**
 * Read a ballot for this election, strictly, without costly arithmetic.
 *
 * Raises FormatError for any spelling but the canonical one, VerificationError `ballot-election` or `ballot-hash`
 * for a ballot of another election or a hash that is not that of its content.
 */
export function parseBallot(election: Election, raw: Uint8Array): Ballot {
  if (raw.length > longestBallot(election)) {
    throw new FormatError('ballot-size', `${raw.length} bytes are more than any ballot of this election has`)
  }
  const fields = checkFields(parseCanonical(raw), BALLOT_FIELDS, 'the ballot')
  const isOurs = fields.get('election_uuid') === election.uuid
  if (!isOurs || fields.get('election_hash') !== election.fingerprint) {
    throw new VerificationError('ballot-election', 'the ballot is of another election')
  }
  const ballot = readBallot(election, raw, fields)
  const unsigned = new Map(UNSIGNED_FIELDS.map((name) => [name, fields.get(name)]))
  if (ballot.signedHash !== b64Sha256(compact(unsigned))) {
    throw new VerificationError('ballot-hash', 'the signed hash is not that of the ballot')
  }
  return ballot
}

function readBallot(election: Election, raw: Uint8Array, fields: Fields): Ballot {
  const { group, questions } = election
  const signature = checkFields(fields.get('signature'), ['hash', 'proof'], 'the signature')
  const answers = checkList(fields.get('answers'), 'the list of answers', questions.length, 'answers-count')
  return new Ballot(
    raw,
    group.parse(fields.get('credential'), 'the credential'),
    questions.map((question, place) => parseAnswer(group, question, answers[place] as Json)),
    checkText(signature.get('hash'), 'the signed hash'),
    parseProof(signature.get('proof'), group, 'the signature'),
  )
}

/** Check a ballot at once; see `checkingBallot`. */
export function checkBallot(election: Election, ballot: Ballot, knownCredential = false): void {
  finish(checkingBallot(election, ballot, knownCredential))
}

/**
 * Refuse a ballot that its credential did not sign or that may encrypt an unlawful choice, in steps of one proof.
 *
 * `knownCredential` says that the credential was tested for membership before, as those of a list are. Raises
 * VerificationError `credential-identity`, `element-membership`, `ballot-signature`, `choice-proof`,
 * `blank-proof` or `overall-proof`.
 */
export function* checkingBallot(election: Election, ballot: Ballot, knownCredential = false): Work<void> {
  const { group } = election
  yield* preparingBallot(election)
  if (!knownCredential) checkCredential(ballot.credential, group)
  const prefix = signaturePrefix(ballot.signedHash)
  checkKnowledge(group, prefix, ballot.credential, ballot.signature, 'ballot-signature')
  const context = ballotContext(election, ballot.credential)
  for (const [place, question] of election.questions.entries()) {
    const checks = answerChecks(election.key, context, question, ballot.answers[place] as Answer)
    for (const check of checks) {
      yield null
      described(`question ${place + 1}`, check)
    }
  }
}

function answerChecks(
  key: ElectionKey,
  context: string,
  question: Question,
  answer: Answer,
): readonly (() => void)[] {
  const { individual, blank, overall } = statementsOf(key.group, context, question, answer.choices)
  const checks = individual.map((statement, place) => () => {
    checkOneOf(key, statement, answer.individualProofs[place] as readonly Proof[], 'choice-proof', true)
  })
  if (blank !== null) checks.push(() => checkOneOf(key, blank, answer.blankProof, 'blank-proof'))
  checks.push(() => checkOneOf(key, overall, answer.overallProof, 'overall-proof'))
  return checks
}

/** What an answer has to prove: of each choice, of their total, and of blank with the rest. */
interface Statements {
  readonly individual: readonly OneOf[]
  readonly overall: OneOf
  readonly blank: OneOf | null
}

function statementsOf(
  group: Group,
  context: string,
  question: Question,
  choices: readonly Ciphertext[],
): Statements {
  const individual = choices.map((choice) => interval(context, group, choice, [0, 1]))
  const shown = choices.map(({ alpha, beta }) => `${group.text(alpha)},${group.text(beta)}`).join(',')
  const whole = `${context}|${shown}`
  const totals = question.lawfulTotals
  if (!question.blank) {
    const total = addCiphertexts(group, choices)
    return { individual, overall: interval(whole, group, total, totals), blank: null }
  }
  const blank = choices[0] as Ciphertext
  const total = addCiphertexts(group, choices.slice(1))
  const overall = blankOrInterval(whole, blank, total, totals)
  return { individual, overall, blank: blankExclusive(whole, blank, total) }
}

/** Tie every proof to the election and the voter, so that no answer can be copied. */
function ballotContext(election: Election, credential: bigint): string {
  return `${election.fingerprint}|${election.group.text(credential)}`
}

/** Bound the bytes of a ballot: elements have at most 617 digits, scalars 78. */
function longestBallot(election: Election): number {
  const perQuestion = election.questions.map(
    (question) => 200 + 1300 * question.size + 200 * (2 * question.size + question.lawfulTotals.length + 3),
  )
  return perQuestion.reduce((sum, each) => sum + each, 1500)
}

function parseAnswer(group: Group, question: Question, value: Json): Answer {
  const { size } = question
  const names = ['choices', 'individual_proofs', 'overall_proof', ...(question.blank ? ['blank_proof'] : [])]
  const fields = checkFields(value, names, 'an answer')
  const choices = checkList(fields.get('choices'), 'an answer', size, 'choices-count')
  const individual = checkList(fields.get('individual_proofs'), 'an answer', size, 'proof-count')
  const overall = question.lawfulTotals.length + (question.blank ? 1 : 0)
  return {
    choices: choices.map((choice) => parseChoice(choice, group)),
    individualProofs: individual.map((each) => parseProofs(each, group, 'a choice', 2)),
    overallProof: parseProofs(fields.get('overall_proof'), group, 'the total', overall),
    blankProof: question.blank ? parseProofs(fields.get('blank_proof'), group, 'blank', 2) : [],
  }
}

function parseChoice(value: Json, group: Group): Ciphertext {
  const choice = parseCiphertext(value, group, 'a choice')
  if (choice.alpha === group.identity) {
    throw new VerificationError(
      'choice-identity',
      'a choice is encrypted with no randomness: all can read it',
    )
  }
  return choice
}

function answerToJson(group: Group, answer: Answer): Writable {
  const { choices, individualProofs, overallProof, blankProof } = answer
  const blank: WritableFields = blankProof.length > 0 ? { blank_proof: blankProof.map(proofToJson) } : {}
  return {
    choices: choices.map((choice) => ciphertextToJson(group, choice)),
    individual_proofs: individualProofs.map((proofs) => proofs.map(proofToJson)),
    overall_proof: overallProof.map(proofToJson),
    ...blank,
  }
}
