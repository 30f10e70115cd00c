/** The caller's inbox, and what may be sent to WeChat. */
import { server } from './server'
import type { ConsentWorth, Inbox } from './types'

export function getInbox(cursor?: string): Promise<Inbox> {
  return server.call('get', '/api/v1/me/inbox', { query: { cursor } })
}

/** How many messages are unread, without reading any. */
export async function countUnread(): Promise<number> {
  return (await server.call('get', '/api/v1/me/inbox', { query: { unread_only: true } })).unread
}

/** Marks messages as read, all of them where none is named; tells how many are left. */
export async function markRead(ids?: string[]): Promise<number> {
  return (await server.call('post', '/api/v1/me/inbox/read', { body: ids ? { ids } : {} })).unread
}

export async function listConsents(): Promise<ConsentWorth[]> {
  return (await server.call('get', '/api/v1/me/consents', {})).items
}

/** Notes what the person allowed in WeChat's dialog. */
export async function noteConsents(kinds: string[]): Promise<ConsentWorth[]> {
  return (await server.call('post', '/api/v1/me/consents', { body: { kinds } })).items
}
