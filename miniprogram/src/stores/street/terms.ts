/** The terms of a community: what is promised, and shorter ones as the street sets them. */
import type { Promised, TermsForm } from '@/api/types'
import type { Words } from '@/locales/zh-Hans'

/** A priority's fields, as they are typed. */
export interface TermFields {
  priority: string
  response: string
  resolution: string
  confirmDays: string
}

/** Working hours of a day as they are typed, each from and until a time such as 08:30. */
export interface SpanFields {
  from: string
  until: string
}

export type TermName = 'response' | 'resolution' | 'confirmDays'

const FEWEST_CONFIRM_DAYS = 3
const MOST_CONFIRM_DAYS = 30
const MINUTES_PER_DAY = 24 * 60

export function fieldsOf(promised: readonly Promised[]): TermFields[] {
  return promised.map((one) => ({
    priority: one.priority,
    response: String(one.response.amount),
    resolution: String(one.resolution.amount),
    confirmDays: String(one.confirm_days),
  }))
}

export function spanFieldsOf(promised: readonly Promised[]): SpanFields[] {
  const spans = promised[0]?.spans ?? []
  return spans.map(([from = 0, until = 0]) => ({ from: clockText(from), until: clockText(until) }))
}

/** What is wrong with working hours; empty where nothing is. They lie in a day, in order and apart. */
export function spansLack(words: Words, spans: readonly SpanFields[]): string {
  const edges = spans.flatMap(({ from, until }) => [minutesOf(from), minutesOf(until)])
  const isOrdered = edges.every((edge, at) => {
    const before = at === 0 ? 0 : (edges[at - 1] ?? 0)
    return edge !== null && (at % 2 === 0 ? edge >= before : edge > before)
  })
  return edges.length > 0 && isOrdered ? '' : words.street.terms.needSpans
}

/** The unit of a term as people read it. */
export function unitText(words: Words, unit: string): string {
  return words.street.terms.units[unit] ?? unit
}

/** What is wrong with one field; empty where nothing is. That a term is no laxer is checked by the server. */
export function termLack(words: Words, name: TermName, text: string): string {
  const amount = amountOf(text)
  const { needNumber, needConfirmDays } = words.street.terms
  if (amount === null) return needNumber
  const isOutside = amount < FEWEST_CONFIRM_DAYS || amount > MOST_CONFIRM_DAYS
  return name === 'confirmDays' && isOutside ? needConfirmDays(FEWEST_CONFIRM_DAYS, MOST_CONFIRM_DAYS) : ''
}

/** The form that is sent; null where a field is wrong. */
export function termsForm(
  words: Words,
  fields: readonly TermFields[],
  spans: readonly SpanFields[],
): TermsForm | null {
  const names = ['response', 'resolution', 'confirmDays'] as const
  if (spansLack(words, spans)) return null
  if (fields.some((one) => names.some((name) => termLack(words, name, one[name])))) return null
  return {
    terms: fields.map((one) => ({
      priority: one.priority as 'P1' | 'P2' | 'P3' | 'P4',
      response: amountOf(one.response),
      resolution: amountOf(one.resolution),
      confirm_days: amountOf(one.confirmDays),
    })),
    spans: spans.map(({ from, until }) => [minutesOf(from) ?? 0, minutesOf(until) ?? 0]),
  }
}

function minutesOf(clock: string): number | null {
  const [, hours, minutes] = /^(\d{1,2})[:：](\d{2})$/.exec(clock.trim()) ?? []
  const found = Number(hours) * 60 + Number(minutes)
  return Number(minutes) < 60 && found <= MINUTES_PER_DAY ? found : null
}

function clockText(minutes: number): string {
  const padded = (number: number): string => String(number).padStart(2, '0')
  return `${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}`
}

function amountOf(text: string): number | null {
  return /^[1-9]\d{0,4}$/.test(text.trim()) ? Number(text.trim()) : null
}
