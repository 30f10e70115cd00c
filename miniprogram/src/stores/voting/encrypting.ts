/** Making a ballot on this device, in slices, with progress. */
import type { Chosen } from './choices'
import { bitsOf } from './choices'
import type { VotingParts } from './parts'
import { ballotBytes, makingBallot, preparingBallot } from '@/voting/ballot'
import { decodeUtf8 } from '@/voting/bytes'
import type { Election } from '@/voting/election'
import { hexSha256 } from '@/voting/encoding'
import type { Pinned } from '@/voting/manifest'
import { Drawn } from '@/voting/random'
import { type Work, inSlices } from '@/voting/work'

/** A page of 60 pictures a second has 16 ms for each. */
const SLICE_MS = 12

/** A ballot as it will be sent; `tracker` is the hexadecimal digest by which it is found on the board. */
export interface MadeBallot {
  text: string
  tracker: string
}

/** Builds the tables of an election while the voter reads, so that encrypting is quick later. */
export function prepareTables(parts: VotingParts, election: Election): Promise<void> {
  return inSlices(preparingBallot(election), paceOf(parts))
}

/** Encrypts and signs a voter's choices by the secret behind the code; `onProgress` is told from 0 to 1. */
export async function encryptBallot(
  parts: VotingParts,
  { election, manifest }: Pinned,
  secret: bigint,
  chosen: Chosen,
  onProgress: (share: number) => void,
): Promise<MadeBallot> {
  const drawn = new Drawn(await parts.draw(ballotBytes(election)))
  const work = makingBallot(election, secret, bitsOf(manifest.items, chosen), drawn)
  const raw = await inSlices(counted(work, stepsOf(election)), {
    ...paceOf(parts),
    onProgress: (done, total) => onProgress(Math.min(done / total, 1)),
  })
  return { text: decodeUtf8(raw), tracker: hexSha256(raw) }
}

function paceOf({ pause, now }: VotingParts): {
  pause: () => Promise<void>
  now: () => number
  slice: number
} {
  return { pause, now, slice: SLICE_MS }
}

/** Steps that making a ballot tells of when the tables are there: one for each question and each proof. */
function stepsOf({ questions }: Election): number {
  return questions.reduce((sum, question) => sum + 1 + question.size, 0)
}

function* counted<Result>(work: Work<Result>, total: number): Work<Result> {
  let done = 0
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value
    yield { done: (done += 1), total }
  }
}
