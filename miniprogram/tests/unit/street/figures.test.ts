import { describe, expect, it } from 'vitest'
import type { Figure, Promised } from '@/api/types'
import { zhHans } from '@/locales/zh-Hans'
import { behindOf, mayOpen, measuresBeside } from '@/stores/street/behind'
import { arePeriod, daysOf, narrowed, partsText, rateText, scoreText } from '@/stores/street/figures'
import { fieldsOf, spanFieldsOf, spansLack, termsForm } from '@/stores/street/terms'

const NEW_YEAR = new Date('2025-12-31T16:30:00Z') // half past midnight of 1 January in China

function figure(counts: Record<string, number>, score: number | null = null): Figure {
  return { key: 'f', name: '物业', counts, rates: {}, score_permille: score }
}

describe('a period', () => {
  it.each([
    ['days30', '2025-12-03', '2026-01-01'],
    ['month', '2026-01-01', '2026-01-01'],
    ['lastMonth', '2025-12-01', '2025-12-31'],
    ['year', '2026-01-01', '2026-01-01'],
  ] as const)('%s is of the days in China', (period, first, last) => {
    expect(daysOf(period, NEW_YEAR)).toEqual({ first, last })
  })

  it.each([
    ['2026-01-02', '2026-01-01'],
    ['2026-13-01', '2026-12-31'],
    ['', '2026-01-01'],
  ])('%j to %j is none', (first, last) => {
    expect(arePeriod({ first, last })).toBe(false)
  })
})

describe('a rate', () => {
  it('is no data where there is no whole, never 0 or 100', () => {
    expect(rateText(zhHans, figure({ solved: 0, answered: 0 }), 'resolution')).toBe('暂无数据')
    expect(scoreText(zhHans, figure({}))).toBe('暂无数据')
  })

  it('is rounded down, so that 99.99 % is not shown as all', () => {
    const one = figure({ response_met: 9999, response_due: 10_000 })
    expect([rateText(zhHans, one, 'response'), partsText(one, 'response')]).toEqual(['99.9%', '9999 / 10000'])
  })

  it('is a part of a hundred for the score', () => {
    expect(scoreText(zhHans, figure({}, 508))).toBe('50.8')
  })
})

describe('drilling down', () => {
  const filter = {
    first: '2026-01-10',
    last: '2026-03-05',
    by: 'month' as const,
    communityId: '',
    firmId: '',
    category: '',
  }

  it('narrows a month to its days within the period', () => {
    expect(narrowed(filter, '2026-01')).toMatchObject({ first: '2026-01-10', last: '2026-01-31' })
    expect(narrowed(filter, '2026-03')).toMatchObject({ first: '2026-03-01', last: '2026-03-05' })
  })

  it('narrows to a firm, a community, a category', () => {
    expect(narrowed({ ...filter, by: 'firm' }, 'f1').firmId).toBe('f1')
    expect(narrowed({ ...filter, by: 'community' }, 'c1').communityId).toBe('c1')
  })

  it('reads what it was opened with, and counts all for a measure that is none', () => {
    expect(behindOf({ first: 'a', measure: 'everything' })).toMatchObject({ first: 'a', measure: 'tickets' })
  })

  it('turns between the whole and the part of a rate', () => {
    expect(measuresBeside('solved')).toEqual(['answered', 'solved'])
    expect(measuresBeside('tickets')).toEqual(['tickets'])
  })

  it('opens for the street only what has come up to it', () => {
    expect([mayOpen('street_officer', { level: 2 }), mayOpen('street_officer', { level: 3 })]).toEqual([
      false,
      true,
    ])
    expect(mayOpen('chair', { level: 4 })).toBe(false)
  })
})

describe('terms', () => {
  const promised = [
    {
      priority: 'P1',
      response: { amount: 15, unit: 'minute', mode: 'round_the_clock' },
      resolution: { amount: 2, unit: 'hour', mode: 'round_the_clock' },
      confirm_days: 7,
      spans: [
        [510, 720],
        [840, 1050],
      ],
    },
  ] as unknown as Promised[]
  const hours = [
    { from: '08:30', until: '12:00' },
    { from: '14:00', until: '17:30' },
  ]

  it('are sent as they are typed, with the working hours as they were', () => {
    const fields = fieldsOf(promised).map((one) => ({ ...one, response: '10' }))
    expect(termsForm(zhHans, fields, hours)).toEqual({
      terms: [{ priority: 'P1', response: 10, resolution: 2, confirm_days: 7 }],
      spans: promised[0]?.spans,
    })
  })

  it.each(['', '0', '1.5', '十'])('are not sent with %j as an amount', (response) => {
    expect(termsForm(zhHans, [{ ...fieldsOf(promised)[0]!, response }], hours)).toBeNull()
  })

  it('show the working hours as times', () => {
    expect(spanFieldsOf(promised)).toEqual(hours)
  })

  it('are sent with the working hours as minutes of the day', () => {
    const longer = [{ from: '8:00', until: '20：15' }]
    expect(termsForm(zhHans, fieldsOf(promised), longer)?.spans).toEqual([[480, 1215]])
  })

  it.each([
    [[]],
    [[{ from: '', until: '12:00' }]],
    [[{ from: '08:30', until: '08:30' }]],
    [[{ from: '08:30', until: '24:01' }]],
    [[{ from: '08:60', until: '12:00' }]],
    [
      [
        { from: '14:00', until: '17:30' },
        { from: '08:30', until: '12:00' },
      ],
    ],
    [
      [
        { from: '08:30', until: '14:30' },
        { from: '14:00', until: '17:30' },
      ],
    ],
  ])('are not sent with the working hours %j', (spans) => {
    expect(spansLack(zhHans, spans)).not.toBe('')
    expect(termsForm(zhHans, fieldsOf(promised), spans)).toBeNull()
  })
})
