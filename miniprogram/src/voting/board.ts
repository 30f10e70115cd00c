/**
 * The board an archive holds: its events in the one lawful order, each with exactly the data it needs.
 *
 * Source: protocol facts, sections 10 and 11b. The grammar is Setup Ballot* EndBallots EncryptedTally
 * PartialDecryption+ Result, and an archive may end after any event. `belenios-tool` 2.0 does not check the order,
 * so that an EndBallots slipped in among the ballots drops all before it; here it is refused.
 *
 * Nothing cryptographic happens here: all that is cheap to refuse is refused before the first power is computed.
 */
import { type ArchiveReader, type ArchiveRecord, BoardEvent, type EventType } from './archive'
import { equalBytes } from './bytes'
import { checkFields, checkInteger, hexSha256 } from './encoding'
import { VerificationError, placed } from './errors'
import { compact, parseCanonical } from './json'
import type { Work } from './work'

const NEXT: Readonly<Record<EventType | 'start', readonly EventType[]>> = {
  start: ['Setup'],
  Setup: ['Ballot', 'EndBallots'],
  Ballot: ['Ballot', 'EndBallots'],
  EndBallots: ['EncryptedTally'],
  EncryptedTally: ['PartialDecryption'],
  PartialDecryption: ['PartialDecryption', 'Result'],
  Result: [],
}

const RECORDS: Readonly<Record<EventType, number>> = {
  Setup: 4,
  Ballot: 1,
  EndBallots: 0,
  EncryptedTally: 2,
  PartialDecryption: 2,
  Result: 1,
}

const MOST_RECORDS = 4

const STAGES = {
  Setup: 'setup',
  Ballot: 'voting',
  EndBallots: 'ended',
  EncryptedTally: 'tallied',
  PartialDecryption: 'decrypting',
  Result: 'result',
} as const satisfies Readonly<Record<EventType, string>>

/** How far an election has come, as its last event says. */
export type Stage = (typeof STAGES)[EventType]

/** The data of an event, in order, and how refusals name the event. */
export interface Posted {
  readonly place: string
  readonly bodies: readonly Uint8Array[]
}

/** A ballot as it stands on the board. */
export interface PostedBallot {
  readonly place: string
  readonly hash: string
  readonly raw: Uint8Array
}

/** What an archive says, in the right shape and order; nothing of it is verified yet. */
export interface Board {
  readonly setup: Posted
  readonly ballots: PostedBallot[]
  readonly decryptions: Posted[]
  headHash: string
  headHeight: number
  stage: Stage
  closingHash: string | null
  tally: Posted | null
  result: Posted | null
}

/**
 * Read a whole archive into a board, in steps of an event.
 *
 * Raises FormatError for bytes not of the canonical form, VerificationError for a broken chain, a wrong order, or
 * data that is missing, unused or not what the event says. Both name the record or the event.
 */
export function* readingBoard(reader: ArchiveReader): Work<Board> {
  const steps = new Steps(reader)
  const first = steps.next()
  if (first === null) throw new VerificationError('board-empty', 'the archive has no Setup event')
  const board = openBoard(first)
  const seen = new Set<string>()
  for (let step = steps.next(); step !== null; step = steps.next()) {
    addToBoard(board, step, seen)
    yield null
  }
  return board
}

/** An event, its hash, and the data before it, checked against the event before. */
interface BoardStep {
  readonly event: BoardEvent
  readonly hash: string
  readonly data: readonly ArchiveRecord[]
}

class Steps {
  private last: BoardStep | null = null

  constructor(private readonly reader: ArchiveReader) {}

  next(): BoardStep | null {
    const data: ArchiveRecord[] = []
    for (let read = this.reader.next(); read !== null; read = this.reader.next()) {
      if (read.kind === 'event') return this.link(read, data)
      data.push(read)
      // Also bounds what an endless run of data records can make us hold.
      checkUsed(data, MOST_RECORDS)
    }
    checkUsed(data, 0)
    return null
  }

  private link(read: ArchiveRecord, data: readonly ArchiveRecord[]): BoardStep {
    const event = placed(read.place, () => BoardEvent.parse(read.body))
    checkLink(event, this.last)
    checkData(event, data)
    this.last = { event, hash: read.hash, data }
    return this.last
  }
}

function checkUsed(data: readonly ArchiveRecord[], most: number): void {
  if (data.length > most) {
    throw new VerificationError('data-unused', 'no event uses this record', data[0]?.place ?? null)
  }
}

function checkLink(event: BoardEvent, last: BoardStep | null): void {
  const height = last === null ? 0 : last.event.height + 1
  if (event.height !== height) {
    throw new VerificationError('event-height', `the next height is ${height}`, event.place)
  }
  if (event.parent !== (last?.hash ?? null)) {
    throw new VerificationError('event-parent', 'the parent is not the event before', event.place)
  }
  const before = last?.event.type ?? 'start'
  if (!NEXT[before].includes(event.type)) {
    throw new VerificationError('event-order', `no ${event.type} may stand after ${before}`, event.place)
  }
}

function checkData(event: BoardEvent, data: readonly ArchiveRecord[]): void {
  if (data.length !== RECORDS[event.type]) {
    const message = `${data.length} data records stand before an event that needs ${RECORDS[event.type]}`
    throw new VerificationError('event-data', message, event.place)
  }
  const last = data[data.length - 1]
  if (event.payload !== (last?.hash ?? null)) {
    throw new VerificationError('event-payload', 'the payload is not the record before', event.place)
  }
  if (event.type === 'Setup') checkSetup(event, data)
}

function checkSetup(event: BoardEvent, data: readonly ArchiveRecord[]): void {
  const [election, trustees, credentials, setup] = data as readonly [
    ArchiveRecord,
    ArchiveRecord,
    ArchiveRecord,
    ArchiveRecord,
  ]
  const expected = { election: election.hash, trustees: trustees.hash, credentials: credentials.hash }
  if (!equalBytes(setup.body, compact(expected))) {
    throw new VerificationError(
      'event-payload',
      'the payload is not the canonical form of the setup',
      event.place,
    )
  }
}

function postedOf({ event, data }: BoardStep): Posted {
  return { place: event.place, bodies: data.map((item) => item.body) }
}

function openBoard(step: BoardStep): Board {
  return {
    setup: postedOf(step),
    ballots: [],
    decryptions: [],
    headHash: step.hash,
    headHeight: 0,
    stage: 'setup',
    closingHash: null,
    tally: null,
    result: null,
  }
}

function addToBoard(board: Board, step: BoardStep, seen: Set<string>): void {
  const { event, hash, data } = step
  if (event.type === 'Ballot') addBallot(board, event, data[0] as ArchiveRecord, seen)
  if (event.type === 'EndBallots') board.closingHash = hash
  if (event.type === 'EncryptedTally') board.tally = postedOf(step)
  if (event.type === 'PartialDecryption') board.decryptions.push(postedOf(step))
  if (event.type === 'Result') board.result = postedOf(step)
  board.headHash = hash
  board.headHeight = event.height
  board.stage = STAGES[event.type]
}

function addBallot(board: Board, event: BoardEvent, read: ArchiveRecord, seen: Set<string>): void {
  if (seen.has(read.hash)) {
    // Facts 11a: a byte-identical earlier ballot would undo a re-vote.
    throw new VerificationError('ballot-replay', `ballot ${read.hash} stands here twice`, event.place)
  }
  seen.add(read.hash)
  board.ballots.push({ place: event.place, hash: read.hash, raw: read.body })
}

/**
 * Return the number of the trustee that a PartialDecryption event names. Raises FormatError unless the payload is
 * canonical, VerificationError unless it names the shares.
 */
export function parseOwned(posted: Posted): number {
  const [decryption, owned] = posted.bodies as readonly [Uint8Array, Uint8Array]
  const fields = checkFields(parseCanonical(owned), ['owner', 'payload'], 'an owned payload')
  if (fields.get('payload') !== hexSha256(decryption)) {
    throw new VerificationError('event-payload', 'the payload does not name the shares before it')
  }
  return checkInteger(fields.get('owner'), 'an owner', 1)
}
