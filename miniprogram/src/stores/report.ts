/** A report as it is being filled in, and what it lacks. */
import type { Category, Home, ReportForm } from '@/api/types'
import type { Words } from '@/locales/zh-Hans'
import { isInWeChat } from '@/platform/wechat'

export type PlaceKind = 'spot' | 'building' | 'unit' | 'community'
/** In the order in which they are offered: most reports are about common places. */
export const PLACE_KINDS: readonly PlaceKind[] = ['spot', 'building', 'unit', 'community']

/** What is filled in. `answers` are to the category's questions; a list of keys where several may hold. */
export interface ReportDraft {
  category: string
  place: PlaceKind
  spot: string
  building: string
  unitId: string
  text: string
  answers: Record<string, string | string[]>
}

/** What is missing, by field; an empty object where nothing is. */
export type Lacks = Partial<Record<'category' | 'place' | 'text', string>>

export function emptyDraft(): ReportDraft {
  return { category: '', place: 'spot', spot: '', building: '', unitId: '', text: '', answers: {} }
}

/** Says what a report lacks, in words. The server has the last word; this spares a round trip. */
export function lacksOf(draft: ReportDraft, words: Words): Lacks {
  const lacks: Lacks = {}
  if (!draft.category) lacks.category = words.report.needCategory
  if (!isPlaced(draft)) lacks.place = words.report.needPlace
  if (!draft.text.trim()) lacks.text = words.report.needText
  return lacks
}

/** The form that is sent. `home` is the one that the report is about, where it is about a home. */
export function formOf(draft: ReportDraft, home: Home | undefined, photos: string[]): ReportForm {
  return {
    category: draft.category,
    channel: isInWeChat() ? 'mini_program' : 'web',
    place: placeOf(draft, home),
    text: draft.text.trim(),
    answers: draft.answers,
    photos,
  }
}

/** The building that a report is about, for finding the same matter; empty where it is about none. */
export function buildingOf(draft: ReportDraft, home: Home | undefined): string {
  if (draft.place === 'unit') return home?.building ?? ''
  return draft.place === 'building' ? draft.building.trim() : ''
}

/** The headings of the tree, each with the categories below it. */
export function headingsOf(categories: readonly Category[]): { heading: Category; leaves: Category[] }[] {
  return categories
    .filter(({ parent }) => parent === null)
    .map((heading) => ({ heading, leaves: categories.filter(({ parent }) => parent === heading.code) }))
}

function isPlaced(draft: ReportDraft): boolean {
  const given: Record<PlaceKind, string> = {
    spot: draft.spot.trim(),
    building: draft.building.trim(),
    unit: draft.unitId,
    community: 'everywhere',
  }
  return given[draft.place] !== ''
}

function placeOf(draft: ReportDraft, home: Home | undefined): ReportForm['place'] {
  const spot = draft.spot.trim()
  if (draft.place === 'unit' && home) {
    const { building, stair, room } = home
    return { kind: 'unit', building, stair, room, spot }
  }
  if (draft.place === 'building') return { kind: 'building', building: draft.building.trim(), spot }
  return { kind: draft.place, spot }
}
