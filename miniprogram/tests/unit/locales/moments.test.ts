import { describe, expect, it } from 'vitest'
import { dayText, momentText, spanText } from '@/locales/moments'
import { zhHans } from '@/locales/zh-Hans'

const NOON = new Date('2026-03-02T04:00:00Z')

describe('an instant', () => {
  it.each([
    ['2026-03-02T15:59:59Z', '今天 23:59'],
    ['2026-03-02T16:00:00Z', '明天 00:00'],
    ['2026-03-03T10:30:00+08:00', '明天 10:30'],
    ['2026-03-04T00:05:00+08:00', '3月4日 00:05'],
    ['2026-03-01T23:00:00+08:00', '3月1日 23:00'],
  ])('%s is told in the community’s time', (instant, told) => {
    expect(momentText(zhHans, instant, NOON)).toBe(told)
  })

  it('names its day in the community’s time', () => {
    expect(dayText(zhHans, '2026-12-31T16:00:00Z')).toBe('2027年1月1日')
  })
})

describe('a span', () => {
  it.each([
    [59, '59 分钟'],
    [60, '1 小时'],
    [47 * 60, '47 小时'],
    [48 * 60, '2 天'],
    [-90, '1 小时'],
  ])('%d minutes', (minutes, told) => {
    expect(spanText(zhHans, minutes)).toBe(told)
  })
})
