/**
 * paper.json: what the paper ballots say, signed by two counters (backend/voting/record/paper.py), and its counts
 * (backend/voting/law/paper.py). It goes to auditors, not to the public.
 */
import { CHOICES, type Item, answersOf, checkFlag, checkSha256, named } from './agenda'
import { decodeUtf8 } from './bytes'
import { checkUuid } from './credentials'
import { checkFields, checkList, checkText } from './encoding'
import { FormatError, VerificationError } from './errors'
import { type Json, parseJson } from './json'
import { type Count, NOTHING, sum } from './law/count'
import type { Pack } from './law/packs'
import type { ElectionVotes } from './law/seats'
import { NO_VOTES, type Votes } from './law/votes'
import type { Manifest, RollFile } from './manifest'
import { type Document, canonicalText, verifyStatement } from './signing'
import type { VerifiedArchive } from './verifier'

const BLANK = 'blank'
const INVALID = 'invalid'
const COUNTERS = 2

/** A word (for, against, abstain, blank, invalid), or the ids of the candidates marked. */
export type PaperChoice = string | readonly string[]

export interface PaperEntry {
  readonly pseudonym: string
  readonly choices: ReadonlyMap<string, PaperChoice>
}

export interface Paper {
  readonly uuid: string
  readonly drill: boolean
  readonly entries: readonly PaperEntry[]
  readonly signatures: readonly { readonly key: string; readonly signature: string }[]
  /** What each counter signs: the document without its signatures. */
  readonly signed: Document
}

/** Read paper.json strictly; raises FormatError. */
export function parsePaper(raw: Uint8Array): Paper {
  const text = decodeUtf8(raw)
  const value = parseJson(text)
  if (canonicalText(value) !== text) throw new FormatError('canonical-json', 'the JSON is not canonical')
  const names = ['drill', 'entries', 'kind', 'signatures', 'uuid', 'version']
  const fields = checkFields(value, names, 'paper.json')
  if (fields.get('kind') !== 'paper' || fields.get('version') !== BigInt(1))
    throw refused('it is no paper.json')
  const entries = checkList(fields.get('entries'), 'the papers').map(parseEntry)
  const paper = {
    uuid: checkUuid(fields.get('uuid')),
    drill: checkFlag(fields.get('drill'), 'drill'),
    entries,
  }
  const signed = {
    drill: paper.drill,
    entries: fields.get('entries'),
    kind: 'paper',
    uuid: paper.uuid,
    version: 1,
  }
  return {
    ...paper,
    signatures: checkList(fields.get('signatures'), 'the signatures').map(parseSignature),
    signed,
  }
}

function parseEntry(value: Json): PaperEntry {
  const fields = checkFields(value, ['choices', 'pseudonym'], 'a paper')
  const choices = fields.get('choices')
  if (!(choices instanceof Map)) throw refused("'choices' is not an object")
  const read = [...(choices as ReadonlyMap<string, Json>)].map(
    ([item, choice]) => [item, parseChoice(choice)] as const,
  )
  return { pseudonym: named(fields.get('pseudonym'), 'a pseudonym'), choices: new Map(read) }
}

function parseChoice(value: Json): PaperChoice {
  if (typeof value === 'string') return value
  const ids = checkList(value, 'a choice').map((each) => checkText(each, 'an id'))
  if (ids.length === 0) throw refused('a list of candidates is not empty')
  return ids
}

function parseSignature(value: Json): { readonly key: string; readonly signature: string } {
  const fields = checkFields(value, ['key', 'signature'], 'a signature')
  return {
    key: checkSha256(fields.get('key'), 'a key'),
    signature: checkText(fields.get('signature'), 'a signature'),
  }
}

/**
 * Refuse papers of another election, of strangers, with choices not on the agenda, of an elector who also has a
 * ballot on the board, or without the signatures of two counters of the manifest.
 */
export function checkPaper(paper: Paper, manifest: Manifest, roll: RollFile, heads: VerifiedArchive): void {
  if (paper.uuid !== manifest.uuid || paper.drill !== manifest.drill) {
    throw refused('paper.json belongs to another election')
  }
  checkOrder(paper.entries)
  const onBoard = new Set(heads.ballotCredentials)
  for (const entry of paper.entries) {
    const elector = roll.electors.get(entry.pseudonym)
    if (!elector) throw refused(`${entry.pseudonym} is not on the roll`)
    if (onBoard.has(elector.credential)) {
      throw new VerificationError(
        'paper-and-board',
        `${entry.pseudonym} has a paper and a ballot on the board`,
      )
    }
    checkChoices(entry, manifest.items)
  }
  checkCounters(paper, manifest)
}

function checkOrder(entries: readonly PaperEntry[]): void {
  for (const [place, { pseudonym }] of entries.entries()) {
    const before = entries[place - 1]
    if (before && !(before.pseudonym < pseudonym))
      throw refused(`the paper of ${pseudonym} stands out of order`)
  }
}

function checkChoices({ pseudonym, choices }: PaperEntry, items: readonly Item[]): void {
  if (choices.size !== items.length || !items.every((item) => isOffered(item, choices.get(item.id)))) {
    throw refused(`${pseudonym} does not answer every item once with what is offered there`)
  }
}

function isOffered(item: Item, choice: PaperChoice | undefined): boolean {
  if (typeof choice === 'string') {
    const words: readonly string[] = item.seats === null ? [...CHOICES, BLANK, INVALID] : [BLANK, INVALID]
    return words.includes(choice)
  }
  if (!choice || item.seats === null) return false
  return (
    answersOf(item)
      .filter((id) => choice.includes(id))
      .join('\n') === choice.join('\n')
  )
}

function checkCounters({ entries, signatures, signed }: Paper, manifest: Manifest): void {
  if (entries.length === 0 && signatures.length === 0) return
  const counters = new Set(manifest.counters.map(({ key }) => key))
  const signers = new Set(signatures.map(({ key }) => key).filter((key) => counters.has(key)))
  if (signatures.length !== COUNTERS || signers.size !== COUNTERS) {
    throw new FormatError('paper-signers', `paper.json must carry ${COUNTERS} signatures by counters`)
  }
  for (const { key, signature } of signatures) verifyStatement(key, 'paper', signed, signature)
}

function refused(message: string): FormatError {
  return new FormatError('paper', message)
}

/** One elector's paper on one item; `area` in 0.01 m2. */
export interface Sheet {
  readonly area: bigint
  readonly choice: PaperChoice
}

/** Return the papers as they answer one item. */
export function sheetsOf(paper: Paper | null, roll: RollFile, item: Item): readonly Sheet[] {
  return (paper?.entries ?? []).map(({ pseudonym, choices }) => ({
    area: BigInt(roll.electors.get(pseudonym)?.area ?? 0),
    choice: choices.get(item.id) as PaperChoice,
  }))
}

const weight = ({ area }: Sheet): Count => ({ area, heads: BigInt(1) })

/** Count a yes-or-no item; nothing marked is an abstention unless the pack says invalid. */
export function paperVotes(sheets: readonly Sheet[], pack: Pack): Votes {
  const onBlank = pack.blank === 'ABSTAIN' ? 'abstain' : 'invalid'
  return sheets.reduce((votes, sheet) => {
    const mark = (sheet.choice === BLANK ? onBlank : sheet.choice) as keyof Votes
    return { ...votes, [mark]: sum(votes[mark], weight(sheet)) }
  }, NO_VOTES)
}

/** Count an election; more names than seats make the paper invalid for it. */
export function paperElection(sheets: readonly Sheet[], item: Item): ElectionVotes {
  const support = new Map(answersOf(item).map((id) => [id, NOTHING]))
  let [marked, blank, invalid] = [NOTHING, NOTHING, NOTHING]
  for (const sheet of sheets) {
    const { choice } = sheet
    if (choice === BLANK) blank = sum(blank, weight(sheet))
    else if (typeof choice === 'string' || choice.length > (item.seats ?? 0))
      invalid = sum(invalid, weight(sheet))
    else {
      marked = sum(marked, weight(sheet))
      for (const id of choice) support.set(id, sum(support.get(id) ?? NOTHING, weight(sheet)))
    }
  }
  return { support, marked, blank, invalid }
}
