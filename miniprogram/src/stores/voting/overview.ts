/** One assembly as a resident sees it. */
import type { Assembly, ElectionView, OwnEntry } from '@/api/voting'
import type { Words } from '@/locales/zh-Hans'
import type { VotingParts } from './parts'
import { WITH_RESULT } from './result'

/** Stages before the rolls are fixed for good. */
const UNFIXED = new Set(['DRAFT', 'REVIEW', 'NOTICED'])
const OPEN = 'OPEN'

export interface Overview {
  assembly: Assembly
  entries: OwnEntry[]
  /** Scopes by the uuid of their election. */
  scopes: Record<string, string>
  turnout: ElectionView[]
  isRollFixed: boolean
  hasResult: boolean
}

/** Gathers it; while voting is open nothing but turnout is told. Rejects with a `CallFailed`. */
export async function fetchOverview({ calls }: VotingParts, id: string): Promise<Overview> {
  const [assembly, entries] = await Promise.all([calls.assembly(id), calls.entries(id)])
  const isRollFixed = assembly.elections.length > 0
  const isFixed = isRollFixed && !UNFIXED.has(assembly.stage)
  const elections = isFixed ? assembly.elections : []
  return {
    assembly,
    entries,
    scopes: Object.fromEntries(assembly.elections.map(({ uuid, scope }) => [uuid, scope])),
    turnout: await Promise.all(elections.map(({ uuid }) => calls.election(uuid))),
    isRollFixed,
    hasResult: WITH_RESULT.has(assembly.stage),
  }
}

/** Whether the caller may cast a ballot now, a first or a changed one. */
export function mayVote({ assembly, entries }: Overview): boolean {
  const mayCast = ({ channel, casts }: OwnEntry['elections'][number]): boolean =>
    channel !== 'paper' && casts <= assembly.max_changes
  return assembly.stage === OPEN && entries.some(({ elections }) => elections.some(mayCast))
}

/** What the way to the ballot is called: a first vote, or a change. */
export function voteLabel(words: Words, { entries }: Overview): string {
  const elections = entries.flatMap((entry) => entry.elections)
  const isChange = elections.every(({ casts }) => casts > 0)
  return words.voting.assembly[isChange ? 'voteAgain' : 'vote']
}
