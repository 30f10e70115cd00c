/** What an act's form offers to choose from, fetched when the form opens. */
import { listBodies, listStaff, listTemplates } from '@/api/desk'
import { listCategories } from '@/api/tickets'
import type { Category, Template } from '@/api/types'
import type { Words } from '@/locales/zh-Hans'
import {
  CALLBACKS,
  isWorkerOnly,
  PUBLICATIONS,
  REASONS,
  shapeOf,
  WAITS,
  type FactField,
  type StaffAct,
} from './acting'

/** One thing to choose; `components/choice.ts` shows it. */
export interface Option {
  key: string
  name: string
}

export interface ActChoices {
  options: Option[]
  categories: Category[]
  templates: Template[]
}

/** The ticket, as far as a form must know it. */
export interface FormTicket {
  id: string
  community_id: string
  bodies: readonly { organisation_id: string }[]
  /** The caller's parts in it, where they are known. */
  parties?: readonly string[]
}

/** Gathers what a form needs. Rejects with a `CallFailed`. */
export async function gatherChoices(
  kind: StaffAct,
  ticket: FormTicket,
  words: Words,
  accountId: string,
): Promise<ActChoices> {
  const { text, fact } = shapeOf(kind)
  const [options, categories, templates] = await Promise.all([
    fact ? optionsOf(fact, ticket, words, accountId) : [],
    fact === 'class' ? listCategories() : [],
    text === 'no' ? [] : listTemplates(),
  ])
  return { options, categories, templates: templates.filter((one) => one.kind === kind) }
}

async function optionsOf(
  fact: FactField,
  ticket: FormTicket,
  words: Words,
  accountId: string,
): Promise<Option[]> {
  const { form } = words.staff
  if (fact === 'assignee') return staffOptions(ticket, words, accountId)
  if (fact === 'organisation') return bodyOptions(ticket)
  if (fact === 'wait') return WAITS.map((key) => ({ key, name: form.waits[key] }))
  if (fact === 'reason') return REASONS.map((key) => ({ key, name: form.reasons[key] }))
  if (fact === 'callback') return CALLBACKS.map((key) => ({ key, name: form.callbacks[key] }))
  if (fact === 'publication') return PUBLICATIONS.map((key) => ({ key, name: form.publications[key] }))
  return []
}

/** The caller first; a worker can only take a ticket himself. */
async function staffOptions(ticket: FormTicket, words: Words, accountId: string): Promise<Option[]> {
  const { me, unnamed } = words.staff.form
  const found = (await listStaff(ticket.id)).map(({ account_id, name }) => ({
    key: account_id,
    name: account_id === accountId ? me : name || unnamed,
  }))
  const own = found.filter(({ key }) => key === accountId)
  if (isWorkerOnly(ticket.parties ?? [])) return own
  return [...own, ...found.filter(({ key }) => key !== accountId)]
}

/** Bodies that serve the community and do not work on the ticket yet, each once. */
async function bodyOptions(ticket: FormTicket): Promise<Option[]> {
  const there = new Set(ticket.bodies.map(({ organisation_id }) => organisation_id))
  const found = (await listBodies(ticket.community_id)).filter(
    ({ duty, organisation_id }) => duty !== 'street' && !there.has(organisation_id),
  )
  return Array.from(new Map(found.map((one) => [one.organisation_id, one.name])), ([key, name]) => ({
    key,
    name,
  }))
}
