import { describe, expect, it } from 'vitest'
import type { BillLine } from '@/api/feeTypes'
import { lineText } from '@/locales/billLines'
import { calendarText, fenOf, spanOf, todayInChina, yuanDigits } from '@/locales/money'
import { zhHans } from '@/locales/zh-Hans'

describe('amounts', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [123456789, '1,234,567.89'],
    [-1250, '-12.50'],
  ])('%i fen are written %s', (fen, text) => expect(yuanDigits(fen)).toBe(text))

  it.each([
    ['12', 1200],
    ['12.5', 1250],
    [' 1,234.05 ', 123405],
    ['0', null],
    ['1.234', null],
    ['-3', null],
    ['', null],
  ])('%j is read as %j', (typed, fen) => expect(fenOf(typed)).toBe(fen))
})

describe('days', () => {
  it('a whole month goes by its name, anything else by its ends', () => {
    expect(spanOf(zhHans, '2028-02-01', '2028-02-29')).toBe('2028年2月')
    expect(spanOf(zhHans, '2027-02-01', '2027-02-27')).toBe('2027年2月1日 至 2027年2月27日')
    expect(calendarText(zhHans, '2026-11-05')).toBe('2026年11月5日')
  })

  it('the day is the one in China', () => {
    expect(todayInChina(new Date('2026-11-24T16:00:00Z'))).toBe('2026-11-25')
  })
})

describe('a line of a bill', () => {
  const LINE: BillLine = {
    amount_fen: 16202,
    first_day: '2026-11-01',
    last_day: '2026-11-30',
    days: 30,
    of_days: 30,
    quantity: '90.01',
    price: '1.80',
    months: '1',
  }

  it.each([
    [{}, '数量 90.01 × 单价 1.80 元 × 1 个月'],
    [{ months: '' }, '数量 90.01 × 单价 1.80 元'],
    [{ price: '' }, '公共费用按面积 90.01 平方米分摊'],
    [{ price: '', quantity: '1' }, '公共费用按户数分摊'],
    [{ quantity: '' }, '按原收费系统的账单金额'],
    [{ months: '', of_days: 31 }, '数量 90.01 × 单价 1.80 元，按 30/31 天分担'],
  ])('with %j says: %s', (changes, text) => expect(lineText(zhHans, { ...LINE, ...changes })).toBe(text))
})
