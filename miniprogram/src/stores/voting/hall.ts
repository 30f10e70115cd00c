/** What a voter finds on entering: the assembly, the own slips, codes for this device, ballots without answer. */
import type { Assembly, OwnEntry } from '@/api/voting'
import { type Unanswered, unansweredOf } from './casting'
import { deviceOf } from './device'
import { prepareTables } from './encrypting'
import type { VotingParts } from './parts'
import { type OpenedCode, openSealed } from './sealedCodes'
import { type Slip, fetchSlips } from './slips'

/** Stages in which nothing is fixed yet. */
const UNFIXED = new Set(['DRAFT', 'REVIEW', 'NOTICED'])
/** Stages in which a code is of use. */
const WITH_CODES = new Set(['READY', 'OPEN'])

export interface Hall {
  assembly: Assembly
  entries: readonly OwnEntry[]
  slips: readonly Slip[]
  sealed: readonly OpenedCode[]
  unanswered: readonly Unanswered[]
}

/** Gathers it. Rejects with a `CallFailed`. */
export async function enterHall(parts: VotingParts, assemblyId: string): Promise<Hall> {
  const [assembly, entries] = await Promise.all([
    parts.calls.assembly(assemblyId),
    parts.calls.entries(assemblyId),
  ])
  const slips = UNFIXED.has(assembly.stage) ? [] : await fetchSlips(parts, assembly, entries)
  const sealed = WITH_CODES.has(assembly.stage) ? await codesHere(parts, assembly) : []
  return { assembly, entries, slips, sealed, unanswered: unansweredOf(parts, slips) }
}

/** Builds the tables of every election, one after the other, while the voter reads. */
export async function prepareHall(parts: VotingParts, { slips }: Hall): Promise<void> {
  for (const { election } of new Set(slips.map(({ pinned }) => pinned))) await prepareTables(parts, election)
}

async function codesHere(parts: VotingParts, assembly: Assembly): Promise<OpenedCode[]> {
  const [codes, device] = await Promise.all([parts.calls.sealedCodes(assembly.id), deviceOf(parts)])
  return openSealed(assembly, codes, device)
}
