/** The desk of those who answer tickets: firm, community, street, department. */
import { server } from './server'
import type { Asked } from './client'
import type {
  ActForm,
  BatchItem,
  CommunityBody,
  Contact,
  OwnPost,
  QueuePage,
  StaffMember,
  Template,
  TemplateForm,
  Ticket,
} from './types'

/** What a queue is narrowed by; what is left out does not narrow it. */
export type QueueQuery = NonNullable<Asked<'get', '/api/v1/desk/tickets'>['query']>

/** The communities in which the caller holds a role, each with the role. */
export async function listPosts(): Promise<OwnPost[]> {
  return (await server.call('get', '/api/v1/me/posts', {})).items
}

/** The tickets of the caller's bodies, what is due first in front. */
export function listQueue(query: QueueQuery): Promise<QueuePage> {
  return server.call('get', '/api/v1/desk/tickets', { query })
}

/** Answered tickets of which nobody said whether they are solved. */
export function listCallBacks(communityId: string, cursor?: string): Promise<QueuePage> {
  const asked = { path: { community_id: communityId }, query: { cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/call-backs', asked)
}

/** The same act on each ticket; one that is refused keeps none of the others back. */
export async function actOnEach(ticketIds: string[], act: ActForm, key: string): Promise<BatchItem[]> {
  const body = { ticket_ids: ticketIds, act }
  return (await server.call('post', '/api/v1/desk/tickets/batch', { body, key, timeoutMs: 60_000 })).items
}

/** The people of the caller's body to whom a ticket may be given. */
export async function listStaff(ticketId: string): Promise<StaffMember[]> {
  const path = { ticket_id: ticketId }
  return (await server.call('get', '/api/v1/tickets/{ticket_id}/staff', { path })).items
}

/** Name and phone of who reported it; who asked and why is logged. */
export function revealContact(ticketId: string, reason: string, key: string): Promise<Contact> {
  const path = { ticket_id: ticketId }
  return server.call('post', '/api/v1/tickets/{ticket_id}/contact-reveals', { path, body: { reason }, key })
}

/** Merges a ticket into another of the same community. */
export function merge(ticketId: string, into: string, text: string, key: string): Promise<Ticket> {
  const path = { ticket_id: ticketId }
  return server.call('post', '/api/v1/tickets/{ticket_id}/merge', { path, body: { into, text }, key })
}

/** Takes a ticket out of the one that it was merged into. */
export function unmerge(ticketId: string): Promise<Ticket> {
  return server.call('delete', '/api/v1/tickets/{ticket_id}/merge', { path: { ticket_id: ticketId } })
}

/** The ready texts of the caller's organisations. */
export async function listTemplates(): Promise<Template[]> {
  return (await server.call('get', '/api/v1/desk/templates', {})).items
}

export function addTemplate(body: TemplateForm, key: string): Promise<Template> {
  return server.call('post', '/api/v1/desk/templates', { body, key })
}

export async function removeTemplate(templateId: string): Promise<void> {
  await server.call('delete', '/api/v1/desk/templates/{template_id}', { path: { template_id: templateId } })
}

/** Who serves a community. */
export async function listBodies(communityId: string): Promise<CommunityBody[]> {
  const path = { community_id: communityId }
  return (await server.call('get', '/api/v1/communities/{community_id}/bodies', { path })).items
}
