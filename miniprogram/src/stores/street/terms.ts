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

export type TermName = 'response' | 'resolution' | 'confirmDays'

const FEWEST_CONFIRM_DAYS = 3
const MOST_CONFIRM_DAYS = 30

export function fieldsOf(promised: readonly Promised[]): TermFields[] {
  return promised.map((one) => ({
    priority: one.priority,
    response: String(one.response.amount),
    resolution: String(one.resolution.amount),
    confirmDays: String(one.confirm_days),
  }))
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

/** The form that is sent; null where a field is wrong. Working hours stay as they are. */
export function termsForm(
  words: Words,
  fields: readonly TermFields[],
  promised: readonly Promised[],
): TermsForm | null {
  const names = ['response', 'resolution', 'confirmDays'] as const
  if (fields.some((one) => names.some((name) => termLack(words, name, one[name])))) return null
  return {
    terms: fields.map((one) => ({
      priority: one.priority as 'P1' | 'P2' | 'P3' | 'P4',
      response: amountOf(one.response),
      resolution: amountOf(one.resolution),
      confirm_days: amountOf(one.confirmDays),
    })),
    spans: promised[0]?.spans ?? null,
  }
}

/** Working hours as people read them, as 08:30–12:00. */
export function spansText(promised: Promised): string {
  return promised.spans.map((span) => span.map(clockText).join('–')).join('、')
}

function clockText(minutes: number): string {
  const padded = (number: number): string => String(number).padStart(2, '0')
  return `${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}`
}

function amountOf(text: string): number | null {
  return /^[1-9]\d{0,4}$/.test(text.trim()) ? Number(text.trim()) : null
}
