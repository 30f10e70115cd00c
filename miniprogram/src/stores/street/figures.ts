/** Figures of complaints: the period, what they are grouped by, and how a rate is written. */
import type { BehindQuery, FiguresQuery } from '@/api/figures'
import type { Figure } from '@/api/types'
import type { Words } from '@/locales/zh-Hans'

const DAY_MS = 24 * 60 * 60_000
const CHINA_MS = 8 * 60 * 60_000

export const GROUPINGS = ['firm', 'community', 'category', 'month'] as const
export type Grouping = (typeof GROUPINGS)[number]
export const PERIODS = ['days30', 'month', 'lastMonth', 'year', 'own'] as const
export type Period = (typeof PERIODS)[number]
export type Measure = BehindQuery['measure']

/** The rates by which firms are judged, each with the counts that it is made of. */
export const RATES = {
  response: { part: 'response_met', whole: 'response_due' },
  closed_in_time: { part: 'resolution_met', whole: 'resolution_due' },
  resolution: { part: 'solved', whole: 'answered' },
  satisfaction: { part: 'satisfied', whole: 'rated' },
  reopened: { part: 'reopened', whole: 'closed' },
} as const satisfies Record<string, { part: Measure; whole: Measure }>
export type RateName = keyof typeof RATES
export const RATE_NAMES = Object.keys(RATES) as RateName[]
/** Numbers that stand by themselves. */
export const PLAIN_COUNTS = ['tickets', 'open', 'impossible', 'unreached'] as const

/** Days of a period, both included, as 2026-03-01. */
export interface Days {
  first: string
  last: string
}

/** What the figures are about. Empty fields do not narrow them. */
export interface FiguresFilter extends Days {
  by: Grouping
  communityId: string
  firmId: string
  category: string
}

/** The days of a period as of now, in the communities' time. */
export function daysOf(period: Exclude<Period, 'own'>, now: Date): Days {
  const there = new Date(now.getTime() + CHINA_MS)
  const [year, month] = [there.getUTCFullYear(), there.getUTCMonth()]
  const last = dayOf(there.getTime())
  if (period === 'days30') return { first: dayOf(there.getTime() - 29 * DAY_MS), last }
  if (period === 'month') return { first: dayOf(Date.UTC(year, month, 1)), last }
  if (period === 'year') return { first: dayOf(Date.UTC(year, 0, 1)), last }
  return { first: dayOf(Date.UTC(year, month - 1, 1)), last: dayOf(Date.UTC(year, month, 0)) }
}

/** Whether two days are a period that may be asked for. */
export function arePeriod({ first, last }: Days): boolean {
  return isDay(first) && isDay(last) && first <= last
}

export function figuresQuery(filter: FiguresFilter, by: FiguresQuery['by']): FiguresQuery {
  const { first, last, communityId, firmId, category } = filter
  return { first, last, community_id: communityId, firm_id: firmId, category, by }
}

/** Narrows a filter to one line of the table. */
export function narrowed(filter: FiguresFilter, key: string): FiguresFilter {
  if (filter.by === 'month') return { ...filter, ...monthWithin(filter, key) }
  const field = ({ firm: 'firmId', community: 'communityId', category: 'category' } as const)[filter.by]
  return { ...filter, [field]: key }
}

/** Whether a line can be narrowed to: tickets of no firm have no key to ask by. */
export function canNarrow(key: string): boolean {
  return key !== ''
}

/** A rate as people read it, to a tenth of a percent; what has no whole has no rate. */
export function rateText(words: Words, figure: Figure, name: RateName): string {
  const { part, whole } = RATES[name]
  const [met, all] = [figure.counts[part] ?? 0, figure.counts[whole] ?? 0]
  return all === 0 ? words.street.noData : permilleText(Math.floor((met * 1000) / all))
}

/** Part and whole of a rate, so that a reader can judge how much it says. */
export function partsText(figure: Figure, name: RateName): string {
  const { part, whole } = RATES[name]
  return `${figure.counts[part] ?? 0} / ${figure.counts[whole] ?? 0}`
}

/** The length of a bar in percent; 0 where there is no rate. */
export function rateWidth(figure: Figure, name: RateName): number {
  const { part, whole } = RATES[name]
  const all = figure.counts[whole] ?? 0
  return all === 0 ? 0 : Math.floor(((figure.counts[part] ?? 0) * 100) / all)
}

/** The score of a hundred, or that there is none. */
export function scoreText(words: Words, figure: Figure): string {
  const score = figure.score_permille
  return score === null ? words.street.noData : `${Math.floor(score / 10)}.${score % 10}`
}

function permilleText(permille: number): string {
  return `${Math.floor(permille / 10)}.${permille % 10}%`
}

function monthWithin({ first, last }: Days, key: string): Days {
  const [year, month] = key.split('-').map(Number) as [number, number]
  const [from, to] = [dayOf(Date.UTC(year, month - 1, 1)), dayOf(Date.UTC(year, month, 0))]
  return { first: from > first ? from : first, last: to < last ? to : last }
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
}
