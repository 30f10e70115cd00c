/** What an office stands on: voting's parts and the calls of offices, and where its secrets lie. */
import type { OfficeCalls } from '@/api/offices'
import { Untrusted } from '@/api/wire'
import type { Secrets } from '@/platform/storage'
import type { VotingParts } from '@/stores/voting/parts'
import { VerificationError, VotingError } from '@/voting/errors'
import type { Archives } from '@/voting/recordChecks'
import type { RecordBytes } from '@/voting/recordWork'
import { type Work, inSlices } from '@/voting/work'

export { Withheld } from './withheld'

export interface OfficeParts extends VotingParts {
  office: OfficeCalls
  /** Verifies a record: on a thread of its own where the platform has one, else in slices on the page's. */
  verify: Verify
  /** This device's own clock, in milliseconds since 1970. */
  wallClock(): number
}

export type OfficeName = 'registrar' | 'trustee' | 'auditor' | 'counter'

/** Whose view of one assembly is kept here: an office's, or that of a reader, who has none. */
export interface Seat {
  assembly: string
  role: OfficeName | 'reader'
  index: number
}

/** One office in one assembly; `index` is its number among those of its kind. */
export interface Place extends Seat {
  role: OfficeName
}

/** Told from 0 to 1 how far the work is; what it throws ends the work. */
export type OnProgress = (share: number) => void

/** Rejects with a VerificationError for the first rule broken, or with what `onProgress` throws. */
export type Verify = (record: RecordBytes, onProgress: OnProgress) => Promise<Archives>

/** A page of 60 pictures a second has 16 ms for each. */
const SLICE_MS = 12

/** Does long work in slices, so that the page stays alive. */
export function working<T>(
  parts: Pick<OfficeParts, 'pause' | 'now'>,
  work: Work<T>,
  onProgress?: OnProgress,
): Promise<T> {
  const { pause, now } = parts
  return inSlices(work, {
    pause,
    now,
    slice: SLICE_MS,
    onProgress: (done, total) => onProgress?.(total > 0 ? done / total : 1),
  })
}

/** What this device keeps for one seat, apart from all others. */
export function secretsOfPlace({ secrets }: Pick<OfficeParts, 'secrets'>, place: Seat): Secrets {
  const at = (name: string): string => `office/${place.assembly}/${place.role}-${place.index}/${name}`
  return {
    read: (name) => secrets.read(at(name)),
    keep: (name, secret) => secrets.keep(at(name), secret),
    erase: (name) => secrets.erase(at(name)),
  }
}

/** Runs checks on what others sent; their refusal becomes a failed call, so that pages show it as one. */
export async function guarded<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (reason) {
    throw reason instanceof VotingError ? untrustedOf(reason) : reason
  }
}

function untrustedOf(error: VotingError): Untrusted {
  const rule = error instanceof VerificationError ? error.rule : error.code
  const place = error instanceof VerificationError && error.event ? ` (${error.event})` : ''
  return new Untrusted(rule, error.message + place)
}
