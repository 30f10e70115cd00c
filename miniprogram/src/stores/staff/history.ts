/** What happened to a ticket, as staff read it: internal steps are marked, facts are put into words. */
import type { TicketEvent } from '@/api/types'
import type { Words } from '@/locales/zh-Hans'
import { CALLBACKS, PUBLICATIONS, REASONS, WAITS } from './acting'

/** Events that residents never see (backend/complaints/rules/sight.py, HIDDEN). */
const INTERNAL = ['noted', 'reminded', 'reviewed', 'assigned', 'reclassified']

export function isInternal(event: Pick<TicketEvent, 'kind'>): boolean {
  return INTERNAL.includes(event.kind)
}

/** The facts of an event in a few words, empty where there are none to tell. */
export function factsText(words: Words, { kind, facts }: Pick<TicketEvent, 'kind' | 'facts'>): string {
  const { form, facts: said } = words.staff
  const { response, resolution } = words.ticket
  const told = [
    nameOf(WAITS, form.waits, facts['wait']),
    nameOf(REASONS, form.reasons, facts['reason']),
    nameOf(CALLBACKS, form.callbacks, facts['callback']),
    nameOf(PUBLICATIONS, form.publications, facts['publication']),
    typeof facts['until'] === 'string' ? facts['until'].slice(0, 10) : '',
    typeof facts['satisfaction'] === 'number' ? said.satisfaction(facts['satisfaction']) : '',
    facts['solved'] === true ? said.solved : facts['solved'] === false ? said.unsolved : '',
    facts['impossible'] === true ? form.impossible : '',
    kind === 'reclassified' && typeof facts['priority'] === 'string' ? facts['priority'] : '',
    nameOf(['response', 'resolution'] as const, { response, resolution }, facts['clock']),
    typeof facts['number'] === 'string' ? facts['number'] : '',
  ]
  return told.filter(Boolean).join(' · ')
}

function nameOf<K extends string>(keys: readonly K[], names: Record<K, string>, given: unknown): string {
  const key = keys.find((one) => one === given)
  return key ? names[key] : ''
}
