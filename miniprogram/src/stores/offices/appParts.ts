/** The parts of an office in the app. */
import { offices } from '@/api/offices'
import { appParts } from '@/stores/voting/appParts'
import type { OfficeParts } from './parts'

/** The parts for who is signed in; null for nobody. */
export function appOfficeParts(): OfficeParts | null {
  const parts = appParts()
  return parts && { ...parts, office: offices, wallClock: Date.now }
}
