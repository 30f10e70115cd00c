/** Where a message leads. */
import type { Message } from '@/api/types'
import type { PageName } from './routes'

/** A page and its query. */
export interface Target {
  page: PageName
  parameters: Record<string, string>
}

/**
 * The page that a message is about, null for none. The first word of a message's kind names the area, its
 * link is the query of that area's page.
 */
export function targetOf(message: Pick<Message, 'kind' | 'link'>): Target | null {
  const id = /^id=([\w-]+)$/.exec(message.link)?.[1]
  return message.kind.split('-')[0] === 'ticket' && id ? { page: 'ticket', parameters: { id } } : null
}
