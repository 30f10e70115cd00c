import { describe, expect, it } from 'vitest'
import { shallowRef } from 'vue'
import type { Bill } from '@/api/feeTypes'
import { isPayable, MOST_BILLS, useChoosing } from '@/stores/fees/choosing'

function aBill(id: number, open_fen: number, state = 'open'): Bill {
  const day = '2026-11-01'
  const rest = { day, due_day: day, first_day: day, last_day: day, item: '物业费', item_id: 'i', lines: [] }
  return { id, amount_fen: 1000, open_fen, state, state_name: state, tenure: 0, ...rest }
}

describe('choosing bills', () => {
  it('offers what is owed, and nothing that was cancelled', () => {
    expect([aBill(1, 5), aBill(2, 0, 'paid'), aBill(3, 5, 'cancelled')].map(isPayable)).toEqual([
      true,
      false,
      false,
    ])
  })

  it('adds up what is still owed of the chosen ones, not what was billed', () => {
    const { toggle, totalFen, chosen } = useChoosing(shallowRef([aBill(1, 300), aBill(2, 50, 'part-paid')]))
    toggle(aBill(1, 300))
    toggle(aBill(2, 50))
    expect([totalFen.value, chosen.value.length]).toEqual([350, 2])
    toggle(aBill(1, 300))
    expect(totalFen.value).toBe(50)
  })

  it('forgets what is shown no more', () => {
    const bills = shallowRef<Bill[] | null>([aBill(1, 300)])
    const { toggle, chosen } = useChoosing(bills)
    toggle(aBill(1, 300))
    bills.value = [aBill(2, 50)]
    expect(chosen.value).toEqual([])
  })

  it('takes no more than one payment can', () => {
    const many = Array.from({ length: MOST_BILLS + 2 }, (_, id) => aBill(id + 1, 1))
    const { chooseAll, toggle, chosen } = useChoosing(shallowRef(many))
    chooseAll()
    toggle(many[MOST_BILLS] as Bill)
    expect(chosen.value.length).toBe(MOST_BILLS)
  })
})
