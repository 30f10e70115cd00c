/** What is held about the caller, gathered for the right to see and copy it (PIPL art. 45). */
import { listHomes } from '@/api/homes'
import { getMe } from '@/api/identity'
import { getInbox } from '@/api/messages'
import { getTicket, listMyTickets } from '@/api/tickets'
import type { Home, Me, Message, Ticket } from '@/api/types'
import type { Page } from './paging'

export interface Holdings {
  account: Me
  homes: Home[]
  tickets: Ticket[]
  messages: Message[]
}

/** Gathers everything, page by page. Rejects with a `CallFailed`. */
export async function gatherHoldings(): Promise<Holdings> {
  const [account, homes] = await Promise.all([getMe(), listHomes()])
  const rows = await everything(listMyTickets)
  const tickets: Ticket[] = []
  for (const { id } of rows) tickets.push(await getTicket(id)) // one after the other: a phone's network is narrow
  return { account, homes, tickets, messages: await everything(getInbox) }
}

async function everything<T>(fetch: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const page = await fetch(cursor)
    found.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}
