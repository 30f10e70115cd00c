/**
 * Sending a ballot so that it is cast once, whatever becomes of the network. It is written down before it is
 * sent: after a lost answer, or a phone that was switched off, the very same ballot goes again under the same
 * Idempotency-Key, never another one.
 */
import type { BallotForm, CastAnswer } from '@/api/voting'
import { NotSignedIn, Refused, type CallFailed } from '@/api/wire'
import { signCast } from '@/voting/signing'
import { registeredDevice, forgetIfUnknown } from './device'
import type { MadeBallot } from './encrypting'
import { type VotingParts, failureOf, keepJson, readKept } from './parts'
import { type KeptReceipt, checkReceipt, keepReceipt } from './receipts'
import type { Slip } from './slips'

/** Refusals that do not say whether this very ballot was taken: only the board does. */
const UNDECIDED = new Set(['request-in-progress', 'answer-lost', 'already-voted', 'ballot-refused'])
/** Those after which it may still be taken. */
const STILL_OPEN = new Set(['request-in-progress', 'answer-lost'])

/** A ballot on its way. */
export interface Posting {
  key: string
  tracker: string
  body: BallotForm
}

/** What became of a ballot. `unknown`: no answer came, and it is kept to be sent again. */
export type Outcome =
  | { state: 'cast'; slip: Slip; receipt: KeptReceipt }
  | { state: 'refused' | 'unknown'; slip: Slip; failure: CallFailed }

/** The ballot of an elector that was sent before and never answered; null where there is none. */
export function unanswered({ secrets }: Pick<VotingParts, 'secrets'>, slip: Slip): Posting | null {
  return readKept<Posting>(secrets, placeOf(slip))
}

/** Signs a ballot with the device's key and writes it down. Rejects with a `CallFailed`. */
export async function writePosting(parts: VotingParts, slip: Slip, made: MadeBallot): Promise<Posting> {
  const device = await registeredDevice(parts)
  const signature = signCast(device.signing, slip.pinned.election.fingerprint, made.tracker)
  const body = { pseudonym: slip.pseudonym, ballot: made.text, device_id: device.id, signature }
  const posting = { key: await parts.newKey(), tracker: made.tracker, body }
  keepJson(parts.secrets, placeOf(slip), posting)
  return posting
}

/** Sends a ballot that was written down, and tells what became of it. */
export async function sendPosting(parts: VotingParts, slip: Slip, posting: Posting): Promise<Outcome> {
  const { manifest } = slip.pinned
  try {
    const answer = await parts.calls.cast(manifest.uuid, posting.body, posting.key)
    checkReceipt(manifest, posting.tracker, answer.receipt)
    return taken(parts, slip, posting, answer)
  } catch (reason) {
    return notAnswered(parts, slip, posting, failureOf(reason))
  }
}

async function notAnswered(
  parts: VotingParts,
  slip: Slip,
  posting: Posting,
  failure: CallFailed,
): Promise<Outcome> {
  const isAnswer = failure instanceof Refused && !(failure instanceof NotSignedIn) && !failure.mayRetry
  if (!isAnswer) return { state: 'unknown', slip, failure }
  if (UNDECIDED.has(failure.code)) {
    const isThere = await isOnBoard(parts, slip, posting)
    if (isThere) return taken(parts, slip, posting, null)
    if (isThere === null || STILL_OPEN.has(failure.code)) return { state: 'unknown', slip, failure }
  }
  await forgetIfUnknown(parts, failure)
  parts.secrets.erase(placeOf(slip))
  return { state: 'refused', slip, failure }
}

/** Whether the board has the ballot; null where it cannot be asked now. */
async function isOnBoard({ calls }: VotingParts, slip: Slip, posting: Posting): Promise<boolean | null> {
  try {
    await calls.ballot(slip.pinned.manifest.uuid, posting.tracker)
    return true
  } catch (reason) {
    const failure = failureOf(reason)
    return failure instanceof Refused && failure.status === 404 ? false : null
  }
}

function taken(parts: VotingParts, slip: Slip, posting: Posting, answer: CastAnswer | null): Outcome {
  const { manifest } = slip.pinned
  const receipt: KeptReceipt = {
    assembly: manifest.assembly,
    uuid: manifest.uuid,
    title: manifest.title,
    scope: manifest.scope,
    pseudonym: slip.pseudonym,
    labels: [...slip.labels],
    tracker: posting.tracker,
    castAt: String(answer?.receipt.document['at'] ?? ''),
    receipt: answer?.receipt ?? null,
    url: answer?.url ?? null,
  }
  keepReceipt(parts, receipt)
  parts.secrets.erase(placeOf(slip))
  return { state: 'cast', slip, receipt }
}

function placeOf({ pinned, pseudonym }: Slip): string {
  return `posting/${pinned.manifest.uuid}/${pseudonym}`
}
