/**
 * Verifying both boards of an election against everything that was fixed, wherever that runs: in slices on a page's
 * thread, or on another thread, which is sent bytes and sends back what they prove.
 */
import { Election } from './election'
import { FormatError, VerificationError } from './errors'
import { type FixedFiles, type Pinned, pinElection } from './manifest'
import { type Archives, checkArchives } from './recordChecks'
import { Trustees } from './trustees'
import { type VerifiedArchive, verifyingArchive } from './verifier'
import type { Work } from './work'

/** The record of one election as it came: nothing about it may be trusted. */
export interface RecordBytes {
  readonly uuid: string
  readonly assembly: string
  readonly fixed: FixedFiles
  readonly heads: Uint8Array
  readonly area: Uint8Array
}

/** The record behind an election whose fixed files were checked. */
export function recordOf(
  { manifest, roll, election }: Pinned,
  heads: Uint8Array,
  area: Uint8Array,
): RecordBytes {
  const fixed = { manifest: manifest.raw, roll: roll.raw, election: election.raw }
  return { uuid: manifest.uuid, assembly: manifest.assembly, fixed, heads, area }
}

/** Proving the ballots by heads counts as this part of the work; those by area are the same and proven then. */
const PROVING = 0.9

/** Verify heads in full, then areas. Raises VerificationError for the first rule broken. */
export function* verifyingRecord({ uuid, assembly, fixed, heads, area }: RecordBytes): Work<Archives> {
  const pinned = pinElection(fixed, uuid, assembly)
  const byHeads = yield* partOfWhole(verifyingArchive(heads), 0, PROVING)
  const byArea = yield* partOfWhole(verifyingArchive(area, { proven: byHeads }), PROVING, 1)
  const both = { heads: byHeads, area: byArea }
  checkArchives(pinned, both)
  return both
}

/** Do work that is a part of a whole of 1; every step tells, so that whoever is told can stop it at each. */
function* partOfWhole<Result>(work: Work<Result>, from: number, to: number): Work<Result> {
  let done = from
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value
    if (step.value !== null) done = from + ((to - from) * step.value.done) / step.value.total
    yield { done, total: 1 }
  }
}

/** A verified archive as one thread of this device sends it to another: no classes, which would not arrive. */
export type SentArchive = Omit<VerifiedArchive, 'election' | 'trustees'> & {
  readonly election: Uint8Array
  readonly trustees: Uint8Array
}

export interface SentArchives {
  readonly heads: SentArchive
  readonly area: SentArchive
}

export function sentArchives({ heads, area }: Archives): SentArchives {
  const sent = (one: VerifiedArchive): SentArchive => ({
    ...one,
    election: one.election.raw,
    trustees: one.trustees.raw,
  })
  return { heads: sent(heads), area: sent(area) }
}

/** Take up what another thread of this device verified; both archives were found to be of one election and key. */
export function receivedArchives({ heads, area }: SentArchives): Archives {
  const election = Election.parse(heads.election)
  const trustees = Trustees.parse(heads.trustees)
  return { heads: { ...heads, election, trustees }, area: { ...area, election, trustees } }
}

/** A refusal as one thread sends it to another. */
export type SentRefusal = Pick<VerificationError, 'code' | 'rule' | 'message' | 'event'>

export function sentRefusal({ code, rule, message, event }: VerificationError): SentRefusal {
  return { code, rule, message, event }
}

export function receivedRefusal({ code, rule, message, event }: SentRefusal): VerificationError {
  const isOfForm = code === new FormatError(rule, message).code
  return new (isOfForm ? FormatError : VerificationError)(rule, message, event)
}
