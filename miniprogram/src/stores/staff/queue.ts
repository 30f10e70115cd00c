/** The queue: what it is narrowed by, which tickets are picked, who holds them. */
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { listQueue, listStaff, type QueueQuery } from '@/api/desk'
import { CallFailed } from '@/api/wire'
import type { StaffMember, TicketRow } from '@/api/types'
import { usePaged, type Paged } from '../paging'

/** What a queue is narrowed by; empty fields do not narrow it. */
export interface QueueFilter {
  /** Whether tickets that are done with are shown instead of open ones. */
  isClosed: boolean
  /** `none` for those that nobody has, `me` for the caller's own. */
  assignee: '' | 'none' | 'me'
  isOverdue: boolean
  priority: NonNullable<QueueQuery['priority']>
  state: NonNullable<QueueQuery['state']>
  category: string
  communityId: string
  number: string
}

export const NO_FILTER: Readonly<QueueFilter> = {
  isClosed: false,
  assignee: '',
  isOverdue: false,
  priority: '',
  state: '',
  category: '',
  communityId: '',
  number: '',
}

/** The most urgent of a dispatcher's questions, as one tap each. */
export const QUICK = {
  all: {},
  unassigned: { assignee: 'none' },
  mine: { assignee: 'me' },
  overdue: { isOverdue: true },
  closed: { isClosed: true },
} as const satisfies Record<string, Partial<QueueFilter>>
export type Quick = keyof typeof QUICK

/** Open and closed states, as they may be asked for in either view. */
export const OPEN_STATES = ['submitted', 'acknowledged', 'in_progress', 'waiting', 'reopened'] as const
export const CLOSED_STATES = ['resolved', 'confirmed', 'rejected', 'merged'] as const
export const PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const

/** What is asked of the server. A number is searched as it is written, without spaces. */
export function queryOf(filter: QueueFilter, cursor?: string): QueueQuery {
  return {
    open_only: !filter.isClosed,
    assignee: filter.assignee,
    overdue: filter.isOverdue && !filter.isClosed,
    priority: filter.priority,
    state: filter.state,
    category: filter.category,
    community_id: filter.communityId,
    number: filter.number.trim(),
    cursor,
  }
}

/** How many of the further fields narrow the queue, for the button that hides them. */
export function furtherCount(filter: QueueFilter): number {
  const { priority, state, category, communityId, number } = filter
  return [priority, state, category, communityId, number.trim()].filter(Boolean).length
}

/** Which quick choice a filter is; null where it is none. */
export function quickOf(filter: QueueFilter): Quick | null {
  const { assignee, isOverdue, isClosed } = filter
  if (isClosed) return 'closed'
  if (isOverdue) return 'overdue'
  return assignee === 'none' ? 'unassigned' : assignee === 'me' ? 'mine' : 'all'
}

export interface Queue extends Paged<TicketRow> {
  filter: Ref<QueueFilter>
  /** Narrows anew and loads; what was picked is let go. */
  narrow(part: Partial<QueueFilter>): Promise<void>
  pick(quick: Quick): Promise<void>
}

export function useQueue(selection: Selection): Queue {
  const filter = ref<QueueFilter>({ ...NO_FILTER })
  const paged = usePaged((cursor?: string) => listQueue(queryOf(filter.value, cursor)))

  async function narrow(part: Partial<QueueFilter>): Promise<void> {
    const next = { ...filter.value, ...part }
    const hasTurned = next.isClosed !== filter.value.isClosed
    filter.value = hasTurned ? { ...next, state: '' } : next
    selection.clear()
    paged.content.value = null
    await paged.load()
  }

  const { assignee, isOverdue, isClosed } = NO_FILTER
  const pick = (quick: Quick): Promise<void> => narrow({ assignee, isOverdue, isClosed, ...QUICK[quick] })
  return { ...paged, filter, narrow, pick }
}

export interface Selection {
  ids: Ref<string[]>
  count: ComputedRef<number>
  has(id: string): boolean
  toggle(id: string): void
  /** Picks all of them, or none where all were. */
  toggleAll(ids: readonly string[]): void
  clear(): void
}

/** Picking several tickets of a list. */
export function useSelection(): Selection {
  const ids = ref<string[]>([])
  const has = (id: string): boolean => ids.value.includes(id)
  return {
    ids,
    count: computed(() => ids.value.length),
    has,
    toggle: (id) => void (ids.value = has(id) ? ids.value.filter((one) => one !== id) : [...ids.value, id]),
    toggleAll: (all) => void (ids.value = all.every(has) ? [] : [...all]),
    clear: () => void (ids.value = []),
  }
}

export interface Colleagues {
  /** Names by account, as far as they are known. */
  names: ShallowRef<Readonly<Record<string, string>>>
  /** Asks once for each community of these tickets. Names are a help: a failure leaves them out. */
  learn(tickets: readonly TicketRow[]): Promise<void>
}

/** Who among one's own people a ticket was given to, by name. */
export function useColleagues(fetch: (ticketId: string) => Promise<StaffMember[]> = listStaff): Colleagues {
  const names: ShallowRef<Readonly<Record<string, string>>> = shallowRef({})
  const asked = new Set<string>()

  async function learnOf(ticket: TicketRow): Promise<void> {
    asked.add(ticket.community_id)
    try {
      const found = await fetch(ticket.id)
      const named = found.map(({ account_id, name }) => [account_id, name ?? ''] as const)
      names.value = { ...names.value, ...Object.fromEntries(named) }
    } catch (reason) {
      if (!(reason instanceof CallFailed)) throw reason
      asked.delete(ticket.community_id)
    }
  }

  async function learn(tickets: readonly TicketRow[]): Promise<void> {
    const open = tickets.filter(({ community_id }) => !asked.has(community_id))
    const firsts = new Map(open.map((ticket) => [ticket.community_id, ticket]))
    await Promise.all(Array.from(firsts.values(), learnOf))
  }

  return { names, learn }
}
