/** What a line of a bill is made of, in words. */
import type { BillLine } from '@/api/feeTypes'
import type { Words } from './zh-Hans'

const DAY_MS = 86_400_000

export function lineText(words: Words, line: BillLine): string {
  const said = words.fees.bills
  if (!line.quantity) return said.former
  const days = (Date.parse(line.last_day) - Date.parse(line.first_day)) / DAY_MS + 1
  const share = line.of_days === days ? '' : `，${said.part(days, line.of_days)}`
  return basisText(words, line) + share
}

function basisText(words: Words, { quantity, price, months }: BillLine): string {
  const said = words.fees.bills
  if (!price) return quantity.includes('.') ? said.byArea(quantity) : said.byHomes
  return months ? said.byMonths(quantity, price, months) : said.byPrice(quantity, price)
}
