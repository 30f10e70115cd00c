/** The tickets behind a number: what was asked, what else can be, and which may be opened. */
import type { BehindQuery } from '@/api/figures'
import type { TicketRow } from '@/api/types'
import type { DeskRole } from '../staff/posts'
import { RATES, type Measure } from './figures'

const MEASURES: readonly Measure[] = [
  ...(['tickets', 'open', 'response_due', 'response_met', 'resolution_due', 'resolution_met'] as const),
  ...(['answered', 'solved', 'rated', 'satisfied', 'unreached', 'impossible', 'closed', 'reopened'] as const),
]
/** The level of the street's joint conference, from which on a ticket is the street's too. */
const STREET_LEVEL = 3

/** Reads what the page was opened with; a measure that is none of ours counts all tickets. */
export function behindOf(query: Readonly<Record<string, string | undefined>>): BehindQuery {
  const text = (name: string): string => decodeURIComponent(query[name] ?? '')
  return {
    first: text('first'),
    last: text('last'),
    community_id: text('communityId'),
    firm_id: text('firmId'),
    category: text('category'),
    measure: MEASURES.find((one) => one === query['measure']) ?? 'tickets',
  }
}

/** The whole and the part of the same rate, so that a reader can turn between them. */
export function measuresBeside(measure: Measure): Measure[] {
  const rate = Object.values(RATES).find(({ part, whole }) => part === measure || whole === measure)
  return rate ? [rate.whole, rate.part] : [measure]
}

/** Whether a role may look at a ticket whole: a street only what has come up to it (rules/sight.py). */
export function mayOpen(role: DeskRole | null, ticket: Pick<TicketRow, 'level'>): boolean {
  if (role === 'community_officer' || role === 'firm_dispatcher') return true
  return role === 'street_officer' && ticket.level >= STREET_LEVEL
}
