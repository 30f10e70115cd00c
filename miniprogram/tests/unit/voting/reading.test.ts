/** Bytes, JSON and numbers are read in one spelling; chance is used once; work is done in slices. */
import { describe, expect, it } from 'vitest'

import { decodeUtf8, encodeUtf8, fromBase64, toBase64 } from '@/voting/bytes'
import { parseDecimal, parseWeight, weightToJson } from '@/voting/encoding'
import { BELENIOS_2048, inverseModulo } from '@/voting/group'
import { compactText, parseCanonicalText, parseJson } from '@/voting/json'
import { Drawn } from '@/voting/random'
import { type Pace, type Work, WorkCancelled, finish, inSlices } from '@/voting/work'

import { chance, refusalOf } from './vectors'

describe('bytes', () => {
  it.each([
    [[0x80]],
    [[0xc0, 0x80]],
    [[0xc1, 0xbf]],
    [[0xe0, 0x80, 0x80]],
    [[0xed, 0xa0, 0x80]],
    [[0xf0, 0x80, 0x80, 0x80]],
    [[0xf4, 0x90, 0x80, 0x80]],
    [[0xf5, 0x80, 0x80, 0x80]],
    [[0xe4, 0xb8]],
    [[0xff]],
  ])('%j is not UTF-8', (bytes) => {
    expect(() => decodeUtf8(Uint8Array.from(bytes))).toThrow(RangeError)
  })

  it('half of a surrogate pair has no bytes', () => {
    for (const text of ['\ud800', 'a\udc00', '\ud800\ud800'])
      expect(() => encodeUtf8(text)).toThrow(RangeError)
  })

  it('a long text survives both ways', () => {
    const text = '甲🏠a'.repeat(20_000)
    expect(decodeUtf8(encodeUtf8(text))).toBe(text)
  })

  it.each(['A', 'AA', 'AAA', 'AB==', 'AAB=', 'A===', 'AAAA=', '====', 'AA-_', 'AA==AA==', ' AAA'])(
    '%j is not base64',
    (text) => {
      expect(() => fromBase64(text)).toThrow(RangeError)
    },
  )

  it('base64 of any length is read again', () => {
    for (let length = 0; length < 10; length += 1) {
      const bytes = chance(`base64 ${length}`).take(length)
      expect(fromBase64(toBase64(bytes))).toEqual(bytes)
    }
  })
})

describe('JSON', () => {
  it.each([
    ['', 'json'],
    ['{"a":1,"a":2}', 'json'],
    ['1.0', 'json'],
    ['1e3', 'json'],
    ['NaN', 'json'],
    ['-', 'json'],
    ['"\\ud800"', 'json'],
    ['"\n"', 'json'],
    ['"\\x"', 'json'],
    ['"\\u00g0"', 'json'],
    ['"', 'json'],
    ['[1,]', 'json'],
    ['[1 2]', 'json'],
    ['{"a"}', 'json'],
    ['{a:1}', 'json'],
    ['{"a":1', 'json'],
    ['1 1', 'json'],
    ['\ufeff1', 'json'],
    ['['.repeat(5000), 'json'],
    ['9'.repeat(4301), 'json'],
    [' 1', 'canonical'],
    ['01', 'json'],
    ['-0', 'canonical'],
    ['"\\u0041"', 'canonical'],
    ['"\\/"', 'canonical'],
    ['"\x7f"', 'canonical'],
    ['"\\ud83c\\udfe0"', 'canonical'],
    ['{ }', 'canonical'],
  ])('%j is refused', (text, rule) => {
    expect(refusalOf(() => parseCanonicalText(text)).rule).toBe(rule)
  })

  it('keeps the order of fields that look like numbers, and long integers exactly', () => {
    const text = '{"10":123456789012345678901234567890,"9":[true,false,null,-1],"":{"乙":"\\u007f\\n🏠"}}'
    expect(compactText(parseCanonicalText(text))).toBe(text)
    expect(parseJson(' { "a" : [ ] } ')).toEqual(new Map([['a', []]]))
  })
})

describe('numbers', () => {
  it.each(['+1', '-1', '01', '', '1 ', '0x1', '１', '1\n', '1e3'])('%j is no decimal', (text) => {
    expect(refusalOf(() => parseDecimal(text, 'it', BigInt(100))).rule).toBe('decimal')
  })

  it('a number has to be below its bound', () => {
    expect(parseDecimal('99', 'it', BigInt(100))).toBe(BigInt(99))
    for (const text of ['100', '1000', '9'.repeat(10_000)]) {
      expect(refusalOf(() => parseDecimal(text, 'it', BigInt(100))).rule).toBe('decimal-range')
    }
  })

  it('a weight is a number up to 2^30 - 1 and text above', () => {
    const most = BigInt(2 ** 30 - 1)
    const bound = BELENIOS_2048.q
    for (const weight of [BigInt(0), most, most + BigInt(1)]) {
      expect(parseWeight(weightToJson(weight), 'it', bound)).toBe(weight)
    }
    expect(refusalOf(() => parseWeight('7', 'it', bound)).rule).toBe('weight')
    expect(refusalOf(() => parseWeight(most + BigInt(1), 'it', bound)).rule).toBe('weight')
    expect(refusalOf(() => parseWeight(BigInt(-1), 'it', bound)).rule).toBe('integer')
    expect(() => weightToJson(BigInt(-1))).toThrow(RangeError)
  })
})

describe('the group', () => {
  const { g, p, q } = BELENIOS_2048
  const exponents = [
    BigInt(0),
    BigInt(1),
    BigInt(2),
    q - BigInt(1),
    q,
    ...[1, 2, 3].map((n) => chance(`e${n}`).scalar(q)),
  ]
  /** Square and multiply, as in a textbook. */
  const plain = (base: bigint, exponent: bigint): bigint =>
    Array.from(exponent.toString(2)).reduce(
      (product, bit) => (product * product * (bit === '1' ? base : BigInt(1))) % p,
      BigInt(1),
    )

  it('all ways of raising give the same', () => {
    const base = BELENIOS_2048.powerG(BigInt(12345))
    const expected = exponents.map((exponent) => plain(base, exponent))
    expect(exponents.map((exponent) => BELENIOS_2048.power(base, exponent))).toEqual(expected)
    expect(BELENIOS_2048.powers(base, exponents)).toEqual(expected)
    expect(BELENIOS_2048.elementPowers(base, exponents)).toEqual(expected)
    expect(exponents.map(BELENIOS_2048.fixed(base))).toEqual(expected)
    expect(BELENIOS_2048.fixed(base)(BigInt(-1))).toBe(inverseModulo(base, p))
  })

  it('numbers outside are told from elements', () => {
    for (const number of [BigInt(0), p, p - BigInt(1), p - g, BigInt(2)]) {
      expect(BELENIOS_2048.isElement(number)).toBe(false)
      expect(refusalOf(() => BELENIOS_2048.elementPowers(number, [])).rule).toBe('element-membership')
    }
    expect(BELENIOS_2048.isElement(BigInt(1))).toBe(true)
  })
})

describe('chance', () => {
  it('is used once', () => {
    const drawn = new Drawn(new Uint8Array(100).map((_, place) => place))
    expect([...drawn.take(2), ...drawn.take(2)]).toEqual([0, 1, 2, 3])
    drawn.scalar(BigInt(7))
    drawn.scalar(BigInt(7))
    expect(() => drawn.take(1)).toThrow(RangeError)
  })

  it('a secret exponent is never 0', () => {
    const zeros = new Drawn(new Uint8Array(48))
    expect(zeros.scalar(BELENIOS_2048.q)).toBe(BigInt(1))
  })
})

describe('work', () => {
  function* counting(): Work<string> {
    for (let done = 1; done <= 10; done += 1) yield done % 2 === 0 ? { done, total: 10 } : null
    return 'done'
  }
  let [time, pauses] = [0, 0]
  const pace: Pace = {
    slice: 3,
    now: () => (time += 1),
    pause: () => {
      pauses += 1
      return Promise.resolve()
    },
  }

  it('is done at once or in slices, with the same result', async () => {
    const progress: number[] = []
    expect(finish(counting())).toBe('done')
    expect(await inSlices(counting(), { ...pace, onProgress: (done) => progress.push(done) })).toBe('done')
    expect(progress).toEqual([2, 4, 6, 8, 10])
    expect(pauses).toBeGreaterThan(1)
  })

  it('ends when the page does not want it any more', async () => {
    await expect(inSlices(counting(), { ...pace, isCancelled: () => true })).rejects.toThrow(WorkCancelled)
  })
})
