/** Merging a ticket into another: which others are the same kind, and finding one by its number. */
import { listQueue } from '@/api/desk'
import type { Ticket, TicketRow } from '@/api/types'

const MOST = 8

/** Open tickets of the same kind in the same community. Rejects with a `CallFailed`. */
export async function sameKind(ticket: Ticket): Promise<TicketRow[]> {
  const { items } = await listQueue({ community_id: ticket.community_id, category: ticket.category })
  return items.filter(({ id }) => id !== ticket.id).slice(0, MOST)
}

/** The open ticket of this number, null where there is none to merge into. Rejects with a `CallFailed`. */
export async function byNumber(ticket: Ticket, number: string): Promise<TicketRow | null> {
  const { items } = await listQueue({ community_id: ticket.community_id, number: number.trim() })
  return items.find(({ id }) => id !== ticket.id) ?? null
}
