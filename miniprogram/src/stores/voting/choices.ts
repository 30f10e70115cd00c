/** What a voter chose, item by item, and the bits that the ballot encrypts. */
import { type Item, answersOf } from '@/voting/agenda'
import type { Choices } from '@/voting/ballot'

/** The answer to an election that chooses nobody. */
export const BLANK = 'blank'

/** Answers by item: one of for, against, abstain; or ids of candidates; or blank. */
export type Chosen = Readonly<Record<string, readonly string[]>>

/** How many candidates an election's answer may name. */
export function mostOf(item: Item): number {
  return item.seats === null ? 1 : Math.min(item.seats, item.candidates.length)
}

/** Whether an answer was given to an item. */
export function isAnswered(item: Item, chosen: Chosen): boolean {
  return (chosen[item.id] ?? []).length > 0
}

/**
 * What was chosen after a tap on an answer: a vote has one answer; an election up to as many as there are seats,
 * or blank; a second tap takes a candidate back. Null where there are no more seats.
 */
export function afterTap(item: Item, chosen: Chosen, answer: string): Chosen | null {
  if (item.seats === null || answer === BLANK) return { ...chosen, [item.id]: [answer] }
  const named = (chosen[item.id] ?? []).filter((one) => one !== BLANK)
  if (named.includes(answer)) return { ...chosen, [item.id]: named.filter((one) => one !== answer) }
  return named.length < mostOf(item) ? { ...chosen, [item.id]: [...named, answer] } : null
}

/** The bits of every question, in the order of the ballot. Throws RangeError where an item was not answered. */
export function bitsOf(items: readonly Item[], chosen: Chosen): Choices {
  return items.map((item) => {
    const answer = chosen[item.id] ?? []
    if (answer.length === 0) throw new RangeError(`item ${item.id} was not answered`)
    const bits = answersOf(item).map((one) => Number(answer.includes(one)))
    return item.seats === null ? bits : [Number(answer.includes(BLANK)), ...bits]
  })
}
