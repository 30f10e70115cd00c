/** The law part of an auditor's recount: exact, and by the rule packs of the repository. */
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { encodeUtf8, toHex } from '@/voting/bytes'
import { type Count, NOTHING } from '@/voting/law/count'
import { PACKS, type Pack } from '@/voting/law/packs'
import { elect } from '@/voting/law/seats'
import { decide } from '@/voting/law/votes'

const FILES: Record<string, string> = import.meta.glob('../../../../backend/voting/law/packs/*.toml', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const PACK = PACKS[0] as Pack
const of = (heads: number, area: number): Count => ({ heads: BigInt(heads), area: BigInt(area) })
const votes = (yes: Count, no: Count = NOTHING): Parameters<typeof decide>[1] => ({
  for: yes,
  against: no,
  abstain: NOTHING,
  invalid: NOTHING,
})

function field(text: string, name: string): string {
  return new RegExp(`^${name} = "?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? ''
}

function shares(text: string): string[] {
  return [...text.matchAll(/^share = \[(\d+), (\d+)\]\ninclusive = (\w+)/gm)].map(([, ...found]) =>
    found.join(),
  )
}

describe('the packs of the app', () => {
  it('are those of the repository, every one and no other', () => {
    const files = Object.values(FILES)
    expect(PACKS.map(({ id }) => id).sort()).toEqual(files.map((text) => field(text, 'id')).sort())
    for (const text of files) {
      const pack = PACKS.find(({ id }) => id === field(text, 'id')) as Pack
      expect(pack.sha256).toBe(toHex(sha256(encodeUtf8(text))))
      const own = [pack.quorum, pack.ordinary, pack.special].map((share) =>
        [share.numerator, share.denominator, share.inclusive].join(),
      )
      expect(own).toEqual(shares(text))
      expect([pack.version, pack.blank, pack.rank]).toEqual(
        ['version', 'blank', 'rank'].map((name) => field(text, name)),
      )
      expect([pack.invalidParticipates, pack.committeeMin, pack.partyShareMin].map(String)).toEqual(
        ['invalid_participates', 'committee_min', 'party_share_min'].map((name) => field(text, name)),
      )
      expect(JSON.stringify(pack.tiebreak)).toBe(/^tiebreak = (.*)$/m.exec(text)?.[1]?.replace(', ', ','))
      expect(pack.alternatesMax ?? 'SEATS').toBe(field(text, 'alternates_max'))
    }
  })
})

describe('a vote', () => {
  it.each([
    ['two thirds by heads and area are a quorum', of(6, 600), of(0, 0), 'PASSED'],
    ['a hundredth of a square metre short is none', of(6, 599), of(0, 0), 'NOT_QUORATE'],
    ['one head short is none', of(5, 600), of(0, 0), 'NOT_QUORATE'],
    ['a tie by area is rejected', of(5, 300), of(3, 300), 'REJECTED'],
    ['a majority by heads alone is rejected', of(5, 299), of(3, 301), 'REJECTED'],
    ['a majority in both passes', of(5, 301), of(3, 299), 'PASSED'],
  ])('%s', (_, yes, no, outcome) => {
    expect(decide(of(9, 900), votes(yes, no), 5, PACK).outcome).toBe(outcome)
  })

  it('on a special matter needs three quarters', () => {
    expect(decide(of(9, 900), votes(of(6, 600), of(2, 200)), 6, PACK).outcome).toBe('PASSED')
    expect(decide(of(9, 900), votes(of(6, 599), of(2, 201)), 6, PACK).outcome).toBe('REJECTED')
  })

  it('of more than the roll is refused', () => {
    expect(() => decide(of(1, 1), votes(of(1, 2)), 5, PACK)).toThrow('more than the roll')
  })
})

describe('an election', () => {
  const seed = new Uint8Array(32)
  const slate = (count: number): Parameters<typeof elect>[2] => ({
    seats: 5,
    candidates: Array.from({ length: count }, (_, place) => ({ id: `c${place + 1}`, isPartyMember: false })),
  })
  const cast = (support: readonly Count[]): Parameters<typeof elect>[1] => ({
    support: new Map(support.map((count, place) => [`c${place + 1}`, count])),
    marked: of(9, 900),
    blank: NOTHING,
    invalid: NOTHING,
  })

  it('seats the qualified by the sum of both shares', () => {
    const counts = [of(5, 500), of(6, 500), of(7, 500), of(8, 500), of(9, 500), of(9, 450)]
    const { outcome, elected, alternates } = elect(of(9, 900), cast(counts), slate(6), PACK, seed)
    expect([outcome, elected, alternates]).toEqual(['PASSED', ['c5', 'c4', 'c3', 'c2', 'c1'], []])
  })

  it('draws a lot among equals and says so', () => {
    const { elected, alternates, advisories } = elect(
      of(9, 900),
      cast(Array.from({ length: 6 }, () => of(9, 900))),
      slate(6),
      PACK,
      seed,
    )
    expect([elected.length, alternates.length, advisories]).toEqual([5, 1, ['LOT_DRAWN']])
  })

  it('fails with fewer qualified than the smallest committee', () => {
    const counts = [of(9, 900), of(9, 900), of(9, 900), of(9, 900), of(1, 1)]
    expect(elect(of(9, 900), cast(counts), slate(5), PACK, seed).outcome).toBe('FAILED')
  })
})
