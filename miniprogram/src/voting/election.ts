/** Elections (Belenios 2.0 facts 3): the questions, the key, and the bytes that every ballot signs. */
import { checkUuid } from './credentials'
import { type Fields, b64Sha256, checkFields, checkInteger, checkList, checkText } from './encoding'
import { FormatError, VerificationError } from './errors'
import { BELENIOS_2048, type Group } from './group'
import { type Json, type Writable, type WritableFields, compact, parseCanonical } from './json'
import type { ElectionKey } from './proofs'

const OPTIONAL_FIELDS = ['administrator', 'credential_authority'] as const
const ELECTION_FIELDS = [
  'version',
  'description',
  'name',
  'group',
  'public_key',
  'questions',
  'uuid',
  ...OPTIONAL_FIELDS,
] as const

/**
 * One item on the ballot: choose from `min` to `max` of the answers, or, if allowed, blank. Raises RangeError when
 * nothing lawful could be chosen; the peer does not look.
 */
export class Question {
  constructor(
    readonly text: string,
    readonly answers: readonly string[],
    readonly min: number,
    readonly max: number,
    readonly blank: boolean = false,
  ) {
    if (answers.length === 0 || min < 0 || min > max || max > answers.length) {
      throw new RangeError(`from ${min} to ${max} of ${answers.length} answers cannot be chosen`)
    }
  }

  /** How many ciphertexts an answer has: one for each answer, and the leading one for blank. */
  get size(): number {
    return this.answers.length + (this.blank ? 1 : 0)
  }

  /** How many answers may be chosen when the ballot is not blank. */
  get lawfulTotals(): readonly number[] {
    return Array.from({ length: this.max - this.min + 1 }, (_, place) => this.min + place)
  }

  /** Return the object of the wire form, its fields in order. */
  toJson(): Writable {
    const blank: WritableFields = this.blank ? { blank: true } : {}
    return { answers: this.answers, ...blank, min: this.min, max: this.max, question: this.text }
  }

  /** Read the wire form; raises FormatError. */
  static parse(value: Json): Question {
    const fields = checkFields(value, ['answers', 'blank', 'min', 'max', 'question'], 'a question', ['blank'])
    if (fields.has('blank') && fields.get('blank') !== true) {
      throw new FormatError('question', 'a question that allows no blank leaves the field out')
    }
    const answers = checkList(fields.get('answers'), 'the list of answers')
    const text = checkText(fields.get('question'), 'a question')
    const shown = answers.map((answer) => checkText(answer, 'an answer'))
    const [min, max] = [checkInteger(fields.get('min'), 'min'), checkInteger(fields.get('max'), 'max')]
    if (shown.length === 0 || min > max || max > shown.length) {
      throw new FormatError('question', `from ${min} to ${max} of ${shown.length} answers cannot be chosen`)
    }
    return new Question(text, shown, min, max, fields.has('blank'))
  }
}

/** What a new election is made of. */
export interface ElectionParts {
  readonly uuid: string
  readonly name: string
  readonly description: string
  readonly publicKey: bigint
  readonly questions: readonly Question[]
}

/** What every ballot of an election signs: `raw` is election.json, byte for byte. */
export class Election implements ElectionParts {
  readonly group: Group = BELENIOS_2048
  /** The digest of `raw` that stands in every ballot: base64, 43 characters. */
  readonly fingerprint: string

  private constructor(
    readonly uuid: string,
    readonly name: string,
    readonly description: string,
    readonly publicKey: bigint,
    readonly questions: readonly Question[],
    readonly raw: Uint8Array,
  ) {
    this.fingerprint = b64Sha256(raw)
  }

  /** Write a new election; raises VerificationError as `parse` does. */
  static create(parts: ElectionParts): Election {
    return Election.parse(
      compact({
        version: 1,
        description: parts.description,
        name: parts.name,
        group: BELENIOS_2048.name,
        public_key: BELENIOS_2048.text(parts.publicKey),
        questions: parts.questions.map((question) => question.toJson()),
        uuid: parts.uuid,
      }),
    )
  }

  /** Read election.json; raises FormatError on its form, VerificationError on its key. */
  static parse(raw: Uint8Array): Election {
    const fields = checkFields(parseCanonical(raw), ELECTION_FIELDS, 'the election', OPTIONAL_FIELDS)
    checkVersion(fields)
    for (const name of OPTIONAL_FIELDS) if (fields.has(name)) checkText(fields.get(name), name)
    const questions = checkList(fields.get('questions'), 'the list of questions')
    if (questions.length === 0) throw new FormatError('election-questions', 'the election asks nothing')
    return new Election(
      checkUuid(fields.get('uuid')),
      checkText(fields.get('name'), 'the name'),
      checkText(fields.get('description'), 'the description'),
      parseElectionKey(fields.get('public_key')),
      questions.map((question) => Question.parse(question)),
      raw,
    )
  }

  /** The key to which choices are encrypted. */
  get key(): ElectionKey {
    return { group: this.group, y: this.publicKey }
  }
}

function checkVersion(fields: Fields): void {
  if (
    checkInteger(fields.get('version'), 'the version') !== 1 ||
    fields.get('group') !== BELENIOS_2048.name
  ) {
    throw new FormatError('election-version', 'the election is not of version 1 on BELENIOS-2048')
  }
}

function parseElectionKey(value: Json): bigint {
  const key = BELENIOS_2048.parse(value, 'the election key')
  if (key === BELENIOS_2048.identity) {
    throw new VerificationError('election-key', 'the election key is the identity: all could decrypt')
  }
  BELENIOS_2048.checkElement(key, 'the election key')
  return key
}
