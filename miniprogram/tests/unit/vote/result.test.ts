/** What a result comes to, and whether it is believed. */
import { beforeEach, describe, expect, it } from 'vitest'

import { zhHans } from '@/locales/zh-Hans'
import { endText, instantText } from '@/locales/moments'
import { areaText, percentText } from '@/stores/voting/area'
import { fetchAttachment } from '@/stores/voting/attachments'
import { fetchOverview, mayVote, voteLabel } from '@/stores/voting/overview'
import { recordFiles } from '@/stores/voting/recordFiles'
import { forgetPinned } from '@/stores/voting/record'
import { approvalOf, fetchResult, hundredths, isMet, itemsWithResults, ranking } from '@/stores/voting/result'
import { sharesOf, talliesOf } from '@/stores/voting/shares'
import { qrPicture } from '@/stores/voting/qr'
import { encodeUtf8 } from '@/voting/bytes'
import { hexSha256 } from '@/voting/encoding'

import { ASSEMBLY, House, aResult } from './house'

const TWO_THIRDS = { numerator: 2, denominator: 3, inclusive: true }
const MORE_THAN_HALF = { numerator: 1, denominator: 2, inclusive: false }

beforeEach(forgetPinned)

describe('a share', () => {
  it.each([
    [TWO_THIRDS, 2, 3, true],
    [TWO_THIRDS, 66_666, 100_000, false],
    [MORE_THAN_HALF, 1, 2, false],
    [MORE_THAN_HALF, 50_001, 100_000, true],
    [TWO_THIRDS, 0, 0, false],
    [TWO_THIRDS, 6_004_799_503_160_661, 9_007_199_254_740_991, true],
    [TWO_THIRDS, 6_004_799_503_160_660, 9_007_199_254_740_991, false],
  ])('of %o is decided exactly at its bound: %i of %i', (majority, part, whole, met) => {
    expect(isMet(majority, part, whole)).toBe(met)
  })

  it('is rounded down where it is shown', () => {
    expect(percentText(hundredths(2, 3))).toBe('66.66%')
    expect(percentText(hundredths(0, 0))).toBe('0.00%')
    expect(areaText(7_205_000_9)).toBe('720,500.09')
  })
})

describe('a result', () => {
  it('is believed when the server of the manifest signed it', async () => {
    const house = await House.open({ stage: 'PRELIMINARY' })
    house.result = aResult()
    const found = await fetchResult(house.device(), ASSEMBLY)
    expect(found && itemsWithResults(found).map(({ item, result }) => [item.id, result.outcome])).toEqual([
      ['fund', 'PASSED'],
      ['committee', 'NOT_QUORATE'],
    ])
  })

  it('is not asked for before there is one', async () => {
    const house = await House.open({ stage: 'OPEN' })
    expect(await fetchResult(house.device(), ASSEMBLY)).toBeNull()
  })

  it.each([
    ['signature', (house: House) => (house.resultSigner = house.registrar)],
    ['result', (house: House) => (house.result = { ...aResult(), assembly: 'another' })],
  ])('is refused for its %s', async (rule, lie) => {
    const house = await House.open({ stage: 'PRELIMINARY' })
    house.result = aResult()
    lie(house)
    await expect(fetchResult(house.device(), ASSEMBLY)).rejects.toMatchObject({ rule })
  })

  it('is drawn as both quorums and both majorities', () => {
    const shares = sharesOf(zhHans, aResult().items.fund, TWO_THIRDS, MORE_THAN_HALF)
    expect(shares.map(({ name, fraction }) => `${name} ${fraction}`)).toEqual([
      '参与表决（人数） 3 / 3 人',
      '参与表决（面积） 270.03 / 270.03 平方米',
      '同意（人数） 2 / 3 人',
      '同意（面积） 180.01 / 270.03 平方米',
    ])
  })

  it('without a quorum is drawn as the quorums alone', () => {
    expect(sharesOf(zhHans, aResult().items.committee, TWO_THIRDS, MORE_THAN_HALF)).toHaveLength(2)
  })

  it('ranks the elected, then the alternates, then the others by heads', () => {
    const count = (heads: number) => ({ heads, area: heads })
    const votes = { c1: count(1), c2: count(5), c3: count(2), c4: count(4) }
    const result = { ...aResult().items.committee, votes, elected: ['c4'], alternates: ['c1'] }
    expect(ranking(result)).toEqual(['c4', 'c1', 'c2', 'c3'])
    const [first, second] = talliesOf(zhHans, result, ranking(result), (key) => key)
    expect([first?.seat, second?.seat]).toEqual(['当选', '候补'])
  })

  it('needs the majority of its matter', async () => {
    const { majorities } = (await House.open()).assembly
    expect([5, 6, 8, 9].map((matter) => approvalOf(majorities, matter).denominator)).toEqual([2, 4, 4, 2])
  })
})

describe('an assembly', () => {
  it('may be voted in while it is open and changes are left', async () => {
    const house = await House.open({ maxChanges: 1 })
    const before = await fetchOverview(house.device(), ASSEMBLY)
    expect([mayVote(before), voteLabel(zhHans, before)]).toEqual([true, '去投票'])
    house.board.push({ tracker: 'x', credential: BigInt(1), height: 1, raw: new Uint8Array(0) })
    const after = await fetchOverview(house.device(), ASSEMBLY)
    expect([mayVote(after), voteLabel(zhHans, after)]).toEqual([true, '更改我的选票'])
    house.board.push({ tracker: 'y', credential: BigInt(1), height: 2, raw: new Uint8Array(0) })
    expect(mayVote(await fetchOverview(house.device(), ASSEMBLY))).toBe(false)
  })

  it('that is being prepared is shown without its boards', async () => {
    const house = await House.open({ stage: 'NOTICED' })
    const found = await fetchOverview(house.device(), ASSEMBLY)
    expect([found.turnout, mayVote(found)]).toEqual([[], false])
  })

  it('lists the files of its record, election by election', async () => {
    const { assembly, poll } = await House.open()
    const addresses = recordFiles(zhHans, assembly).map(({ address }) => address)
    expect(addresses).toHaveLength(7)
    expect(addresses).toContain(`/api/v1/elections/${poll.uuid}/heads.bel`)
  })

  it('opens an attachment only if it is the one that was posted', async () => {
    const house = await House.open()
    const file = encodeUtf8('%PDF')
    house.files.set(hexSha256(file), file)
    expect(await fetchAttachment(house.device(), ASSEMBLY, hexSha256(file))).toEqual(file)
    house.files.set('f'.repeat(64), file)
    const other = fetchAttachment(house.device(), ASSEMBLY, 'f'.repeat(64))
    await expect(other).rejects.toMatchObject({ rule: 'attachment' })
  })
})

describe('times and codes', () => {
  it('write the end at midnight as 24:00 of the day before', () => {
    expect(endText(zhHans, '2026-04-02T00:00:00+08:00')).toBe('2026年4月1日 24:00')
    expect(endText(zhHans, '2026-04-02T18:30:00+08:00')).toBe('2026年4月2日 18:30')
    expect(instantText(zhHans, '2026-04-01T16:00:00Z')).toBe('2026年4月2日 00:00')
  })

  it('are drawn on the device, black on white', () => {
    const picture = decodeURIComponent(qrPicture('yishiting:device:v1:ab:cd'))
    expect(picture).toMatch(/^data:image\/svg\+xml,<svg .*<path fill="#fff".*<path d="M\d+ \d+h1v1h-1z/)
  })
})
