/** A draft as the form holds it: text in every field, as people type it. */
import { reactive, ref } from 'vue'
import {
  type Assembly,
  type DraftForm,
  type ItemForm,
  createDraft,
  keepAttachment,
  replaceDraft,
} from '@/api/chair'
import { Refused, type CallFailed } from '@/api/wire'
import { voting } from '@/api/voting'
import { chooseFile } from '@/platform/choosing'
import { useLoaded } from '@/stores/loading'
import { useSubmission } from '@/stores/submitting'
import { useTask } from './task'

export interface ItemFields {
  id: string
  title: string
  matter: number
  scope: string
  kind: 'vote' | 'election'
  text: string
  attachments: { name: string; sha256: string }[]
  seats: string
  /** One name a line; an asterisk after it marks a party member. */
  candidates: string
}

export interface DraftFields {
  title: string
  pack: string
  notice: string
  days: string
  changes: string
  threshold: string
  items: ItemFields[]
}

const ATTACHABLE = ['pdf', 'png', 'jpg', 'jpeg']
const MARK = /\s*[*＊]\s*$/

export const SCOPES = ['all', 'building', 'stair'] as const
export type ScopeKind = (typeof SCOPES)[number]

/** Who decides an item: all owners, or those of a building ("3") or of a stair ("3-1"). */
export function scopeParts(scope: string): { kind: ScopeKind; where: string } {
  const [kind, where = ''] = scope.split(':')
  return { kind: SCOPES.find((one) => one === kind) ?? 'all', where }
}

/** How the server names who decides. */
export function scopeOf(kind: ScopeKind, where: string): string {
  return kind === 'all' ? kind : `${kind}:${where.trim()}`
}

export const PACK_IDS = ['cn-civil-code', 'cn-shandong'] as const

export function emptyItem(id: string): ItemFields {
  return {
    id,
    title: '',
    matter: 1,
    scope: 'all',
    kind: 'vote',
    text: '',
    attachments: [],
    seats: '5',
    candidates: '',
  }
}

export function emptyDraft(): DraftFields {
  return {
    title: '',
    pack: PACK_IDS[0],
    notice: '',
    days: '14',
    changes: '1',
    threshold: '',
    items: [emptyItem('item-1')],
  }
}

/** Fills the form from an assembly that was drafted before. */
export function fieldsOf(assembly: Assembly): DraftFields {
  return {
    title: assembly.title,
    pack: assembly.rule_pack,
    notice: assembly.notice_date,
    days: String(assembly.voting_days),
    changes: String(assembly.max_changes),
    threshold: assembly.threshold === null ? '' : String(assembly.threshold),
    items: assembly.items.map((item) => ({
      id: item.id,
      title: item.title,
      matter: item.matter,
      scope: item.scope,
      kind: item.kind === 'election' ? 'election' : 'vote',
      text: item.text,
      attachments: item.attachments.map(({ name, sha256 }) => ({ name, sha256 })),
      seats: String(item.seats ?? 5),
      candidates: item.candidates
        .map(({ name, party_member: isMember }) => (isMember ? `${name} *` : name))
        .join('\n'),
    })),
  }
}

/** Writes the form as the server takes it. */
export function formOf(fields: DraftFields): DraftForm {
  return {
    title: fields.title.trim(),
    rule_pack: fields.pack,
    notice_date: fields.notice.trim(),
    voting_days: Number(fields.days),
    max_changes: Number(fields.changes),
    threshold: fields.threshold.trim() === '' ? null : Number(fields.threshold),
    items: fields.items.map(itemForm),
  }
}

function itemForm(item: ItemFields): ItemForm {
  const base = {
    id: item.id,
    title: item.title.trim(),
    matter: item.matter,
    scope: item.scope,
    text: item.text,
    attachments: item.attachments.map(({ name, sha256 }) => ({ name, sha256 })),
  }
  if (item.kind === 'vote') return { ...base, kind: 'vote', seats: null, candidates: [] }
  const names = item.candidates.split('\n').filter((line) => line.trim() !== '')
  const candidates = names.map((line, place) => ({
    id: `c${place + 1}`,
    name: line.replace(MARK, '').trim(),
    party_member: MARK.test(line),
  }))
  return { ...base, kind: 'election', seats: Number(item.seats), candidates }
}

/** What the server found wrong at a field of the form; empty where nothing is. */
export function wrongAt(failure: CallFailed | null, field: string): string {
  if (!(failure instanceof Refused)) return ''
  return failure.errors.find((error) => error.field === field)?.rule ?? ''
}

/** What the server found wrong with an item as a whole: it names items by their id. */
export function wrongWithItem(failure: CallFailed | null, { id }: ItemFields): string {
  return wrongAt(failure, `items.${id}`)
}

export function useDraft() {
  const at = reactive({ assembly: '', community: '' })
  const fields = ref<DraftFields>(emptyDraft())
  const loaded = useLoaded(async () => {
    if (at.assembly === '') return true
    const assembly = await voting.assembly(at.assembly)
    at.community = assembly.community_id
    fields.value = fieldsOf(assembly)
    return true
  })

  function open(query: Record<string, string | undefined> | undefined): void {
    at.assembly = query?.['id'] ?? ''
    at.community = query?.['community'] ?? ''
  }

  const saving = useSubmission((key, form: DraftForm) =>
    at.assembly === '' ? createDraft(at.community, form, key) : replaceDraft(at.assembly, form, key),
  )

  function addItem(): void {
    const taken = new Set(fields.value.items.map(({ id }) => id))
    let number = fields.value.items.length + 1
    while (taken.has(`item-${number}`)) number += 1
    fields.value.items.push(emptyItem(`item-${number}`))
  }

  function removeItem(place: number): void {
    fields.value.items.splice(place, 1)
  }

  const attaching = useTask(async (_tell, item: ItemFields) => {
    const file = await chooseFile(ATTACHABLE)
    if (!file) return false
    const { sha256 } = await keepAttachment(at.community, file.path)
    item.attachments.push({ name: file.name, sha256 })
    return true
  })

  const save = (): Promise<Assembly | null> => saving.submit(formOf(fields.value))
  return { ...loaded, at, fields, open, saving, save, addItem, removeItem, attaching }
}
