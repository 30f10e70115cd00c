/** Billing a period: which items, which months, what shared costs came to. */
import type { FeeItem, RunForm } from '@/api/feeTypes'
import { fenOf } from '@/locales/money'

/** A run as it is typed; `costs` are yuan by the item's id. */
export interface RunDraft {
  itemIds: string[]
  firstDay: string
  lastDay: string
  dueDay: string
  costs: Record<string, string>
}

const SHARED = 'shared'

/** The month that holds a day, as its first and last day. */
export function monthOf(day: string): { firstDay: string; lastDay: string } {
  const [year = 0, month = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
  return { firstDay: `${day.slice(0, 7)}-01`, lastDay: last }
}

export function emptyRun(today: string): RunDraft {
  const { firstDay, lastDay } = monthOf(today)
  return { itemIds: [], firstDay, lastDay, dueDay: lastDay, costs: {} }
}

/** The chosen items whose cost has to be told. */
export function sharedOf(draft: RunDraft, items: readonly FeeItem[]): FeeItem[] {
  return items.filter(({ id, basis }) => basis === SHARED && draft.itemIds.includes(id))
}

/** The form of a run; null while an item, a day or a cost is missing. */
export function runOf(draft: RunDraft, items: readonly FeeItem[]): RunForm | null {
  const { itemIds, firstDay, lastDay, dueDay } = draft
  const costs = sharedOf(draft, items).map(({ id }) => ({
    item_id: id,
    cost_fen: fenOf(draft.costs[id] ?? '') ?? 0,
  }))
  if (itemIds.length === 0 || lastDay < firstDay || costs.some(({ cost_fen: fen }) => fen === 0)) return null
  return { item_ids: itemIds, first_day: firstDay, last_day: lastDay, due_day: dueDay || null, costs }
}
