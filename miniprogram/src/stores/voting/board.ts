/** How many took part so far; while voting is open nothing else is told (ARCHITECTURE 3.4). */
import type { Assembly, ElectionView } from '@/api/voting'
import type { VotingParts } from './parts'

const NOT_FOUND_BEFORE = new Set(['DRAFT', 'REVIEW', 'NOTICED'])

/** The elections of an assembly with their turnout. Rejects with a `CallFailed`. */
export async function fetchTurnout(
  { calls }: Pick<VotingParts, 'calls'>,
  assembly: Assembly,
): Promise<ElectionView[]> {
  if (NOT_FOUND_BEFORE.has(assembly.stage)) return []
  return Promise.all(assembly.elections.map(({ uuid }) => calls.election(uuid)))
}
