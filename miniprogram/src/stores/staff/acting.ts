/** What staff do with a ticket: which acts there are, what each needs, and the form that is sent. */
import type { ActForm } from '@/api/types'
import type { Words } from '@/locales/zh-Hans'

/** Whether an act says something. */
type Said = 'no' | 'may' | 'must'
/** The act's own facts, by the field that asks for them. */
export type FactField =
  | 'assignee'
  | 'wait'
  | 'reason'
  | 'until'
  | 'callback'
  | 'organisation'
  | 'class'
  | 'publication'
  | 'impossible'

export interface ActShape {
  text: Said
  photos: boolean
  fact?: FactField
  isGrave?: boolean
}

/**
 * Acts of staff, in the order in which they are offered: what moves the ticket on first, what ends it or
 * passes it on last (backend/complaints/rules/powers.py).
 */
export const SHAPES = {
  acknowledged: { text: 'may', photos: false },
  assigned: { text: 'may', photos: false, fact: 'assignee' },
  started: { text: 'may', photos: false },
  arrived: { text: 'may', photos: true },
  resolved: { text: 'must', photos: true, fact: 'impossible' },
  waited: { text: 'must', photos: true, fact: 'wait' },
  resumed: { text: 'may', photos: false },
  replied: { text: 'must', photos: true },
  noted: { text: 'must', photos: true },
  planned: { text: 'must', photos: true, fact: 'until' },
  called_back: { text: 'may', photos: false, fact: 'callback' },
  reviewed: { text: 'may', photos: false, fact: 'publication' },
  reclassified: { text: 'may', photos: false, fact: 'class' },
  called_in: { text: 'must', photos: false, fact: 'organisation' },
  escalated: { text: 'may', photos: false },
  reopened: { text: 'must', photos: false, isGrave: true },
  appeal_dismissed: { text: 'must', photos: false, isGrave: true },
  rejected: { text: 'must', photos: false, fact: 'reason', isGrave: true },
} as const satisfies Record<string, ActShape>
export type StaffAct = keyof typeof SHAPES

export const STAFF_ACTS = Object.keys(SHAPES) as StaffAct[]
/** Acts that make sense for several tickets at once. */
export const BATCH_ACTS = ['acknowledged', 'assigned', 'started', 'replied', 'noted'] as const
export type BatchAct = (typeof BATCH_ACTS)[number]

/** Lists to choose from (backend/complaints/rules/values.py). */
export const WAITS = ['resident', 'parts', 'other_body'] as const
export const REASONS = [
  ...(['court', 'arbitration', 'discipline', 'petition'] as const),
  ...(['repeated', 'elsewhere', 'unfounded'] as const),
] as const
export const CALLBACKS = ['solved', 'unsolved', 'impossible', 'unreached'] as const
export const PUBLICATIONS = ['shown', 'hidden'] as const

/** What is filled in; empty is "not said". */
export interface ActDraft {
  text: string
  assignee: string
  wait: string
  reason: string
  /** A day, as 2026-03-01. */
  until: string
  callback: string
  /** 1 to 5; 0 for not said. */
  satisfaction: number
  organisation: string
  category: string
  priority: string
  publication: string
  impossible: boolean
}

export function emptyAct(): ActDraft {
  return {
    text: '',
    assignee: '',
    wait: '',
    reason: '',
    until: '',
    callback: '',
    satisfaction: 0,
    organisation: '',
    category: '',
    priority: '',
    publication: '',
    impossible: false,
  }
}

/** The shape of an act, read loosely: every act has the same fields. */
export function shapeOf(kind: StaffAct): ActShape {
  return SHAPES[kind]
}

/** Whether somebody only works on tickets, and gives them to nobody else. */
export function isWorkerOnly(parties: readonly string[]): boolean {
  return parties.includes('worker') && parties.length === 1
}

/** What an act is called: who may only take a ticket himself does not assign it. */
export function actName(kind: StaffAct, parties: readonly string[], words: Words): string {
  return kind === 'assigned' && isWorkerOnly(parties) ? words.staff.queue.take : words.staff.acts[kind]
}

/** What a ticket says of the acts that are possible. */
export interface ActingOn {
  acts: readonly string[]
  priority: string
  state: string
  assignee: string | null
  parties: readonly string[]
  history: readonly { kind: string }[]
}

/** The acts of staff that a ticket offers, without those that would surely be refused. */
export function offeredActs(ticket: ActingOn): StaffAct[] {
  const offered = STAFF_ACTS.filter((kind) => ticket.acts.includes(kind) && isOfUse(kind, ticket))
  if (ticket.assignee === null || !offered.includes('assigned')) return offered
  // Giving it to somebody else is no longer what moves it on.
  const rest = offered.filter((kind) => kind !== 'assigned')
  const graves = rest.filter((kind) => shapeOf(kind).isGrave)
  return [...rest.filter((kind) => !shapeOf(kind).isGrave), 'assigned', ...graves]
}

/** Whether an act that the state allows would not be refused for another reason that can be seen. */
function isOfUse(kind: StaffAct, ticket: ActingOn): boolean {
  if (kind === 'planned') return ticket.priority === 'P4'
  if (kind === 'appeal_dismissed') return isAppealOpen(ticket)
  if (kind === 'reopened') return ticket.state !== 'rejected' || isAppealOpen(ticket)
  return kind !== 'assigned' || ticket.assignee === null || !isWorkerOnly(ticket.parties)
}

function isAppealOpen(ticket: ActingOn): boolean {
  const kinds = ticket.history.map(({ kind }) => kind)
  return kinds.lastIndexOf('appealed') > kinds.lastIndexOf('appeal_dismissed')
}

/** What a draft lacks, in words; empty where nothing is missing. The server has the last word. */
export function lackOf(kind: StaffAct, draft: ActDraft, words: Words): string {
  const { text, fact } = shapeOf(kind)
  const { needs } = words.staff
  if (fact && !isFactGiven(fact, draft)) return needs.facts[fact]
  return text === 'must' && !draft.text.trim() ? needs.text : ''
}

function isFactGiven(fact: FactField, draft: ActDraft): boolean {
  if (fact === 'impossible') return true
  if (fact === 'class') return draft.category !== '' || draft.priority !== ''
  if (fact === 'until') return /^\d{4}-\d{2}-\d{2}$/.test(draft.until.trim())
  return draft[fact] !== ''
}

/** The form that is sent. */
export function actOf(kind: StaffAct, draft: ActDraft, photos: string[]): ActForm {
  return { kind, text: draft.text.trim(), photos, facts: factsOf(kind, draft) }
}

function factsOf(kind: StaffAct, draft: ActDraft): Record<string, unknown> {
  const { fact } = shapeOf(kind)
  if (!fact) return {}
  if (fact === 'impossible') return draft.impossible ? { impossible: true } : {}
  if (fact === 'callback') return callbackFacts(draft)
  if (fact === 'class') {
    const { category, priority } = draft
    return { ...(category ? { category } : {}), ...(priority ? { priority } : {}) }
  }
  return { [fact]: typeof draft[fact] === 'string' ? String(draft[fact]).trim() : draft[fact] }
}

/** Somebody who was not reached said nothing about being satisfied. */
function callbackFacts({ callback, satisfaction }: ActDraft): Record<string, unknown> {
  return callback !== 'unreached' && satisfaction > 0 ? { callback, satisfaction } : { callback }
}
