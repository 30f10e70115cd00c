/** Amounts and calendar days as people read them. Amounts come in fen and are never made fractions. */
import type { Words } from './zh-Hans'

/** Writes an amount of fen as yuan: 1,234.50. */
export function yuanDigits(fen: number): string {
  const whole = Math.floor(Math.abs(fen) / 100)
  const rest = String(Math.abs(fen) % 100).padStart(2, '0')
  const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${fen < 0 ? '-' : ''}${grouped}.${rest}`
}

/** Writes an amount of fen with its currency. */
export function yuanText(words: Words, fen: number): string {
  return (fen < 0 ? '-' : '') + words.fees.yuan(yuanDigits(Math.abs(fen)))
}

/** Reads yuan as somebody typed them; null for what is no amount above zero with at most two decimals. */
export function fenOf(typed: string): number | null {
  const found = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(typed.trim().replace(/,/g, ''))
  if (!found) return null
  const fen = Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'))
  return fen > 0 ? fen : null
}

/** Writes a calendar day, as 2026-11-20. */
export function calendarText(words: Words, day: string): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  return words.fees.day(year, month, date)
}

/** Writes a stretch of days; a whole month by its name. */
export function spanOf(words: Words, first: string, last: string): string {
  const [year = 0, month = 0, date = 0] = first.split('-').map(Number)
  const lastOfMonth = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
  if (date === 1 && last === lastOfMonth) return words.fees.month(year, month)
  return words.fees.span(calendarText(words, first), calendarText(words, last))
}

/** The present day of the community, as 2026-11-20. */
export function todayInChina(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
}
