/** Whistles: reporting, joining, following, answering. */
import { server } from './server'
import type { ActForm, Category, Photo, ReportForm, Ticket, TicketPage, TicketRow } from './types'

export async function listCategories(): Promise<Category[]> {
  return (await server.call('get', '/api/v1/complaint-categories', {})).items
}

/** Open tickets that may be the same matter. */
export async function listNearby(
  communityId: string,
  category: string,
  building: string,
): Promise<TicketRow[]> {
  const asked = { path: { community_id: communityId }, query: { category, building } }
  return (await server.call('get', '/api/v1/communities/{community_id}/tickets/nearby', asked)).items
}

export function report(communityId: string, body: ReportForm, key: string): Promise<Ticket> {
  const path = { community_id: communityId }
  return server.call('post', '/api/v1/communities/{community_id}/tickets', { path, body, key })
}

/** "Me too": joins a ticket of the own community. */
export function whistle(ticketId: string, key: string): Promise<Ticket> {
  const path = { ticket_id: ticketId }
  return server.call('post', '/api/v1/tickets/{ticket_id}/whistles', { path, body: {}, key })
}

export function listMyTickets(cursor?: string): Promise<TicketPage> {
  return server.call('get', '/api/v1/me/tickets', { query: { cursor } })
}

export function getTicket(ticketId: string): Promise<Ticket> {
  return server.call('get', '/api/v1/tickets/{ticket_id}', { path: { ticket_id: ticketId } })
}

/** Confirms and rates, reopens, adds, appeals; `Ticket.acts` lists what the caller may do. */
export function act(ticketId: string, body: ActForm, key: string): Promise<Ticket> {
  return server.call('post', '/api/v1/tickets/{ticket_id}/acts', { path: { ticket_id: ticketId }, body, key })
}

/** Sends a photo, to be attached within a day. */
export function uploadPhoto(path: string): Promise<Photo> {
  return server.upload('/api/v1/photos', 'photo', path)
}

/** A photo of a ticket, small or whole. */
export function getPhoto(ticketId: string, photoId: string, small: boolean): Promise<ArrayBuffer> {
  return server.picture(`/api/v1/tickets/${ticketId}/photos/${photoId}?thumbnail=${small}`)
}
