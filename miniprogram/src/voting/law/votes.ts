/** The double majority: quorum, then approval, each by area and by heads (backend/voting/law/majority.py). */
import { VerificationError } from '../errors'
import { type Count, NOTHING, fits, sum } from './count'
import { type Pack, type Threshold, isMet } from './packs'

const SPECIAL_MATTERS: readonly number[] = [6, 7, 8]

/** What came in on one item. */
export interface Votes {
  readonly for: Count
  readonly against: Count
  readonly abstain: Count
  readonly invalid: Count
}

export const NO_VOTES: Votes = { for: NOTHING, against: NOTHING, abstain: NOTHING, invalid: NOTHING }

export type Outcome = 'PASSED' | 'REJECTED' | 'NOT_QUORATE' | 'FAILED'

export interface Decision {
  readonly outcome: Outcome
  readonly participating: Count
}

export function addVotes(left: Votes, right: Votes): Votes {
  return {
    for: sum(left.for, right.for),
    against: sum(left.against, right.against),
    abstain: sum(left.abstain, right.abstain),
    invalid: sum(left.invalid, right.invalid),
  }
}

/** Decide one yes-or-no item; a tie is rejected. Raises VerificationError `votes-exceed-roll`. */
export function decide(total: Count, votes: Votes, matter: number, pack: Pack): Decision {
  checkFit(total, [votes.for, votes.against, votes.abstain, votes.invalid])
  const valid = sum(votes.for, votes.against, votes.abstain)
  const participating = pack.invalidParticipates ? sum(valid, votes.invalid) : valid
  if (!bothMet(pack.quorum, participating, total)) return { outcome: 'NOT_QUORATE', participating }
  const majority = SPECIAL_MATTERS.includes(matter) ? pack.special : pack.ordinary
  const outcome = bothMet(majority, votes.for, participating) ? 'PASSED' : 'REJECTED'
  return { outcome, participating }
}

/** Test a share by area and by heads. */
export function bothMet(threshold: Threshold, part: Count, whole: Count): boolean {
  return isMet(threshold, part.area, whole.area) && isMet(threshold, part.heads, whole.heads)
}

/** Refuse more votes than the roll holds. */
export function checkFit(total: Count, parts: readonly Count[]): void {
  if (!fits(sum(...parts), total) || !parts.every((part) => fits(part, total))) {
    throw new VerificationError('votes-exceed-roll', 'the votes hold more than the roll')
  }
}
