/** How a ticket stands against its clock: in words, never by colour alone. */
import { onUnmounted, ref, type Ref } from 'vue'
import type { TicketRow } from '@/api/types'
import { spanText } from '@/locales/moments'
import type { Words } from '@/locales/zh-Hans'

const MINUTE_MS = 60_000
/** Less than this is marked as near. */
const NEAR_MS = 4 * 60 * MINUTE_MS
/** States in which the clock of the response is the one that runs. */
const BEFORE_RESPONSE = ['submitted', 'reopened']
const OPEN = [...BEFORE_RESPONSE, 'acknowledged', 'in_progress', 'waiting']

/** Whether somebody still has to act on it. */
export function isOpen({ state }: Pick<TicketRow, 'state'>): boolean {
  return OPEN.includes(state)
}

export type Tone = 'danger' | 'warn' | 'plain'

/** What is shown beside a ticket. `clock` names which clock runs, `standing` how it stands. */
export interface DueText {
  clock: string
  standing: string
  tone: Tone
}

/** Says how a ticket stands; null for one that is closed. */
export function dueText(
  words: Words,
  ticket: Pick<TicketRow, 'state' | 'due_at'>,
  now: number,
): DueText | null {
  if (!isOpen(ticket)) return null
  const { clocks, paused, unknown, left, over } = words.staff.due
  const clock = BEFORE_RESPONSE.includes(ticket.state) ? clocks.response : clocks.resolution
  if (!ticket.due_at) return { clock, standing: ticket.state === 'waiting' ? paused : unknown, tone: 'plain' }
  const leftMs = Date.parse(ticket.due_at) - now
  const span = spanText(words, leftMs / MINUTE_MS)
  if (leftMs <= 0) return { clock, standing: over(span), tone: 'danger' }
  return { clock, standing: left(span), tone: leftMs < NEAR_MS ? 'warn' : 'plain' }
}

/** The present, anew every half minute as long as the component is there. */
export function useNow(): Ref<number> {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), MINUTE_MS / 2)
  onUnmounted(() => clearInterval(timer))
  return now
}
