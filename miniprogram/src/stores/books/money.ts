/** Common income and its costs as they are typed. */
import type { MoneyForm, SourceForm } from '@/api/feeTypes'
import { fenOf } from '@/locales/money'

export interface MoneyDraft {
  sourceId: string
  /** Empty: income; else the kind of cost. */
  costKind: string
  yuan: string
  day: string
  reference: string
  memo: string
}

/** The form of an entry; null while something is missing, a voucher among it. */
export function moneyOf(draft: MoneyDraft, paperIds: readonly string[]): MoneyForm | null {
  const { sourceId, costKind, yuan, day } = draft
  const [reference, memo] = [draft.reference.trim(), draft.memo.trim()]
  const fen = fenOf(yuan)
  if (!sourceId || fen === null || !day || !reference || !memo || paperIds.length === 0) return null
  const kind = (costKind || null) as MoneyForm['cost_kind']
  return {
    source_id: sourceId,
    cost_kind: kind,
    amount_fen: fen,
    day,
    reference,
    memo,
    paper_ids: [...paperIds],
  }
}

export interface SourceDraft {
  kind: SourceForm['kind']
  name: string
  counterparty: string
  firstDay: string
  lastDay: string
  yuan: string
}

/** The form of a source; null while something is missing, its contract among it. */
export function sourceOf(draft: SourceDraft, contractId: string | undefined): SourceForm | null {
  const { kind, firstDay, lastDay, yuan } = draft
  const [name, counterparty] = [draft.name.trim(), draft.counterparty.trim()]
  const fen = fenOf(yuan)
  if (!name || !counterparty || fen === null || !firstDay || lastDay < firstDay || !contractId) return null
  const days = { first_day: firstDay, last_day: lastDay }
  return { kind, name, counterparty, ...days, amount_fen: fen, contract_id: contractId }
}
