/**
 * Election of a committee: who is qualified, how they rank, who sits and who stands by (backend/voting/law/seats.py;
 * law.md 8.6). Ranking is by exact fractions, then the pack's tiebreaks, then a lot whose seed nobody could choose.
 */
import { sha256 } from '@noble/hashes/sha2.js'

import { concatBytes, encodeUtf8, toHex } from '../bytes'
import { VerificationError } from '../errors'
import { type Count, NOTHING, fits, sum } from './count'
import type { Pack } from './packs'
import { type Outcome, bothMet, checkFit } from './votes'

export interface Standing {
  readonly id: string
  readonly isPartyMember: boolean
}

export interface Slate {
  readonly candidates: readonly Standing[]
  readonly seats: number
}

/** What came in: `marked` are electors with at least one valid mark, `support` those who marked a candidate. */
export interface ElectionVotes {
  readonly support: ReadonlyMap<string, Count>
  readonly marked: Count
  readonly blank: Count
  readonly invalid: Count
}

/** The outcome; `elected` and `alternates` are ids in order of rank. */
export interface Seating {
  readonly outcome: Outcome
  readonly participating: Count
  readonly elected: readonly string[]
  readonly alternates: readonly string[]
  readonly advisories: readonly string[]
}

export function addElectionVotes(left: ElectionVotes, right: ElectionVotes): ElectionVotes {
  const ids = new Set([...left.support.keys(), ...right.support.keys()])
  const both = (id: string): Count => sum(left.support.get(id) ?? NOTHING, right.support.get(id) ?? NOTHING)
  return {
    support: new Map(Array.from(ids, (id) => [id, both(id)])),
    marked: sum(left.marked, right.marked),
    blank: sum(left.blank, right.blank),
    invalid: sum(left.invalid, right.invalid),
  }
}

/** Seat a committee. Raises VerificationError `slate`, `support-mismatch` or `votes-exceed-roll`. */
export function elect(
  total: Count,
  votes: ElectionVotes,
  slate: Slate,
  pack: Pack,
  lotSeed: Uint8Array,
): Seating {
  checkSlate(slate, pack)
  checkSupport(total, votes, slate)
  const participating = took(votes, pack)
  if (!bothMet(pack.quorum, participating, total)) return unseated('NOT_QUORATE', participating)
  const { ranked, hasLots } = rank(votes, participating, pack, lotSeed)
  const seated = seatsFilled(ranked.length, slate.seats, pack)
  if (seated === 0) return unseated('FAILED', participating)
  const elected = ranked.slice(0, seated)
  const alternates = ranked.slice(seated, seated + (pack.alternatesMax ?? slate.seats))
  const advisories = advise(elected, ranked.length, hasLots, slate, pack)
  return { outcome: 'PASSED', participating, elected, alternates, advisories }
}

function unseated(outcome: Outcome, participating: Count): Seating {
  return { outcome, participating, elected: [], alternates: [], advisories: [] }
}

/** Refuse a slate no lawful committee can come from. */
export function checkSlate({ seats, candidates }: Slate, pack: Pack): void {
  const ids = new Set(candidates.map(({ id }) => id))
  if (seats % 2 === 0 || seats < pack.committeeMin || ids.size === 0 || ids.size !== candidates.length) {
    throw new VerificationError('slate', `${seats} seats and ${candidates.length} candidates are no slate`)
  }
}

function checkSupport(total: Count, { support, marked, blank, invalid }: ElectionVotes, slate: Slate): void {
  const isOfSlate = slate.candidates.every(({ id }) => support.has(id))
  if (!isOfSlate || support.size !== slate.candidates.length) {
    throw new VerificationError('support-mismatch', 'support and slate name different candidates')
  }
  checkFit(total, [marked, blank, invalid])
  if (![...support.values()].every((each) => fits(each, marked))) {
    throw new VerificationError('votes-exceed-roll', 'a candidate has more support than ballots were marked')
  }
}

/** Who took part: valid ballots, blank ones too unless the pack calls them invalid. */
function took({ marked, blank, invalid }: ElectionVotes, pack: Pack): Count {
  const isSpoiled = pack.blank === 'INVALID'
  const valid = isSpoiled ? marked : sum(marked, blank)
  return pack.invalidParticipates ? sum(valid, invalid, isSpoiled ? blank : NOTHING) : valid
}

interface Scored {
  readonly id: string
  readonly score: readonly bigint[]
  readonly lot: string
}

function rank(
  { support }: ElectionVotes,
  participating: Count,
  pack: Pack,
  lotSeed: Uint8Array,
): { readonly ranked: readonly string[]; readonly hasLots: boolean } {
  const scored: Scored[] = [...support]
    .filter(([, count]) => bothMet(pack.ordinary, count, participating))
    .map(([id, count]) => ({ id, score: scoreOf(count, participating, pack), lot: lotOf(lotSeed, id) }))
    .sort((left, right) => compareScores(right.score, left.score) || (left.lot < right.lot ? -1 : 1))
  const hasLots = scored.some((each, place) => {
    const next = scored[place + 1]
    return next !== undefined && compareScores(each.score, next.score) === 0
  })
  return { ranked: scored.map(({ id }) => id), hasLots }
}

/** What to compare, first by rank, then by tiebreaks; shares are compared over their common denominator. */
function scoreOf(count: Count, participating: Count, pack: Pack): readonly bigint[] {
  const byRank = {
    SUM_SHARES: count.area * participating.heads + count.heads * participating.area,
    HEADS_FIRST: count.heads,
    AREA_FIRST: count.area,
  }
  const byTiebreak = { AREA: count.area, HEADS: count.heads, LOT: BigInt(0) }
  return [byRank[pack.rank], ...pack.tiebreak.map((rule) => byTiebreak[rule])]
}

function compareScores(left: readonly bigint[], right: readonly bigint[]): number {
  for (const [place, one] of left.entries()) {
    const other = right[place] as bigint
    if (one !== other) return one < other ? -1 : 1
  }
  return 0
}

function lotOf(seed: Uint8Array, id: string): string {
  return toHex(sha256(concatBytes(encodeUtf8('yishiting/lot/v1\n'), seed, encodeUtf8(`\n${id}`))))
}

/** How many sit; 0 when no committee can stand. Of an even number the last steps back: a committee is odd. */
function seatsFilled(qualified: number, seats: number, pack: Pack): number {
  if (qualified >= seats) return seats
  if (qualified < pack.committeeMin || 2 * qualified <= seats) return 0
  return qualified % 2 === 1 ? qualified : qualified - 1
}

function advise(
  elected: readonly string[],
  qualified: number,
  hasLots: boolean,
  slate: Slate,
  pack: Pack,
): readonly string[] {
  const members = slate.candidates.filter(({ id, isPartyMember }) => isPartyMember && elected.includes(id))
  const facts: readonly (readonly [string, boolean])[] = [
    ['SEAT_ODD', elected.length < Math.min(qualified, slate.seats)],
    ['SEATS_OPEN', elected.length < slate.seats],
    ['LOT_DRAWN', hasLots],
    ['ADVISORY_SHARE_BELOW_MIN', members.length * 100 < pack.partyShareMin * elected.length],
  ]
  return facts.filter(([, holds]) => holds).map(([name]) => name)
}
