/**
 * Secret numbers from bytes that were drawn before. `wx.getRandomValues` answers later, so a page first asks how
 * many bytes some act needs, draws them, and then computes: `new Drawn(await draw(ballotBytes(election)))`.
 */
import { toNumber } from './bytes'

/** Draws bytes from the system's generator; the platform gives it. */
export type Draw = (count: number) => Promise<Uint8Array>

/** Bytes behind one number below a bound of 256 bits: 128 more than needed, so that no number is likelier. */
export const NUMBER_BYTES = 48

const ONE = BigInt(1)

/** Random bytes, each used once. */
export class Drawn {
  private used = 0

  constructor(private readonly bytes: Uint8Array) {}

  /** Return the next bytes; raises RangeError when too few were drawn. */
  take(count: number): Uint8Array {
    if (this.used + count > this.bytes.length) throw new RangeError('too few random bytes were drawn')
    this.used += count
    return this.bytes.subarray(this.used - count, this.used)
  }

  /** Return a number from 0 to below `bound`. */
  below(bound: bigint): bigint {
    return toNumber(this.take(NUMBER_BYTES)) % bound
  }

  /** Return a secret exponent of a group of order `q`: 1 <= x < q. */
  scalar(q: bigint): bigint {
    return ONE + this.below(q - ONE)
  }

  /** Return digits of an alphabet. */
  text(alphabet: string, length: number): string {
    const size = BigInt(alphabet.length)
    return Array.from({ length }, () => alphabet.charAt(Number(this.below(size)))).join('')
  }
}
