/** Choosing among bills: what can be paid, what is chosen, and what it comes to. */
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import type { Bill } from '@/api/feeTypes'

/** How many bills one payment takes (backend/fees/rules/orders.py, MOST_BILLS). */
export const MOST_BILLS = 50

export interface Choosing {
  chosen: ComputedRef<Bill[]>
  totalFen: ComputedRef<number>
  isChosen(bill: Bill): boolean
  toggle(bill: Bill): void
  /** Chooses everything that is owed, up to what one payment takes. */
  chooseAll(): void
  clear(): void
}

/** Whether something of a bill can be paid. */
export function isPayable(bill: Pick<Bill, 'open_fen' | 'state'>): boolean {
  return bill.open_fen > 0 && bill.state !== 'cancelled'
}

/** Prepares to choose among the bills that are shown; what is shown no more is chosen no more. */
export function useChoosing(bills: Readonly<Ref<readonly Bill[] | null>>): Choosing {
  const ids = ref<ReadonlySet<number>>(new Set())
  const payable = computed(() => (bills.value ?? []).filter(isPayable))
  const chosen = computed(() => payable.value.filter(({ id }) => ids.value.has(id)))

  function toggle({ id }: Bill): void {
    const next = new Set(ids.value)
    if (!next.delete(id) && next.size < MOST_BILLS) next.add(id)
    ids.value = next
  }

  return {
    chosen,
    totalFen: computed(() => chosen.value.reduce((sum, { open_fen }) => sum + open_fen, 0)),
    isChosen: ({ id }) => ids.value.has(id),
    toggle,
    chooseAll: () => void (ids.value = new Set(payable.value.slice(0, MOST_BILLS).map(({ id }) => id))),
    clear: () => void (ids.value = new Set()),
  }
}
