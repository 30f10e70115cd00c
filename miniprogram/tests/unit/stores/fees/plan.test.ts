import { expect, it } from 'vitest'
import { actOf, needsWords, planOf } from '@/stores/fees/plan'

it('a plan is sent once every part has its day and an amount', () => {
  expect(planOf([{ day: '2026-12-01', yuan: '100.5' }])).toEqual([{ day: '2026-12-01', amount_fen: 10050 }])
  expect(planOf([{ day: '', yuan: '100' }])).toBeNull()
  expect(planOf([{ day: '2026-12-01', yuan: '0' }])).toBeNull()
  expect(planOf([])).toBeNull()
})

it('an act about a dispute names the oldest open one', () => {
  const form = actOf({ disputes: [3, 7] }, 'dispute_accepted', ' 同意 ')
  expect(form).toEqual({ kind: 'dispute_accepted', text: '同意', facts: { dispute: 3 } })
})

it('asking for instalments carries the plan, other acts carry nothing', () => {
  const parts = [{ day: '2026-12-01', amount_fen: 1 }]
  expect(actOf({ disputes: [] }, 'instalments_asked', '', parts).facts).toEqual({ parts })
  expect(actOf({ disputes: [] }, 'replied', '说明', parts).facts).toEqual({})
})

it('only acts that speak for themselves go without words', () => {
  expect(['received', 'replied', 'mediation_asked'].map(needsWords)).toEqual([false, true, true])
})
