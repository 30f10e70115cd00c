/** The shares that an item's outcome follows from, in words and figures, for bars to draw. */
import type { Majority } from '@/api/voting'
import type { Words } from '@/locales/zh-Hans'
import { areaText } from './area'
import type { Count, ItemResult } from './result'

/** One share: of heads or of area. */
export interface Share {
  name: string
  part: number
  whole: number
  fraction: string
  majority: Majority
}

/** "12 / 18" of heads, with their unit. */
export function headsFraction(words: Words, part: number, whole: number): string {
  return words.voting.result.headsOf(String(part), String(whole))
}

/** "7,205.00 / 9,000.00" of area, with its unit. */
export function areaFraction(words: Words, part: number, whole: number): string {
  return words.voting.result.areaOf(areaText(part), areaText(whole))
}

/** The shares of an item: both quorums, and both approvals of a vote in which enough took part. */
export function sharesOf(
  words: Words,
  result: ItemResult,
  quorum: Majority,
  approval: Majority | null,
): Share[] {
  const { total, participating, votes } = result
  const names = words.voting.result
  const quorums = pair(words, names.quorum, participating, total, quorum)
  if (!approval || result.outcome === 'NOT_QUORATE') return quorums
  const inFavour = votes['for'] ?? { heads: 0, area: 0 }
  return [...quorums, ...pair(words, names.approval, inFavour, participating, approval)]
}

function pair(words: Words, name: string, part: Count, whole: Count, majority: Majority): Share[] {
  const { heads, area } = words.voting.result
  return [
    {
      name: `${name}（${heads}）`,
      part: part.heads,
      whole: whole.heads,
      fraction: headsFraction(words, part.heads, whole.heads),
      majority,
    },
    {
      name: `${name}（${area}）`,
      part: part.area,
      whole: whole.area,
      fraction: areaFraction(words, part.area, whole.area),
      majority,
    },
  ]
}

/** One line of figures. */
export interface Tally {
  name: string
  seat: string
  figures: string
}

/** Every figure of an item, candidates in their rank. */
export function talliesOf(
  words: Words,
  result: ItemResult,
  keys: readonly string[],
  nameOf: (key: string) => string,
): Tally[] {
  const { blank, invalid } = words.voting.result
  const rest = [
    { name: blank, count: result.blank },
    { name: invalid, count: result.invalid },
  ].filter(({ count }) => count.heads > 0)
  const given = keys.map((key) => ({
    key,
    name: nameOf(key),
    count: result.votes[key] ?? { heads: 0, area: 0 },
  }))
  return [
    ...given.map(({ key, name, count }) => ({
      name,
      seat: seatOf(words, result, key),
      figures: figuresOf(words, count, result),
    })),
    ...rest.map(({ name, count }) => ({ name, seat: '', figures: figuresOf(words, count, result) })),
  ]
}

function seatOf(words: Words, { elected, alternates }: ItemResult, key: string): string {
  if (elected?.includes(key)) return words.voting.result.elected
  return alternates?.includes(key) ? words.voting.result.alternate : ''
}

function figuresOf(words: Words, { heads, area }: Count, { participating }: ItemResult): string {
  const ofHeads = headsFraction(words, heads, participating.heads)
  return `${ofHeads} · ${areaFraction(words, area, participating.area)}`
}
