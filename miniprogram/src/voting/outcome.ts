/**
 * The legal outcome of every item, recomputed from the record alone: what result.json must say
 * (backend/voting/record/outcome.py). Ratios are compared by cross-multiplication of whole numbers.
 */
import { sha256 } from '@noble/hashes/sha2.js'

import { type Item, answersOf } from './agenda'
import { encodeUtf8 } from './bytes'
import { hexSha256 } from './encoding'
import { VerificationError } from './errors'
import type { WritableFields } from './json'
import { type Count, NOTHING, less, same, sum } from './law/count'
import { PACKS, type Pack } from './law/packs'
import { type ElectionVotes, addElectionVotes, checkSlate, elect } from './law/seats'
import { type Votes, addVotes, decide } from './law/votes'
import type { Manifest, Pinned } from './manifest'
import { type Paper, paperElection, paperVotes, sheetsOf } from './paper'
import type { Archives } from './recordChecks'

/** Return the pinned rule pack; refuses one that this app does not have, and a slate that it forbids. */
export function packOf({ rulePack, items }: Manifest): Pack {
  const pack = PACKS.find(({ id }) => id === rulePack.id)
  if (!pack || pack.version !== rulePack.version || pack.sha256 !== rulePack.sha256) {
    throw new VerificationError('rule-pack', `this app has no rule pack ${rulePack.id} with the pinned hash`)
  }
  for (const { seats, candidates } of items) if (seats !== null) checkSlate({ seats, candidates }, pack)
  return pack
}

/** What is counted: both archives with a result, and the papers, which must have passed their checks. */
interface Counted {
  readonly pinned: Pinned
  readonly archives: Archives
  readonly paper: Paper | null
  readonly pack: Pack
}

/** Return `items` as result.json has it for one election; raises VerificationError when it does not add up. */
export function recompute(pinned: Pinned, archives: Archives, paper: Paper | null): WritableFields {
  const counted = { pinned, archives, paper, pack: packOf(pinned.manifest) }
  const { items } = pinned.manifest
  return Object.fromEntries(
    items.map((item) => [item.id, item.seats === null ? vote(item, counted) : election(item, counted)]),
  )
}

function totalOf({ archives: { area } }: Counted): Count {
  const weights = [...area.credentials.values()]
  return { area: weights.reduce((left, right) => left + right, BigInt(0)), heads: BigInt(weights.length) }
}

function onBoard({ archives: { heads, area } }: Counted): Count {
  return { area: area.totalWeight, heads: heads.totalWeight }
}

/** The electronic totals of one question, in the order of its answers, blank first. */
function columnsOf(item: Item, { archives: { heads, area } }: Counted): readonly Count[] {
  const [byHeads, byArea] = [heads.result?.[item.question], area.result?.[item.question]]
  if (!byHeads || !byArea) throw new VerificationError('result-missing', 'the archive has no result yet')
  return byHeads.map((count, column) => ({ heads: count, area: byArea[column] as bigint }))
}

function vote(item: Item, counted: Counted): WritableFields {
  const columns = columnsOf(item, counted)
  if (!same(sum(...columns), onBoard(counted))) {
    throw new VerificationError('result-sum', `the answers to item ${item.id} do not add up to the ballots`)
  }
  const [yes, no, abstain] = columns as readonly [Count, Count, Count]
  const electronic: Votes = { for: yes, against: no, abstain, invalid: NOTHING }
  const { pack, paper, pinned } = counted
  const onPaper = paperVotes(sheetsOf(paper, pinned.roll, item), pack)
  const both = addVotes(electronic, onPaper)
  const decision = decide(totalOf(counted), both, item.matter, pack)
  return {
    outcome: decision.outcome,
    total: fieldsOf(totalOf(counted)),
    participating: fieldsOf(decision.participating),
    ...voteCounts(both),
    by_channel: { e: voteChannel(electronic), paper: voteChannel(onPaper) },
  }
}

function voteCounts({ for: yes, against, abstain, invalid }: Votes): WritableFields {
  const votes = { for: fieldsOf(yes), against: fieldsOf(against), abstain: fieldsOf(abstain) }
  return { votes, blank: fieldsOf(NOTHING), invalid: fieldsOf(invalid) }
}

function voteChannel(votes: Votes): WritableFields {
  return { ...fieldsOf(sum(votes.for, votes.against, votes.abstain)), ...voteCounts(votes) }
}

function election(item: Item, counted: Counted): WritableFields {
  const { pack, paper, pinned } = counted
  const slate = { candidates: item.candidates, seats: item.seats ?? 0 }
  const electronic = electronicElection(item, counted)
  const onPaper = paperElection(sheetsOf(paper, pinned.roll, item), item)
  const both = addElectionVotes(electronic, onPaper)
  const seating = elect(totalOf(counted), both, slate, pack, lotSeed(counted))
  return {
    outcome: seating.outcome,
    total: fieldsOf(totalOf(counted)),
    participating: fieldsOf(seating.participating),
    ...electionCounts(both),
    by_channel: { e: electionChannel(electronic), paper: electionChannel(onPaper) },
    elected: seating.elected,
    alternates: seating.alternates,
    advisories: seating.advisories,
  }
}

function electronicElection(item: Item, counted: Counted): ElectionVotes {
  const [blank, ...columns] = columnsOf(item, counted) as readonly [Count, ...Count[]]
  const support = new Map(answersOf(item).map((id, place) => [id, columns[place] as Count]))
  return { support, marked: less(onBoard(counted), blank), blank, invalid: NOTHING }
}

function electionCounts({ support, blank, invalid }: ElectionVotes): WritableFields {
  const votes = new Map([...support].map(([id, count]) => [id, new Map(Object.entries(fieldsOf(count)))]))
  return { votes, blank: fieldsOf(blank), invalid: fieldsOf(invalid) }
}

function electionChannel(votes: ElectionVotes): WritableFields {
  return { ...fieldsOf(sum(votes.marked, votes.blank)), ...electionCounts(votes) }
}

function fieldsOf({ area, heads }: Count): { readonly area: bigint; readonly heads: bigint } {
  return { area, heads }
}

/** The seed of the public lot: fixed by the close, foreseen by nobody before it (law.md 8.6). */
function lotSeed({ pinned, archives: { heads, area } }: Counted): Uint8Array {
  if (heads.closingHash === null || area.closingHash === null) {
    throw new VerificationError('lot-seed', 'there is no lot before the ballots are closed')
  }
  const manifest = hexSha256(pinned.manifest.raw)
  return sha256(encodeUtf8(`lot|${manifest}|${heads.closingHash}|${area.closingHash}`))
}
