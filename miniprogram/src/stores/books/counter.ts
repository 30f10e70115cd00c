/** Taking money at the counter. */
import type { Movement, PaymentForm, Statement } from '@/api/feeTypes'
import { fenOf } from '@/locales/money'

export type CounterMethod = PaymentForm['method']

/** A payment as it is typed. */
export interface TakenDraft {
  method: CounterMethod
  yuan: string
  day: string
  reference: string
}

export const METHODS: readonly CounterMethod[] = ['cash', 'transfer', 'pos']

/** A slip's number as the server takes it. */
const REFERENCE = /^[^\s:]{1,64}$/

/** The form of a payment; null while its amount, day or slip is missing. Without bills the oldest are settled. */
export function paymentOf(draft: TakenDraft, unitId: string, billIds: readonly number[]): PaymentForm | null {
  const fen = fenOf(draft.yuan)
  if (fen === null || !draft.day || !REFERENCE.test(draft.reference.trim())) return null
  const { method, day } = draft
  const reference = draft.reference.trim()
  return { unit_id: unitId, method, day, reference, amount_fen: fen, bill_ids: [...billIds] }
}

const REVERSIBLE: readonly string[] = ['charge', 'payment', 'applied']

/** Movements that can be undone: those of their kind that nobody undid yet, the latest first. */
export function reversibleOf({ movements }: Pick<Statement, 'movements'>): Movement[] {
  const undone = new Set(movements.map(({ reverses_id: id }) => id))
  return movements.filter(({ kind, entry_id: id }) => REVERSIBLE.includes(kind) && !undone.has(id)).reverse()
}
