/** Where a message leads. */
import type { Message } from '@/api/types'
import type { PageName } from './routes'

/** A page and its query. */
export interface Target {
  page: PageName
  parameters: Record<string, string>
}

/** By how a message's kind begins: its page, and what that page must be told. The first that fits holds. */
const AREAS: readonly (readonly [kind: string, page: PageName, needs: readonly string[]])[] = [
  ['ticket-', 'ticket', ['id']],
  ['assembly-', 'assembly', ['id']],
  ['ballot-', 'assembly', ['id']],
  ['arrears-', 'arrearsCase', ['id']],
  ['fee-paid', 'feeReceipts', ['community', 'unit']],
  ['fee-refunded', 'feeReceipts', ['community', 'unit']],
  ['fee-', 'fees', []],
  ['disclosure-enquiry-', 'enquiries', []],
  ['disclosure-', 'disclosure', []],
  ['home-', 'homes', []],
]

/**
 * The page that a message is about, null for none. Its link is the query of that page; a link that says
 * anything else than the page needs leads nowhere.
 */
export function targetOf(message: Pick<Message, 'kind' | 'link'>): Target | null {
  const area = AREAS.find(([kind]) => message.kind.startsWith(kind))
  if (!area) return null
  const [, page, needs] = area
  const parameters = parametersIn(message.link)
  const fits = parameters && Object.keys(parameters).join() === needs.join()
  return fits ? { page, parameters } : null
}

function parametersIn(link: string): Record<string, string> | null {
  if (link === '') return {}
  if (!/^[a-z]+=[\w-]+(&[a-z]+=[\w-]+)*$/.test(link)) return null
  return Object.fromEntries(link.split('&').map((pair) => pair.split('=') as [string, string]))
}
