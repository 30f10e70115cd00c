/** What an owner does in a case of arrears, as the form that is sent. */
import type { ArrearsAct, ArrearsCase } from '@/api/feeTypes'
import { fenOf } from '@/locales/money'

/** One instalment as it is typed. */
export interface PlanPart {
  day: string
  yuan: string
}

/** Acts about a dispute: they name which one. */
const ABOUT_DISPUTE: readonly string[] = ['dispute_accepted', 'dispute_withdrawn']

/** Kinds that go without words; all others need some. */
const WORDLESS: readonly string[] = ['received', 'dispute_accepted', 'dispute_withdrawn', 'instalments_asked']

export function needsWords(kind: string): boolean {
  return !WORDLESS.includes(kind)
}

/** Reads a plan; null while a part lacks its day or is no amount. */
export function planOf(parts: readonly PlanPart[]): { day: string; amount_fen: number }[] | null {
  const read = parts.map(({ day, yuan }) => ({ day, amount_fen: fenOf(yuan) ?? 0 }))
  return read.length > 0 && read.every(({ day, amount_fen }) => day !== '' && amount_fen > 0) ? read : null
}

/** The form of an act; for a dispute, of the oldest one that is open. */
export function actOf(
  found: Pick<ArrearsCase, 'disputes'>,
  kind: string,
  text: string,
  parts: { day: string; amount_fen: number }[] = [],
): ArrearsAct {
  const facts: Record<string, unknown> = {}
  if (ABOUT_DISPUTE.includes(kind)) facts['dispute'] = found.disputes[0]
  if (kind === 'instalments_asked') facts['parts'] = parts
  return { kind: kind as ArrearsAct['kind'], text: text.trim(), facts: facts as ArrearsAct['facts'] }
}
