/**
 * What is decided: the items of one election, and the questions they become on the ballot
 * (backend/voting/record/agenda.py; the fields of canonical JSON stand in alphabetical order).
 */
import { Question } from './election'
import { checkFields, checkInteger, checkList, checkText } from './encoding'
import { FormatError } from './errors'
import type { Json } from './json'

/** The answers of a vote in ballot order, and the texts under which the ballot shows them. */
export const CHOICES = ['for', 'against', 'abstain'] as const
export type Choice = (typeof CHOICES)[number]
const CHOICE_TEXTS = ['同意', '反对', '弃权'] as const

const SHA256 = /^[0-9a-f]{64}$/
const MATTERS = 9

/** A file that was posted with an item, pinned by its hash. */
export interface Attachment {
  readonly name: string
  readonly sha256: string
}

/** One who stands for the committee. */
export interface Candidate {
  readonly id: string
  readonly name: string
  readonly isPartyMember: boolean
}

/** One thing decided. `matter` is the number 1 to 9 of Civil Code art. 278; `seats` is null for a vote. */
export interface Item {
  readonly id: string
  readonly matter: number
  readonly title: string
  readonly textSha256: string
  readonly question: number
  readonly attachments: readonly Attachment[]
  readonly seats: number | null
  readonly candidates: readonly Candidate[]
}

/** Return the keys of the answers in ballot order: choices of a vote, or ids of candidates. */
export function answersOf(item: Item): readonly string[] {
  return item.seats === null ? CHOICES : item.candidates.map(({ id }) => id)
}

/** Return the one question that may stand for an item on the ballot. */
export function questionOf(item: Item): Question {
  if (item.seats === null) return new Question(item.title, CHOICE_TEXTS, 1, 1)
  const names = item.candidates.map(({ name }) => name)
  return new Question(item.title, names, 1, Math.min(item.seats, names.length), true)
}

/** Read an agenda, whose items stand in the order of their questions; raises FormatError. */
export function parseAgenda(value: Json): readonly Item[] {
  const items = checkList(value, 'the agenda').map(parseItem)
  if (items.length === 0) throw refused('the agenda is empty')
  checkUnique('an item', items.map(({ id }) => id)) // prettier-ignore
  for (const [place, item] of items.entries()) {
    if (item.question !== place) throw refused(`item ${item.id} stands at another place than its question`)
  }
  return items
}

function parseItem(value: Json): Item {
  const names = [
    'attachments',
    'candidates',
    'id',
    'kind',
    'matter',
    'question',
    'seats',
    'text_sha256',
    'title',
  ]
  const fields = checkFields(value, names, 'an item', ['candidates', 'seats'])
  const id = named(fields.get('id'), 'the id of an item')
  const isElection = checkKind(fields.get('kind'))
  if (fields.has('seats') !== isElection || fields.has('candidates') !== isElection) {
    throw refused(`item ${id}: an election has seats and candidates, a vote has neither`)
  }
  const matter = checkInteger(fields.get('matter'), 'a matter', 1)
  if (matter > MATTERS) throw refused(`item ${id}: there are ${MATTERS} matters`)
  return {
    id,
    matter,
    title: named(fields.get('title'), 'the title of an item'),
    textSha256: checkSha256(fields.get('text_sha256'), 'the hash of a text'),
    question: checkInteger(fields.get('question'), 'a question'),
    attachments: checkList(fields.get('attachments'), 'the attachments').map(parseAttachment),
    seats: isElection ? parseSeats(fields.get('seats')) : null,
    candidates: isElection ? parseCandidates(fields.get('candidates')) : [],
  }
}

function checkKind(value: Json): boolean {
  if (value !== 'vote' && value !== 'election') throw refused('an item is a vote or an election')
  return value === 'election'
}

function parseSeats(value: Json): number {
  const seats = checkInteger(value, 'the seats', 1)
  if (seats % 2 === 0 || seats > 99) throw refused('a committee has an odd number of seats, below 100')
  return seats
}

function parseCandidates(value: Json): readonly Candidate[] {
  const candidates = checkList(value, 'the candidates').map((each) => {
    const fields = checkFields(each, ['id', 'name', 'party_member'], 'a candidate')
    const [id, name] = [named(fields.get('id'), 'an id'), named(fields.get('name'), 'a name')]
    return { id, name, isPartyMember: checkFlag(fields.get('party_member'), 'party_member') }
  })
  if (candidates.length === 0) throw refused('an election needs candidates')
  checkUnique('a candidate', candidates.map(({ id }) => id)) // prettier-ignore
  // The ballot shows names only; two equal ones could not be told apart there.
  checkUnique('a name', candidates.map(({ name }) => name)) // prettier-ignore
  return candidates
}

function parseAttachment(value: Json): Attachment {
  const fields = checkFields(value, ['name', 'sha256'], 'an attachment')
  return { name: named(fields.get('name'), 'a name'), sha256: checkSha256(fields.get('sha256'), 'a hash') }
}

/** Return a text that is not empty; raises FormatError. */
export function named(value: Json, what: string): string {
  const text = checkText(value, what)
  if (text === '') throw refused(`${what} is empty`)
  return text
}

/** Return true or false; raises FormatError. */
export function checkFlag(value: Json, what: string): boolean {
  if (typeof value !== 'boolean') throw refused(`${what} is neither true nor false`)
  return value
}

/** Return 64 lower-case hexadecimal digits: a hash or a public key; raises FormatError. */
export function checkSha256(value: Json, what: string): string {
  const text = checkText(value, what)
  if (!SHA256.test(text)) throw refused(`${what} is not 64 lower-case hexadecimal digits`)
  return text
}

function checkUnique(what: string, values: readonly string[]): void {
  if (new Set(values).size !== values.length) throw refused(`${what} stands twice`)
}

function refused(message: string): FormatError {
  return new FormatError('manifest', message)
}
