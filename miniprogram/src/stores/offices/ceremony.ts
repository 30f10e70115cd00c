/**
 * One trustee's part in the key ceremony: the step that is due, from what the others have said
 * (backend/tools/ceremony.py). The carrier is trusted with nothing: every text is signed by its trustee's own
 * key, keys are pinned when first seen and compared by voice, shares are sealed to certified keys.
 */
import type { CeremonyView } from '@/api/offices'
import type { Assembly } from '@/api/voting'
import { keepJson, readKept } from '@/stores/voting/parts'
import {
  type Peer,
  beginText,
  boxesBytes,
  ceremonyDocument,
  concludeText,
  dealText,
  verifyCeremonyText,
} from '@/voting/ceremonyMessages'
import { VerificationError } from '@/voting/errors'
import { BELENIOS_2048 } from '@/voting/group'
import { compactText, parseJson } from '@/voting/json'
import { CEREMONY_BYTES, CeremonyDealt, CeremonyStart } from '@/voting/keyCeremony'
import { Drawn } from '@/voting/random'
import { fingerprintOf } from '@/voting/signing'
import { Seat } from '@/voting/transcript'
import { SINGLE_KEY_BYTES, makeSingleKey } from '@/voting/trustees'
import { type RoleKeys, ownKeys, personOf } from './keys'
import { type OfficeParts, type Place, Withheld, guarded, secretsOfPlace } from './parts'

const PEERS = 'peers'
const STATE = 'ceremony'
const SHARE = 'share'
/** How many rounds each kind of ceremony has. */
const ROUNDS: Readonly<Record<string, number>> = { mandatory: 1, threshold: 3 }

/** The secret with which this trustee decrypts, in decimal digits, and its number. */
export interface Share {
  index: number
  secret: string
}

/** What is kept between rounds: the last text sent, byte for byte, and the secrets behind it. */
interface Kept {
  round: number
  body: string
  state: string | null
}

/** A trustee and the fingerprint that is to be compared by voice. */
export interface PeerMark {
  index: number
  name: string
  /** Null before the keys were published. */
  mark: string | null
  isMe: boolean
}

/** Where the ceremony stands, for this trustee. */
export interface CeremonyStanding {
  mode: 'mandatory' | 'threshold'
  size: number
  threshold: number | null
  /** How many rounds there are, and how many texts of each are there. */
  rounds: number
  said: number[]
  /** The round in which this trustee has a step to take; null while others are awaited, or at the end. */
  due: number | null
  isDone: boolean
}

/** The fingerprints of all trustees as the server lists them now. */
export function peerMarks(assembly: Assembly, place: Place): PeerMark[] {
  return trusteesOf(assembly).map(({ index, name, sign_key: sign, seal_key: seal }) => ({
    index,
    name,
    mark: sign && seal ? fingerprintOf(sign, seal) : null,
    isMe: index === place.index,
  }))
}

function trusteesOf(assembly: Assembly): Assembly['people'] {
  return assembly.people
    .filter(({ role }) => role === 'trustee')
    .sort((left, right) => left.index - right.index)
}

/**
 * Returns the trustees' keys, in order of index, pinned when first seen. Throws VerificationError
 * `trustee-key-changed` when one is not the one seen before; `Withheld` before all have joined.
 */
export function pinPeers(parts: OfficeParts, assembly: Assembly, place: Place): readonly Peer[] {
  const seen = trusteesOf(assembly).map(({ sign_key: sign, seal_key: seal }) => {
    if (!sign || !seal) throw new Withheld('awaiting')
    return { signKey: sign, sealKey: seal }
  })
  const kept = secretsOfPlace(parts, place)
  const before = kept.read(PEERS)
  const now = JSON.stringify(seen)
  if (before === undefined) kept.keep(PEERS, now)
  else if (before !== now) {
    throw new VerificationError('trustee-key-changed', "a trustee's keys are not those seen before")
  }
  return seen
}

/** The texts whose signatures hold, by round and then by index. */
type Said = ReadonlyMap<number, ReadonlyMap<number, string>>

/** Verifies every message under the pinned key of its trustee; throws VerificationError. */
function readSaid(ceremony: CeremonyView, assembly: string, peers: readonly Peer[]): Said {
  if (ROUNDS[ceremony.mode] === undefined || peers.length !== ceremony.size) {
    throw new VerificationError('ceremony-size', 'the ceremony is not of the trustees of this assembly')
  }
  const said = new Map<number, Map<number, string>>()
  for (const { round, index, body, signature } of ceremony.messages) {
    const texts = said.get(round) ?? new Map<number, string>()
    const peer = peers[index - 1]
    if (!peer || texts.has(index)) {
      throw new VerificationError('ceremony-message', `a message of round ${round} is of nobody's`)
    }
    verifyCeremonyText(peer, ceremonyDocument(assembly, round, index, body), signature)
    said.set(round, texts.set(index, body))
  }
  return said
}

/** Returns the texts of a round in order of index; null while some are missing. */
function wholeRound(said: Said, round: number, size: number): string[] | null {
  const texts = said.get(round)
  if (texts?.size !== size) return null
  return Array.from({ length: size }, (_, place) => texts.get(place + 1) as string)
}

/** Checks what was said so far and tells what this trustee has to do. Rejects with a `CallFailed`. */
export function ceremonyStanding(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
): Promise<CeremonyStanding> {
  return guarded(async () => {
    const peers = pinPeers(parts, assembly, place)
    const ceremony = await parts.office.ceremony(place.assembly)
    const said = readSaid(ceremony, place.assembly, peers)
    const rounds = ROUNDS[ceremony.mode] as number
    const counts = Array.from({ length: rounds }, (_, round) => said.get(round + 1)?.size ?? 0)
    const { size, threshold } = ceremony
    const next = dueRound(said, rounds, size, place.index)
    const mode = ceremony.mode as CeremonyStanding['mode']
    const isDone = wholeRound(said, rounds, size) !== null
    return { mode, size, threshold, rounds, said: counts, due: next, isDone }
  })
}

function dueRound(said: Said, rounds: number, size: number, index: number): number | null {
  for (let round = 1; round <= rounds; round += 1) {
    if (said.get(round)?.has(index) !== true) {
      return round === 1 || wholeRound(said, round - 1, size) ? round : null
    }
  }
  return null
}

/** Takes the step that is due and sends it; a text that was cut off is sent again, byte for byte. */
export function takeStep(parts: OfficeParts, assembly: Assembly, place: Place): Promise<void> {
  return guarded(async () => {
    const keys = ownKeys(parts, assembly, place)
    const peers = pinPeers(parts, assembly, place)
    const ceremony = await parts.office.ceremony(place.assembly)
    const said = readSaid(ceremony, place.assembly, peers)
    const due = dueRound(said, ROUNDS[ceremony.mode] as number, ceremony.size, place.index)
    if (due === null) return
    const stand = { parts, assembly, place, keys, peers, ceremony, said }
    const made = keptText(stand, due) ?? (await makeText(stand, due))
    const document = ceremonyDocument(place.assembly, due, place.index, made.body)
    const signature = keys.signing.sign('ceremony', document)
    await parts.office.sendCeremony(place.assembly, { round: due, body: made.body, signature })
  })
}

/** Everything that a step is made of. */
interface Stand {
  parts: OfficeParts
  assembly: Assembly
  place: Place
  keys: RoleKeys
  peers: readonly Peer[]
  ceremony: CeremonyView
  said: Said
}

function keptText({ parts, place }: Stand, round: number): Kept | null {
  const kept = readKept<Kept>(secretsOfPlace(parts, place), STATE)
  return kept?.round === round ? kept : null
}

/** Makes the text of a round and keeps it, with the secrets behind it, before it is sent. */
async function makeText(stand: Stand, round: number): Promise<Kept> {
  const made = await MAKERS[stand.ceremony.mode === 'mandatory' ? 0 : round]?.(stand)
  if (!made) throw new VerificationError('ceremony-message', `there is no round ${round}`)
  const { share, ...text } = made
  const kept = secretsOfPlace(stand.parts, stand.place)
  if (share) keepJson(kept, SHARE, share)
  keepJson(kept, STATE, { round, ...text })
  return { round, ...text }
}

interface Made {
  body: string
  state: string | null
  share?: Share
}

/** The text of a key that stands alone, then those of the three rounds of a threshold. */
const MAKERS: readonly ((stand: Stand) => Promise<Made>)[] = [singleKey, certificate, dealing, conclusion]

async function singleKey({ parts, assembly, place }: Stand): Promise<Made> {
  const drawn = new Drawn(await parts.draw(SINGLE_KEY_BYTES))
  const { secret, key } = makeSingleKey(drawn, personOf(assembly, place).name)
  const share = { index: place.index, secret: secret.toString() }
  return { body: compactText(key.toJson(BELENIOS_2048)), state: null, share }
}

async function certificate({ parts, place, keys, ceremony }: Stand): Promise<Made> {
  const { size } = ceremony
  const seat = new Seat(size, ceremony.threshold ?? size, place.index)
  const drawn = new Drawn(await parts.draw(CEREMONY_BYTES.begin(seat.threshold)))
  const { start, body } = beginText(seat, keys.box, drawn)
  return { body, state: compactText(start.toJson()) }
}

async function dealing(stand: Stand): Promise<Made> {
  const { parts, place, peers, ceremony } = stand
  const start = CeremonyStart.fromJson(parseJson(stateOf(stand, 1)))
  const drawn = new Drawn(await parts.draw(CEREMONY_BYTES.deal + boxesBytes(ceremony.size)))
  const texts = before(stand, 1)
  const { dealt, body } = dealText(start, place.assembly, texts, peers, drawn)
  return { body, state: compactText(dealt.toJson()) }
}

async function conclusion(stand: Stand): Promise<Made> {
  const { parts, assembly, place, keys } = stand
  const dealt = CeremonyDealt.fromJson(parseJson(stateOf(stand, 2)))
  const drawn = new Drawn(await parts.draw(CEREMONY_BYTES.conclude))
  const { name } = personOf(assembly, place)
  const { share, body } = concludeText(dealt, place.assembly, before(stand, 2), keys.box, drawn, name)
  const kept = { index: share.index, secret: share.secret.toString() }
  return { body, state: compactText(dealt.toJson()), share: kept }
}

function before({ said, ceremony }: Stand, round: number): string[] {
  const texts = wholeRound(said, round, ceremony.size)
  if (!texts) throw new Withheld('awaiting')
  return texts
}

function stateOf({ parts, place }: Stand, round: number): string {
  const kept = readKept<Kept>(secretsOfPlace(parts, place), STATE)
  if (kept?.round !== round || kept.state === null) throw new Withheld('roundLost')
  return kept.state
}

/** This trustee's secret share. Throws `Withheld` where this device has none. */
export function shareOf(parts: OfficeParts, place: Place): Share {
  const share = readKept<Share>(secretsOfPlace(parts, place), SHARE)
  if (!share) throw new Withheld('noShare')
  return share
}

export function hasShare(parts: OfficeParts, place: Place): boolean {
  return secretsOfPlace(parts, place).read(SHARE) !== undefined
}

/** Keeps a share that was restored from a back-up. */
export function keepShare(parts: OfficeParts, place: Place, share: Share): void {
  keepJson(secretsOfPlace(parts, place), SHARE, share)
}

/** What this trustee saw of a threshold ceremony; null where its key stands alone, or was restored. */
export function dealtOf(parts: OfficeParts, place: Place): CeremonyDealt | null {
  const kept = readKept<Kept>(secretsOfPlace(parts, place), STATE)
  if (!kept || kept.round < 2 || kept.state === null) return null
  return CeremonyDealt.fromJson(parseJson(kept.state))
}
