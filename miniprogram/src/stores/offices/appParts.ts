/** The parts of an office in the app. */
import { offices } from '@/api/offices'
import { verifyRecord } from '@/platform/verifying'
import { appParts } from '@/stores/voting/appParts'
import type { OfficeParts } from './parts'

/** The parts for who is signed in; null for nobody. */
export function appOfficeParts(): OfficeParts | null {
  const parts = appParts()
  return parts && { ...parts, office: offices, verify: verifyRecord, wallClock: Date.now }
}
