import { expect, it } from 'vitest'
import { targetOf } from '@/stores/messages'

it.each([
  ['ticket-resolved', 'id=abc-1', 'ticket', { id: 'abc-1' }],
  ['assembly-ready', 'id=a1', 'assembly', { id: 'a1' }],
  ['ballot-cast', 'id=a1', 'assembly', { id: 'a1' }],
  ['arrears-noticed', 'id=c1', 'arrearsCase', { id: 'c1' }],
  ['fee-paid', 'community=c&unit=u', 'feeReceipts', { community: 'c', unit: 'u' }],
  ['fee-billed', '', 'fees', {}],
  ['disclosure-published', '', 'disclosure', {}],
  ['disclosure-enquiry-answered', '', 'enquiries', {}],
])('a message of kind %j with link %j leads to the page it is about', (kind, link, page, parameters) => {
  expect(targetOf({ kind, link })).toEqual({ page, parameters })
})

it.each([
  ['ticket-resolved', ''],
  ['ticket-resolved', 'id=a&next=https://elsewhere.example'],
  ['ticket-resolved', 'id=a&next=b'],
  ['fee-paid', 'unit=u'],
  ['cast', 'id=1'],
])('a message of kind %j with link %j leads nowhere', (kind, link) => {
  expect(targetOf({ kind, link })).toBeNull()
})
