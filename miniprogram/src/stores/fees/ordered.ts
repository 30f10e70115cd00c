/** What an order is about: the bills it names, and the receipt that it brought. */
import { listBills, listReceipts } from '@/api/fees'
import type { Bill, UnitPlace } from '@/api/feeTypes'
import { isPayable } from './choosing'

/** The bills of these ids of which something is still owed; none for a payment in advance. */
export async function billsNamed(unit: UnitPlace, ids: readonly number[]): Promise<Bill[]> {
  const wanted = new Set(ids)
  const found: Bill[] = []
  let cursor: string | undefined
  while (wanted.size > 0) {
    const page = await listBills(unit, undefined, cursor)
    const named = page.items.filter((bill) => wanted.delete(bill.id))
    found.push(...named.filter(isPayable))
    if (page.next === null) break
    cursor = page.next
  }
  return found
}

/** The number of the receipt of a payment among the newest of the unit, null if it is not there. */
export async function receiptOfPayment(unit: UnitPlace, paymentId: number | null): Promise<string | null> {
  const { items } = await listReceipts(unit)
  return items.find(({ payment_id }) => payment_id === paymentId)?.number ?? null
}
