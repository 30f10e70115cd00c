/** Which unit a page of fees speaks of: it travels in the page's address. */
import type { UnitPlace } from '@/api/feeTypes'

type Query = Record<string, string | undefined> | undefined

export function unitOf(query: Query): UnitPlace {
  return { communityId: query?.['community'] ?? '', unitId: query?.['unit'] ?? '' }
}

export function parametersOf({ communityId, unitId }: UnitPlace): Record<string, string> {
  return { community: communityId, unit: unitId }
}
