/**
 * Verify an archive: everything `belenios-tool election verify` checks, and what it leaves out (facts 11).
 *
 * Every refusal is a VerificationError that names the rule broken and the record or event that breaks it. An archive
 * that ends early is accepted as far as it goes, and its stage is named.
 *
 *  1. Records. The file is, byte for byte, what Belenios writes; each record is named by its hash; none is cut.
 *  2. Events. They form one chain in the lawful order, Setup Ballot* EndBallots EncryptedTally PartialDecryption+
 *     Result, each after exactly the data it needs; no ballot stands twice (11a, 11b).
 *  3. Election. Protocol version 1 on BELENIOS-2048; every question can be answered.
 *  4. Trustees. Each has proved to hold its key, and their keys make the key of the election (11h).
 *  5. Credentials. Elements of the group, none twice, none that anybody could sign for, weights from 0 (11h).
 *  6. Ballots. In the one canonical form, for this election, signed by a credential of the list, every choice
 *     proved lawful (11f).
 *  7. Encrypted tally. It is the weighted product of the last ballot of each credential, recomputed here, and so are
 *     the number of ballots and their weight (11c).
 *  8. Partial decryptions. Each by another trustee (11e), each proved to be made with that trustee's key.
 *  9. Result. Enough trustees took part, the tally decrypts to it, and no sum exceeds the weight cast (11d).
 * 10. The end. When a final archive is demanded, it has a result.
 *
 * What no archive can show by itself: that the weights are right (11g) and the voters entitled, that voters saw their
 * trackers, and that this is the archive that was published before (11i). `verifyPair` compares the two archives of
 * one election.
 */
import { ArchiveReader } from './archive'
import { type Ballot, checkingBallot, parseBallot } from './ballot'
import { type Board, type Posted, type PostedBallot, type Stage, parseOwned, readingBoard } from './board'
import { equalBytes } from './bytes'
import { readingCredentials } from './credentials'
import { type PartialDecryption, checkingDecryption, combine } from './decryption'
import { Election } from './election'
import { hexSha256 } from './encoding'
import { VerificationError, placed } from './errors'
import {
  type EncryptedTally,
  type Matrix,
  SizedTally,
  TallyAccumulator,
  checkResult,
  parseResult,
} from './tally'
import { Trustees } from './trustees'
import { type Work, finish } from './work'

const ZERO = BigInt(0)
const ONE = BigInt(1)

/**
 * What an archive proves. Only `verifyingArchive` makes one, so whoever holds it may trust it.
 *
 * Weights are in the unit of the list: heads, or area in dm2. `ballotHashes` and `ballotCredentials` tell of every
 * ballot on the board in its order; `numTallied` and `totalWeight` of the last by each credential. `closingHash` is
 * the hash of the EndBallots event, null before the close.
 */
export interface VerifiedArchive {
  readonly election: Election
  readonly trustees: Trustees
  readonly credentials: ReadonlyMap<bigint, bigint>
  readonly stage: Stage
  readonly ballotHashes: readonly string[]
  readonly ballotCredentials: readonly bigint[]
  readonly numTallied: number
  readonly totalWeight: bigint
  readonly decryptedBy: readonly number[]
  readonly result: Matrix | null
  readonly headHash: string
  readonly headHeight: number
  readonly closingHash: string | null
  readonly trusteesHash: string
  readonly credentialsHash: string
}

/** How strictly an archive is verified, and what is known already. */
export interface Demands {
  /** Demand a result. */
  readonly final?: boolean
  /**
   * The other archive of the same vote: a ballot that stands there, byte for byte and under the same election, is not
   * proven again, since its proofs depend on nothing else; its credential must be listed here too.
   */
  readonly proven?: VerifiedArchive
  /**
   * Hashes of ballots that this very device has passed through `parseBallot` and `checkingBallot` for this election,
   * as several workers do that share the ballots of a long board; they are not proven again.
   */
  readonly checked?: ReadonlySet<string>
}

/** Verify one archive at once; see `verifyingArchive`. */
export function verifyArchive(file: Uint8Array, demands: Demands = {}): VerifiedArchive {
  return finish(verifyingArchive(file, demands))
}

/**
 * Verify one archive, as listed above, in small steps; tells after each ballot how many are checked, and of how many.
 * Raises VerificationError for the first rule broken.
 */
export function* verifyingArchive(file: Uint8Array, demands: Demands = {}): Work<VerifiedArchive> {
  const board = yield* readingBoard(new ArchiveReader(file)) // steps 1 and 2
  const [electionRaw, trusteesRaw, credentialsRaw] = board.setup.bodies as readonly [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  const election = placed(board.setup.place, () => Election.parse(electionRaw)) // step 3
  const trustees = yield* placedWork(board.setup.place, step4Trustees(trusteesRaw, election))
  const credentials = yield* placedWork(board.setup.place, readingCredentials(credentialsRaw, election.group)) // step 5
  const turnout = yield* step6Ballots(board, election, credentials, demands)
  const tally = yield* step7Tally(board, election, turnout)
  const decryptions = yield* step8Decryptions(board, election, trustees, tally)
  const result = step9Result(board, election, trustees, tally, decryptions, turnout.totalWeight)
  step10End(board, demands.final === true)
  return {
    election,
    trustees,
    credentials,
    stage: board.stage,
    ballotHashes: board.ballots.map((ballot) => ballot.hash),
    ballotCredentials: turnout.credentials,
    numTallied: turnout.counted.size,
    totalWeight: turnout.totalWeight,
    decryptedBy: decryptions.map((each) => each.owner),
    result,
    headHash: board.headHash,
    headHeight: board.headHeight,
    closingHash: board.closingHash,
    trusteesHash: hexSha256(trusteesRaw),
    credentialsHash: hexSha256(credentialsRaw),
  }
}

/** Do work and tell where a rule is broken. */
function* placedWork<Result>(place: string, work: Work<Result>): Work<Result> {
  try {
    return yield* work
  } catch (error) {
    throw error instanceof VerificationError ? error.at(place) : error
  }
}

function* step4Trustees(raw: Uint8Array, election: Election): Work<Trustees> {
  const trustees = yield* Trustees.parsing(raw)
  trustees.checkPublicKey(election.publicKey)
  return trustees
}

/** Who voted: the credential of every ballot, and for each credential the ballot that counts, with its weight. */
interface Turnout {
  readonly credentials: readonly bigint[]
  readonly counted: ReadonlyMap<bigint, Ballot>
  readonly weights: ReadonlyMap<bigint, bigint>
  readonly totalWeight: bigint
}

function* step6Ballots(
  board: Board,
  election: Election,
  weights: ReadonlyMap<bigint, bigint>,
  demands: Demands,
): Work<Turnout> {
  const known = knownBallots(demands, election, weights)
  const counted = new Map<bigint, Ballot>()
  const credentials: bigint[] = []
  for (const posted of board.ballots) {
    const ballot = yield* placedWork(posted.place, checkPosted(posted, election, weights, known))
    counted.set(ballot.credential, ballot)
    credentials.push(ballot.credential)
    yield { done: credentials.length, total: board.ballots.length }
  }
  const totalWeight = [...counted.keys()].reduce((sum, each) => sum + (weights.get(each) as bigint), ZERO)
  return { credentials, counted, weights, totalWeight }
}

/** List the hashes of ballots that need no second proof. */
function knownBallots(
  { proven, checked = new Set() }: Demands,
  election: Election,
  weights: ReadonlyMap<bigint, bigint>,
): ReadonlySet<string> {
  if (proven === undefined || !equalBytes(proven.election.raw, election.raw)) return checked
  const isListed = (_: string, place: number): boolean =>
    weights.has(proven.ballotCredentials[place] as bigint)
  return new Set([...checked, ...proven.ballotHashes.filter(isListed)])
}

function* checkPosted(
  posted: PostedBallot,
  election: Election,
  weights: ReadonlyMap<bigint, bigint>,
  known: ReadonlySet<string>,
): Work<Ballot> {
  const ballot = parseBallot(election, posted.raw)
  if (!weights.has(ballot.credential)) {
    throw new VerificationError('ballot-credential', 'the credential is not on the list')
  }
  if (!known.has(posted.hash)) yield* checkingBallot(election, ballot, true)
  return ballot
}

function* step7Tally(board: Board, election: Election, turnout: Turnout): Work<EncryptedTally | null> {
  const posted = board.tally
  if (posted === null) return null
  const sums = new TallyAccumulator(election)
  for (const [credential, ballot] of turnout.counted) {
    sums.add(ballot.choices, turnout.weights.get(credential) as bigint)
    yield null
  }
  placed(posted.place, () => checkTally(posted, sums))
  return sums.encrypted()
}

function checkTally(posted: Posted, sums: TallyAccumulator): void {
  const [tally, sized] = posted.bodies as readonly [Uint8Array, Uint8Array]
  if (!equalBytes(tally, sums.encrypted().toBytes())) {
    throw new VerificationError('encrypted-tally', 'not the weighted product of the ballots that count')
  }
  const told = SizedTally.parse(sized)
  if (told.numTallied !== sums.numTallied) {
    throw new VerificationError(
      'num-tallied',
      `${told.numTallied} ballots are told, ${sums.numTallied} count`,
    )
  }
  if (told.totalWeight !== sums.totalWeight) {
    throw new VerificationError(
      'total-weight',
      `a weight of ${told.totalWeight} is told, not ${sums.totalWeight}`,
    )
  }
  if (told.encryptedTally !== hexSha256(tally)) {
    throw new VerificationError('event-payload', 'the payload does not name the encrypted tally')
  }
}

function* step8Decryptions(
  board: Board,
  election: Election,
  trustees: Trustees,
  tally: EncryptedTally | null,
): Work<readonly PartialDecryption[]> {
  if (tally === null) return []
  const found = new Map<number, PartialDecryption>()
  for (const posted of board.decryptions) {
    const owner = placed(posted.place, () => ownerOnce(posted, found))
    const raw = posted.bodies[0] as Uint8Array
    const checking = checkingDecryption(election, trustees, owner, tally, raw)
    found.set(owner, yield* placedWork(posted.place, checking))
  }
  return [...found.values()]
}

function ownerOnce(posted: Posted, found: ReadonlyMap<number, PartialDecryption>): number {
  const owner = parseOwned(posted)
  if (found.has(owner))
    throw new VerificationError('decryption-duplicate', `trustee ${owner} decrypted before`)
  return owner
}

function step9Result(
  board: Board,
  election: Election,
  trustees: Trustees,
  tally: EncryptedTally | null,
  decryptions: readonly PartialDecryption[],
  totalWeight: bigint,
): Matrix | null {
  const posted = board.result
  if (posted === null || tally === null) return null
  return placed(posted.place, () => {
    const result = parseResult(election, posted.bodies[0] as Uint8Array)
    checkResult(tally, combine(trustees, decryptions, tally), result, totalWeight)
    return result
  })
}

function step10End(board: Board, final: boolean): void {
  if (final && board.result === null) {
    const message = `the archive ends at stage ${board.stage}`
    throw new VerificationError('result-missing', message, `height ${board.headHeight}`)
  }
}

/**
 * Check that two verified archives are one vote counted by two weights (facts 12).
 *
 * Raises VerificationError `pair-election`, `pair-trustees`, `pair-credentials` (other electors), `heads-weight` (a
 * head that is not 1), `area-weight` (an elector without area), `pair-same-list` (the heads given twice) or
 * `pair-ballots`.
 */
export function verifyPair(heads: VerifiedArchive, area: VerifiedArchive): void {
  if (!equalBytes(heads.election.raw, area.election.raw)) {
    throw new VerificationError('pair-election', 'the two archives are of different elections')
  }
  if (heads.trusteesHash !== area.trusteesHash) {
    throw new VerificationError('pair-trustees', 'the two archives name different trustees')
  }
  const same = [...heads.credentials.keys()].every((credential) => area.credentials.has(credential))
  if (!same || heads.credentials.size !== area.credentials.size) {
    throw new VerificationError('pair-credentials', 'the two lists do not name the same credentials')
  }
  checkWeights(heads, area)
  checkSameBallots(heads.ballotHashes, area.ballotHashes)
}

function checkWeights(heads: VerifiedArchive, area: VerifiedArchive): void {
  for (const [credential, weight] of heads.credentials) {
    if (weight !== ONE)
      throw new VerificationError('heads-weight', `a credential of the heads counts ${weight}, not 1`)
    if ((area.credentials.get(credential) as bigint) < ONE) {
      throw new VerificationError('area-weight', 'a credential of the heads has no area')
    }
  }
  if (heads.credentialsHash === area.credentialsHash) {
    throw new VerificationError(
      'pair-same-list',
      'both archives weigh by heads; the second must weigh by area',
    )
  }
}

function checkSameBallots(heads: readonly string[], area: readonly string[]): void {
  const different = heads.findIndex((hash, place) => hash !== area[place])
  if (different < 0 && heads.length === area.length) return
  const same = different < 0 ? heads.length : different
  const message = `the two boards part after ${same} ballots: ${heads.length} stand by heads, ${area.length} by area`
  throw new VerificationError('pair-ballots', message, `height ${same + 1} Ballot`)
}
