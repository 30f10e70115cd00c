/** A report that staff enter for somebody who called or came. */
import type { ReportForm } from '@/api/types'
import type { Words } from '@/locales/zh-Hans'

/** How it arrived; the hotline's tickets come by its file. */
export const STAFF_CHANNELS = ['phone', 'walk_in', 'grid'] as const
export type StaffChannel = (typeof STAFF_CHANNELS)[number]
export const PLACES = ['unit', 'building', 'spot', 'community'] as const
export type PlaceKind = (typeof PLACES)[number]

export interface IntakeDraft {
  channel: StaffChannel
  category: string
  place: PlaceKind
  building: string
  stair: string
  room: string
  spot: string
  text: string
  name: string
  phone: string
  answers: Record<string, string | string[]>
}

export type IntakeLacks = Partial<Record<'category' | 'place' | 'text' | 'phone', string>>

const PHONE = /^\+?[\d\s-]{7,20}$/

export function emptyIntake(): IntakeDraft {
  return {
    channel: 'phone',
    category: '',
    place: 'unit',
    building: '',
    stair: '',
    room: '',
    spot: '',
    text: '',
    name: '',
    phone: '',
    answers: {},
  }
}

/** Says what is missing, by field. A phone may be left out: a passer-by need not leave one. */
export function intakeLacks(draft: IntakeDraft, words: Words): IntakeLacks {
  const lacks: IntakeLacks = {}
  if (!draft.category) lacks.category = words.report.needCategory
  if (!isPlaced(draft)) lacks.place = words.report.needPlace
  if (!draft.text.trim()) lacks.text = words.report.needText
  if (draft.phone.trim() && !PHONE.test(draft.phone.trim())) lacks.phone = words.staff.intake.phoneWrong
  return lacks
}

export function intakeForm(draft: IntakeDraft, photos: string[]): ReportForm {
  return {
    category: draft.category,
    channel: draft.channel,
    place: placeOf(draft),
    text: draft.text.trim(),
    answers: draft.answers,
    photos,
    contact_name: draft.name.trim(),
    contact_phone: draft.phone.trim(),
  }
}

function isPlaced({ place, building, room, spot }: IntakeDraft): boolean {
  if (place === 'unit') return building.trim() !== '' && room.trim() !== ''
  if (place === 'building') return building.trim() !== ''
  return place === 'community' || spot.trim() !== ''
}

function placeOf(draft: IntakeDraft): ReportForm['place'] {
  const [building, stair, room, spot] = [draft.building, draft.stair, draft.room, draft.spot].map((one) =>
    one.trim(),
  )
  if (draft.place === 'unit') return { kind: 'unit', building, stair, room, spot }
  return draft.place === 'building' ? { kind: 'building', building, spot } : { kind: draft.place, spot }
}
