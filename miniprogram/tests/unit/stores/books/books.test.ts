import { describe, expect, it } from 'vitest'
import type { FeeItem, Movement } from '@/api/feeTypes'
import { paymentOf, reversibleOf } from '@/stores/books/counter'
import { moneyOf, sourceOf } from '@/stores/books/money'
import { usePicking } from '@/stores/books/picking'
import { awaitsDecision, awaitsSlip } from '@/stores/books/refunding'
import { mayRemind, outcomesOf } from '@/stores/books/reminding'
import { emptyRun, monthOf, runOf } from '@/stores/books/running'

const DAY = '2026-11-24'

describe('money at the counter', () => {
  const DRAFT = { method: 'cash', yuan: '207.5', day: DAY, reference: ' A-1 ' } as const

  it('is sent with its slip, and settles the bills that were chosen', () => {
    const form = paymentOf(DRAFT, 'u', [3, 4])
    expect(form).toMatchObject({ unit_id: 'u', amount_fen: 20750, reference: 'A-1', bill_ids: [3, 4] })
  })

  it.each([{ yuan: '0' }, { day: '' }, { reference: '' }, { reference: 'a b' }, { reference: 'a:b' }])(
    'is not sent with %j',
    (changes) => expect(paymentOf({ ...DRAFT, ...changes }, 'u', [])).toBeNull(),
  )

  it('what was undone, or undid, cannot be undone', () => {
    const aMove = (entry_id: number, kind: string, reverses_id: number | null = null): Movement => {
      const rest = { day: DAY, name: kind, memo: '', owed_fen: 1, prepaid_fen: 0, bill_ids: [] }
      return { entry_id, kind, reverses_id, ...rest }
    }
    const movements = [aMove(1, 'charge'), aMove(2, 'payment'), aMove(3, 'reversal', 2), aMove(4, 'released')]
    expect(reversibleOf({ movements }).map(({ entry_id }) => entry_id)).toEqual([1])
  })
})

describe('a run', () => {
  const rest = { buildings: [], kinds: ['HOME'], prices: [], split_by: 'area' }
  const ITEMS: FeeItem[] = [
    { id: 'a', name: '物业费', basis: 'area_month', ...rest },
    { id: 's', name: '公摊', basis: 'shared', ...rest },
  ]

  it('begins with the present month', () => {
    expect(monthOf('2028-02-10')).toEqual({ firstDay: '2028-02-01', lastDay: '2028-02-29' })
  })

  it('needs an item, days in order, and what each shared item cost', () => {
    const draft = emptyRun(DAY)
    expect(runOf(draft, ITEMS)).toBeNull()
    expect(runOf({ ...draft, itemIds: ['a'], lastDay: '2026-10-01' }, ITEMS)).toBeNull()
    expect(runOf({ ...draft, itemIds: ['a', 's'] }, ITEMS)).toBeNull()
    const form = runOf({ ...draft, itemIds: ['a', 's'], costs: { s: '12', a: '9' } }, ITEMS)
    expect(form?.costs).toEqual([{ item_id: 's', cost_fen: 1200 }])
    expect(form?.due_day).toBe('2026-11-30')
  })
})

describe('common income', () => {
  const MONEY = { sourceId: 'p', costKind: '', yuan: '1', day: DAY, reference: '1', memo: '停车费' }
  const SOURCE = {
    kind: 'parking',
    name: '停车',
    counterparty: '车主',
    firstDay: DAY,
    lastDay: DAY,
    yuan: '1',
  } as const

  it('is entered with a voucher, never without', () => {
    expect(moneyOf(MONEY, [])).toBeNull()
    expect(moneyOf(MONEY, ['v'])).toMatchObject({ amount_fen: 100, cost_kind: null, paper_ids: ['v'] })
    expect(moneyOf({ ...MONEY, costKind: 'tax' }, ['v'])?.cost_kind).toBe('tax')
    expect(moneyOf({ ...MONEY, memo: ' ' }, ['v'])).toBeNull()
  })

  it('has sources with a contract and days in order', () => {
    expect(sourceOf(SOURCE, undefined)).toBeNull()
    expect(sourceOf({ ...SOURCE, lastDay: '2026-11-23' }, 'c')).toBeNull()
    expect(sourceOf(SOURCE, 'c')).toMatchObject({ contract_id: 'c', amount_fen: 100 })
  })
})

describe('reminders', () => {
  it('wait until the day on which the next may go out, in China', () => {
    const now = new Date('2026-11-24T16:00:00Z')
    expect([null, '2026-11-25', '2026-11-26'].map((remind_from) => mayRemind({ remind_from }, now))).toEqual([
      true,
      true,
      false,
    ])
  })

  it('say of each home whether it was reminded, or why not', () => {
    const outcome = { tenure: 0, case_id: null, code: null }
    const lines = outcomesOf(
      [
        { unit_id: 'u', done: true, detail: null, ...outcome },
        { unit_id: 'v', done: false, detail: '一周内已提醒', ...outcome },
      ],
      [{ unit_id: 'u', label: '1-1-101' }],
    )
    expect(lines).toEqual([
      { label: '1-1-101', isDone: true, detail: '' },
      { label: 'v', isDone: false, detail: '一周内已提醒' },
    ])
  })
})

it('a refund waits for a decision, then for a slip unless WeChat pays it back', () => {
  expect(awaitsDecision({ state: 'proposed' })).toBe(true)
  expect(awaitsSlip({ state: 'approved', method: 'cash' })).toBe(true)
  expect(awaitsSlip({ state: 'approved', method: 'wechat' })).toBe(false)
  expect(awaitsSlip({ state: 'done', method: 'cash' })).toBe(false)
})

it('no more rows are ticked than a batch takes', () => {
  const { toggle, picked, isPicked } = usePicking(2)
  ;['a', 'b', 'c'].forEach(toggle)
  expect([picked.value, isPicked('c')]).toEqual([['a', 'b'], false])
  toggle('a')
  expect(picked.value).toEqual(['b'])
})
