/** Ballots as pages show them: strings and flags alone, since a number of the protocol cannot go to a page. */
import type { AssemblyItem } from '@/api/voting'
import type { Words } from '@/locales/zh-Hans'
import { CHOICES, type Item } from '@/voting/agenda'
import { BLANK, type Chosen, mostOf } from './choices'
import type { Slip } from './slips'

export interface AnswerView {
  key: string
  name: string
  isChosen: boolean
}

export interface BallotItemView {
  id: string
  place: number
  title: string
  text: string
  attachments: AssemblyItem['attachments']
  /** How many answers may be given; null for a vote, which has one. */
  most: number | null
  chosenCount: number
  answers: AnswerView[]
}

export interface BallotView {
  uuid: string
  scope: string
  isOpen: boolean
  /** Why it is not open, or that it replaces an earlier ballot; empty where nothing is to be said. */
  note: string
  items: BallotItemView[]
}

/** Shows a slip with what was chosen in it. */
export function ballotView(words: Words, slip: Slip, chosen: Chosen): BallotView {
  const { manifest } = slip.pinned
  return {
    uuid: manifest.uuid,
    scope: words.voting.assembly.scope(manifest.scope),
    isOpen: slip.standing === 'open',
    note: noteOf(words, slip),
    items: manifest.items.map((item, place) =>
      itemView(words, item, slip.items[place], chosen[item.id] ?? []),
    ),
  }
}

function noteOf(words: Words, { standing, changesLeft }: Slip): string {
  const { ballot } = words.voting
  if (standing !== 'open') return ballot[standing]
  return changesLeft === null ? '' : ballot.changesLeft(changesLeft)
}

function itemView(
  words: Words,
  item: Item,
  shown: AssemblyItem | undefined,
  answer: readonly string[],
): BallotItemView {
  return {
    id: item.id,
    place: item.question + 1,
    title: item.title,
    text: shown?.text ?? '',
    attachments: shown?.attachments ?? [],
    most: item.seats === null ? null : mostOf(item),
    chosenCount: answer.filter((one) => one !== BLANK).length,
    answers: answersOf(words, item).map(({ key, name }) => ({ key, name, isChosen: answer.includes(key) })),
  }
}

function answersOf(words: Words, item: Item): { key: string; name: string }[] {
  const { choices } = words.voting.ballot
  if (item.seats === null) return CHOICES.map((key) => ({ key, name: choices[key] ?? key }))
  return [...item.candidates, { id: BLANK, name: choices[BLANK] ?? BLANK }].map(({ id, name }) => ({
    key: id,
    name,
  }))
}

/** What a voter chose, in plain words. */
export interface ChoiceView {
  id: string
  title: string
  answer: string
}

/** Names the choices of a ballot for the review. */
export function choiceViews(view: BallotView): ChoiceView[] {
  return view.items.map(({ id, title, answers }) => ({
    id,
    title,
    answer: answers
      .filter(({ isChosen }) => isChosen)
      .map(({ name }) => name)
      .join('、'),
  }))
}
