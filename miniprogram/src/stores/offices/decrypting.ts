/**
 * A trustee checks the set-up, and after the close decrypts exactly the two lawful tallies of an election
 * (backend/tools/trustee.py). Whoever decrypts a third weighting reveals single votes: so nothing is decrypted
 * before both archives, the roll and the manifest were verified whole, and never a second tally of one list.
 */
import type { Shares } from '@/api/offices'
import type { Assembly, ChainName } from '@/api/voting'
import { Refused } from '@/api/wire'
import { CHAINS } from '@/stores/voting/archives'
import { keepJson, readKept } from '@/stores/voting/parts'
import { ArchiveReader } from '@/voting/archive'
import { readingBoard } from '@/voting/board'
import { decodeUtf8 } from '@/voting/bytes'
import { checkingDecryption, decrypting, decryptionBytes } from '@/voting/decryption'
import { hexSha256 } from '@/voting/encoding'
import { VerificationError } from '@/voting/errors'
import { Drawn } from '@/voting/random'
import { EncryptedTally } from '@/voting/tally'
import type { VerifiedArchive } from '@/voting/verifier'
import type { Work } from '@/voting/work'
import { dealtOf, shareOf } from './ceremony'
import {
  type OfficeParts,
  type OnProgress,
  type Place,
  Withheld,
  guarded,
  secretsOfPlace,
  working,
} from './parts'
import { isOverFor } from './times'
import { type VerifiedElection, electionsOf, partOf, verifyElection } from './verifying'

const DECRYPTED = 'decrypted'

/** What was decrypted of an election: the digests of its two tallies, and the shares made of them. */
interface Decrypted {
  tallies: Record<ChainName, string>
  shares: Shares
}

/** An election whose set-up holds; the hash is to be compared with the other trustees. */
export interface CheckedSetup {
  uuid: string
  scope: string
  manifestSha256: string
}

/** What became of one election: shares sent, there before, a result there, or refused by the server. */
export interface DecryptionOutcome {
  uuid: string
  scope: string
  state: 'sent' | 'there' | 'decided' | 'refused'
  have: number
  needed: number | null
  refusal: Refused | null
}

/** Verifies the set-up of every election: manifest, roll, both weightings, the trustees, the own key. */
export function checkSetup(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  onProgress?: OnProgress,
): Promise<CheckedSetup[]> {
  return guarded(async () => {
    const uuids = electionsOf(assembly)
    const told: CheckedSetup[] = []
    for (const [number, uuid] of uuids.entries()) {
      const { pinned } = await verifyMine(parts, place, uuid, partOf(onProgress, number, uuids.length))
      const { manifest } = pinned
      told.push({ uuid, scope: manifest.scope, manifestSha256: hexSha256(manifest.raw) })
    }
    return told
  })
}

/** Verifies an election whole, and that it was made with the key that this trustee helped to make. */
async function verifyMine(
  parts: OfficeParts,
  place: Place,
  uuid: string,
  onProgress: OnProgress,
): Promise<VerifiedElection> {
  const verified = await verifyElection(parts, place, uuid, onProgress)
  const { election, trustees } = verified.archives.heads
  const share = shareOf(parts, place)
  if (trustees.keys[share.index - 1]?.publicKey !== election.group.powerG(BigInt(share.secret))) {
    throw new VerificationError('own-key', "this trustee's key is not at its place in the election")
  }
  dealtOf(parts, place)?.checkOutcome(trustees)
  return verified
}

/** After the close: verifies both boards of every election, then decrypts their two tallies and sends the shares. */
export function decryptAll(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  onProgress?: OnProgress,
): Promise<DecryptionOutcome[]> {
  return guarded(async () => {
    const uuids = electionsOf(assembly)
    const told: DecryptionOutcome[] = []
    for (const [number, uuid] of uuids.entries()) {
      told.push(await decryptOne(parts, assembly, place, uuid, partOf(onProgress, number, uuids.length)))
    }
    return told
  })
}

async function decryptOne(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  uuid: string,
  onProgress: OnProgress,
): Promise<DecryptionOutcome> {
  const verified = await verifyMine(parts, place, uuid, onProgress)
  const { manifest } = verified.pinned
  if (!isOverFor({ ...assembly, closes_at: manifest.closesAt, drill: manifest.drill }, parts.wallClock())) {
    throw new Withheld('stillOpen')
  }
  const { heads, area } = verified.archives
  const base = { uuid, scope: manifest.scope, have: heads.decryptedBy.length, needed: null, refusal: null }
  if (heads.stage === 'result' && area.stage === 'result') return { ...base, state: 'decided' }
  const shares = await sharesOf(parts, place, verified)
  const isThere = (archive: VerifiedArchive): boolean => archive.decryptedBy.includes(place.index)
  if (isThere(heads) && isThere(area)) return { ...base, state: 'there' }
  return { ...base, ...(await send(parts, uuid, shares)) }
}

/** Sends the shares; a server that has no need of them does not stop the other elections. */
async function send(
  { office }: OfficeParts,
  uuid: string,
  shares: Shares,
): Promise<Pick<DecryptionOutcome, 'state'> & Partial<DecryptionOutcome>> {
  try {
    return { state: 'sent', ...(await office.sendShares(uuid, shares)) }
  } catch (reason) {
    if (reason instanceof Refused && !reason.mayRetry) return { state: 'refused', refusal: reason }
    throw reason
  }
}

/** Makes the shares of both tallies, or returns those made before; never for another tally. */
async function sharesOf(parts: OfficeParts, place: Place, verified: VerifiedElection): Promise<Shares> {
  const tallies = {
    heads: await tallyOf(parts, verified, 'heads'),
    area: await tallyOf(parts, verified, 'area'),
  }
  const digests = { heads: tallies.heads.digest, area: tallies.area.digest }
  const kept = secretsOfPlace(parts, place)
  const name = `${DECRYPTED}/${verified.pinned.manifest.uuid}`
  const before = readKept<Decrypted>(kept, name)
  if (before && CHAINS.some((chain) => before.tallies[chain] !== digests[chain])) {
    throw new VerificationError(
      'third-tally',
      'this trustee already decrypted other tallies of this election',
    )
  }
  if (before) return before.shares
  const shares = {
    heads: await shareOfTally(parts, place, verified.archives.heads, tallies.heads),
    area: await shareOfTally(parts, place, verified.archives.area, tallies.area),
  }
  keepJson(kept, name, { tallies: digests, shares })
  return shares
}

/** Returns the tally of an archive that was verified, which means recomputed, a moment ago. */
async function tallyOf(
  parts: OfficeParts,
  { copy, archives }: VerifiedElection,
  chain: ChainName,
): Promise<EncryptedTally> {
  const board = await working(parts, readingBoard(new ArchiveReader(copy.archives[chain])))
  const raw = board.tally?.bodies[0]
  if (!raw) throw new Withheld('notTallied')
  return EncryptedTally.parse(archives[chain].election, raw)
}

async function shareOfTally(
  parts: OfficeParts,
  place: Place,
  archive: VerifiedArchive,
  tally: EncryptedTally,
): Promise<string> {
  const drawn = new Drawn(await parts.draw(decryptionBytes(archive.election)))
  const { index, secret } = shareOf(parts, place)
  return working(parts, makingShare(archive, index, BigInt(secret), tally, drawn))
}

/** Decrypts, and checks the share as everybody else will. */
function* makingShare(
  { election, trustees }: VerifiedArchive,
  index: number,
  secret: bigint,
  tally: EncryptedTally,
  drawn: Drawn,
): Work<string> {
  const raw = yield* decrypting(election, secret, tally, drawn)
  yield* checkingDecryption(election, trustees, index, tally, raw)
  return decodeUtf8(raw)
}
