/** Ready texts: for which organisation they are kept, and how they are shown. */
import type { Me, Template } from '@/api/types'
import type { Words } from '@/locales/zh-Hans'
import { STAFF_ACTS, shapeOf, type StaffAct } from './acting'

/** Acts for which ready texts make sense: those that say something. */
export const TEMPLATE_ACTS: readonly StaffAct[] = STAFF_ACTS.filter((kind) => shapeOf(kind).text === 'must')

export interface TemplateGroup {
  kind: string
  name: string
  templates: Template[]
}

/** The organisation for which the caller holds a role; empty where there is none. */
export function organisationOf(me: Me, role: string | null): string {
  return me.roles.find((held) => held.role === role && held.organisation_id !== null)?.organisation_id ?? ''
}

/** Templates by the act that they are for, in the order in which acts are offered. */
export function templateGroups(templates: readonly Template[], words: Words): TemplateGroup[] {
  return STAFF_ACTS.map((kind) => ({
    kind,
    name: words.staff.acts[kind],
    templates: templates.filter((one) => one.kind === kind),
  })).filter((group) => group.templates.length > 0)
}
