/** What needs the caller now, gathered from every area. */
import { listAssemblies } from '@/api/assemblies'
import { countUnread } from '@/api/messages'
import { listFeeHomes } from '@/api/fees'
import type { FeeHome } from '@/api/feeTypes'
import { listMyTickets } from '@/api/tickets'
import type { AssemblyRow, Home, TicketRow } from '@/api/types'
import { communities, isHeld, loadHomes } from './homes'

/** The state of a ticket that its resident is asked to confirm, as complaints name it. */
const AWAITS_RESIDENT = 'resolved'
const OPEN = 'OPEN'

export interface Needs {
  hasHome: boolean
  waitingHomes: Home[]
  /** Tickets that were answered and wait to be confirmed and rated. */
  toConfirm: TicketRow[]
  unread: number
  /** Assemblies that are open for voting. */
  voting: AssemblyRow[]
  /** Homes with bills whose day has passed. */
  inArrears: FeeHome[]
  recent: TicketRow[]
}

/** Gathers it. Rejects with a `CallFailed`. */
export async function gatherNeeds(): Promise<Needs> {
  const asked = [loadHomes(), listMyTickets(), countUnread(), listFeeHomes()] as const
  const [homes, tickets, unread, feeHomes] = await Promise.all(asked)
  const posted = await Promise.all(communities.value.map(({ id }) => listAssemblies(id)))
  return {
    hasHome: homes.some(isHeld),
    waitingHomes: homes.filter(({ state }) => state === 'asked'),
    toConfirm: tickets.items.filter(({ state }) => state === AWAITS_RESIDENT),
    unread,
    voting: posted.flat().filter(({ stage }) => stage === OPEN),
    inArrears: feeHomes.filter(({ arrears_fen: fen }) => fen > 0),
    recent: tickets.items.slice(0, 3),
  }
}

/** Whether anything of it asks for an act. */
export function isAnythingNeeded(needs: Needs): boolean {
  const lists = [needs.waitingHomes, needs.toConfirm, needs.voting, needs.inArrears]
  return !needs.hasHome || needs.unread > 0 || lists.some((list) => list.length > 0)
}
