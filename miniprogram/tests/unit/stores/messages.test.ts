import { expect, it } from 'vitest'
import { targetOf } from '@/stores/messages'

it('a message about a ticket leads to it', () => {
  const target = { page: 'ticket', parameters: { id: 'abc-1' } }
  expect(targetOf({ kind: 'ticket-resolved', link: 'id=abc-1' })).toEqual(target)
})

it.each([
  ['ticket', ''],
  ['ticket', 'id=a&next=https://elsewhere.example'],
  ['cast', 'id=1'],
])('a message of kind %j with link %j leads nowhere', (kind, link) => {
  expect(targetOf({ kind, link })).toBeNull()
})
