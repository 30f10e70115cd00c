/** What a resident does about a ticket, by the names that complaints give to acts. */
import type { ActForm } from '@/api/types'

/** Acts that a resident may be offered, in the order in which they are shown. */
export const RESIDENT_ACTS = ['confirmed', 'reopened', 'appealed', 'added'] as const
export type ResidentAct = (typeof RESIDENT_ACTS)[number]

/** What the rating form holds; 0 and null are "not said yet". */
export interface Rating {
  satisfaction: number
  solved: boolean | null
  text: string
}

export function confirmation(rating: Rating): ActForm {
  const { satisfaction, solved, text } = rating
  return { kind: 'confirmed', text: text.trim(), facts: { satisfaction, solved } }
}

/** Any other act of a resident's: words, and photos where there are any. */
export function wordsOf(kind: Exclude<ResidentAct, 'confirmed'>, text: string, photos: string[]): ActForm {
  return { kind, text: text.trim(), photos }
}
