/** What the phone makes of given chance is, byte for byte, what Python's core makes of it. */
import { describe, expect, it } from 'vitest'

import { ballotBytes, checkBallot, makeBallot, parseBallot } from '@/voting/ballot'
import { decodeUtf8, encodeUtf8 } from '@/voting/bytes'
import {
  CODE_BYTES,
  newCode,
  newUuid,
  normaliseCode,
  privateKey,
  publicCredential,
} from '@/voting/credentials'
import {
  checkPartialDecryption,
  combine,
  decryptionBytes,
  lagrange,
  partialDecryption,
} from '@/voting/decryption'
import { Election } from '@/voting/election'
import { hexSha256 } from '@/voting/encoding'
import { BELENIOS_2048 } from '@/voting/group'
import { type Writable, compactText, parseJson } from '@/voting/json'
import { CEREMONY_BYTES, CeremonyDealt, CeremonyStart, TrusteeShare, assemble } from '@/voting/keyCeremony'
import { Drawn } from '@/voting/random'
import { BoxKey } from '@/voting/seal'
import { EncryptedTally, SizedTally, findResult, parseResult } from '@/voting/tally'
import { Seat } from '@/voting/transcript'
import { SINGLE_KEY_BYTES, Trustees, makeSingleKey } from '@/voting/trustees'

import { bytesOf, chance, electionOf, refusalOf, streamBytes, vectors } from './vectors'

const text = (value: Writable): string => compactText(value)

describe('codes', () => {
  it.each(vectors.codes)('$code is drawn, and the same keys stand behind it', (vector) => {
    const drawn = new Drawn(streamBytes(vector.stream, 2 * CODE_BYTES))
    expect(newCode(drawn)).toBe(vector.code)
    expect(newUuid(drawn)).toBe(vector.uuid)
    expect(privateKey(vector.code, vector.uuid).toString()).toBe(vector.secret)
    expect(publicCredential(vector.code, vector.uuid).toString()).toBe(vector.credential)
  })

  it.each(vectors.typed_codes)('$typed is understood or refused as by the tools', ({ typed, code, rule }) => {
    if (code !== undefined) expect(normaliseCode(typed)).toBe(code)
    else expect(refusalOf(() => normaliseCode(typed)).rule).toBe(rule)
  })
})

describe('ballots', () => {
  it.each(Object.entries(vectors.elections))(
    'the fingerprint of the election %s is the same',
    (name, vector) => {
      const election = electionOf(name)
      expect(election.fingerprint).toBe(vector.fingerprint)
      expect(Election.create(election).raw).toEqual(election.raw)
    },
  )

  it.each(vectors.ballots)('the ballot of $stream is the same and is accepted', (vector) => {
    const election = electionOf(vector.election)
    const drawn = new Drawn(streamBytes(vector.stream, ballotBytes(election)))
    const raw = makeBallot(election, BigInt(vector.secret), vector.choices, drawn)
    if (vector.ballot !== undefined) expect(decodeUtf8(raw)).toBe(decodeUtf8(bytesOf(vector.ballot)))
    const ballot = parseBallot(election, raw)
    expect([ballot.tracker, ballot.trackerHex]).toEqual([vector.tracker, vector.tracker_hex])
    checkBallot(election, ballot)
    expect(() => drawn.take(1)).toThrow(RangeError)
  })

  it.each(vectors.unlawful)(
    'a choice that $election does not allow is never encrypted: $choices',
    (vector) => {
      const election = electionOf(vector.election)
      expect(() => makeBallot(election, BigInt(1), vector.choices, chance('unlawful'))).toThrow(RangeError)
    },
  )

  it('two voters with the same chance have different trackers (attack 5)', () => {
    const election = electionOf('simulator')
    const choices = [
      [1, 0, 0],
      [1, 0, 0, 0],
    ]
    const trackers = [11, 12].map((secret) => {
      return parseBallot(election, makeBallot(election, BigInt(secret), choices, chance('same'))).trackerHex
    })
    expect(new Set(trackers).size).toBe(2)
  })
})

describe('trustees', () => {
  it.each(vectors.single_keys)('the key of $stream is the same', (vector) => {
    const made = makeSingleKey(new Drawn(streamBytes(vector.stream, SINGLE_KEY_BYTES)), vector.name)
    expect(made.secret.toString()).toBe(vector.secret)
    expect(text(made.key.toJson(BELENIOS_2048))).toBe(JSON.stringify(vector.key))
  })

  const { size, threshold } = vectors.ceremony
  const places = Array.from({ length: size }, (_, place) => place + 1)
  const starts = places.map((index) => {
    const channel = new BoxKey(streamBytes(`channel ${index}`, 32)).publicHex
    const drawn = new Drawn(streamBytes(`begin ${index}`, CEREMONY_BYTES.begin(threshold)))
    return CeremonyStart.begin(new Seat(size, threshold, index), drawn, channel)
  })
  const certificates = starts.map((start) => parseJson(text(start.certificate.signed.toJson())))
  const dealt = starts.map((start, place) => {
    return start.deal(certificates, new Drawn(streamBytes(`deal ${place + 1}`, CEREMONY_BYTES.deal)))
  })
  const dealings = dealt.map((each) => parseJson(text(each.dealing.toJson())))
  const sharesFor = (index: number): Map<number, bigint> =>
    new Map(
      places
        .filter((sender) => sender !== index)
        .map((sender) => [sender, (dealt[sender - 1] as CeremonyDealt).shareFor(index)]),
    )
  const shares = dealt.map((each, place) => {
    const drawn = new Drawn(streamBytes(`conclude ${place + 1}`, CEREMONY_BYTES.conclude))
    return each.conclude(dealings, sharesFor(place + 1), drawn, `受托人${place + 1}`)
  })

  it('a key ceremony says the same in each round', () => {
    expect(starts.map((start) => text(start.toJson()))).toEqual(
      vectors.ceremony.starts.map((each) => JSON.stringify(each)),
    )
    expect(dealt.map((each) => text(each.dealing.toJson()))).toEqual(
      vectors.ceremony.dealings.map((each) => JSON.stringify(each)),
    )
    expect(dealt.map((each) => places.map((to) => each.shareFor(to).toString()))).toEqual(
      vectors.ceremony.dealt,
    )
    expect(shares.map((share) => text(share.toJson()))).toEqual(
      vectors.ceremony.shares.map((each) => JSON.stringify(each)),
    )
  })

  it('its outcome is the same, and each trustee knows it again', () => {
    const keys = shares.map((share) => share.key.toJson(BELENIOS_2048))
    const trustees = assemble(certificates, dealings, keys)
    expect(trustees.raw).toEqual(bytesOf(vectors.ceremony.trustees))
    for (const each of dealt) each.checkOutcome(trustees)
    trustees.checkBound()
    const other = Trustees.parse(
      bytesOf((vectors.archives[3] as (typeof vectors.archives)[number]).pieces.trustees),
    )
    expect(refusalOf(() => dealt[0]?.checkOutcome(other)).rule).toBe('ceremony-outcome')
  })

  it('what a trustee keeps between rounds is read again, and refused when damaged', () => {
    const [start, second, share] = [
      starts[0] as CeremonyStart,
      dealt[1] as CeremonyDealt,
      shares[2] as TrusteeShare,
    ]
    expect(text(CeremonyStart.fromJson(parseJson(text(start.toJson()))).toJson())).toBe(text(start.toJson()))
    expect(text(CeremonyDealt.fromJson(parseJson(text(second.toJson()))).toJson())).toBe(
      text(second.toJson()),
    )
    expect(text(TrusteeShare.fromJson(parseJson(text(share.toJson()))).toJson())).toBe(text(share.toJson()))
    const other = parseJson(text({ ...share.toJson(), secret: '5' }))
    expect(refusalOf(() => TrusteeShare.fromJson(other)).rule).toBe('share')
  })

  it('a share that is wrong or missing is told with its sender (attack 4)', () => {
    const wrong = sharesFor(1).set(3, BigInt(7))
    const missing = sharesFor(1)
    missing.delete(2)
    const first = dealt[0] as CeremonyDealt
    expect(() => first.conclude(dealings, wrong, chance('wrong'))).toThrow(
      expect.objectContaining({ rule: 'share', sender: 3 }),
    )
    expect(() => first.conclude(dealings, missing, chance('missing'))).toThrow(
      expect.objectContaining({ rule: 'share-missing', sender: 2 }),
    )
  })

  it('dealings of another ceremony, or one too few, are refused', () => {
    const first = dealt[0] as CeremonyDealt
    const swapped = [dealings[0], dealings[2], dealings[1]] as typeof dealings
    expect(refusalOf(() => first.conclude(swapped, sharesFor(1), chance('x'))).rule).toBe(
      'coefexps-signature',
    )
    expect(refusalOf(() => first.conclude(dealings.slice(1), sharesFor(1), chance('x'))).rule).toBe(
      'dealing-missing',
    )
    const start = starts[0] as CeremonyStart
    expect(refusalOf(() => start.deal(certificates.slice(1), chance('x'))).rule).toBe('certificate-context')
  })
})

describe('decryption', () => {
  it.each(vectors.decryptions)('the decryption share of $stream is the same and is accepted', (vector) => {
    const election = electionOf('simulator')
    const tally = EncryptedTally.parse(election, bytesOf(vector.tally))
    const drawn = new Drawn(streamBytes(vector.stream, decryptionBytes(election)))
    const raw = partialDecryption(election, BigInt(vector.secret), tally, drawn)
    expect(hexSha256(raw)).toBe(vector.sha256)
    const trustees = Trustees.parse(
      bytesOf((vectors.archives[0] as (typeof vectors.archives)[number]).pieces.trustees),
    )
    expect(checkPartialDecryption(election, trustees, vector.owner, tally, raw).owner).toBe(vector.owner)
  })

  it.each(vectors.archives)('the sums of the archive $name are found from its shares', (vector) => {
    const { pieces } = vector
    const election = Election.parse(bytesOf(pieces.election))
    const trustees = Trustees.parse(bytesOf(pieces.trustees))
    const tally = EncryptedTally.parse(election, bytesOf(pieces.tally))
    const shares = pieces.decryptions.map(([owner, raw]) => {
      return checkPartialDecryption(election, trustees, owner, tally, bytesOf(raw))
    })
    const { totalWeight } = SizedTally.parse(bytesOf(pieces.sized))
    const found = findResult(tally, combine(trustees, shares, tally), totalWeight)
    expect(found).toEqual(parseResult(election, bytesOf(pieces.result)))
    expect(refusalOf(() => findResult(tally, combine(trustees, shares, tally), BigInt(0))).rule).toBe(
      'result-range',
    )
    expect(refusalOf(() => combine(trustees, shares.slice(1), tally)).rule).toBe('decryption-missing')
    expect(refusalOf(() => combine(trustees, [...shares, ...shares], tally)).rule).toBe(
      'decryption-duplicate',
    )
  })

  it('weights of a threshold interpolate at 0', () => {
    const { q } = BELENIOS_2048
    const value = (point: number): bigint => BigInt(5 + 7 * point + 11 * point * point)
    const present = [1, 3, 4]
    const sum = present.reduce(
      (total, place) => total + lagrange(BELENIOS_2048, present, place) * value(place),
      BigInt(0),
    )
    expect(sum % q).toBe(BigInt(5))
  })
})

it('text of all planes survives UTF-8', () => {
  const all = 'a\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}投票🏠'
  expect(decodeUtf8(encodeUtf8(all))).toBe(all)
})
