/**
 * Adding encrypted ballots up, and reading the sums once they are decrypted (Belenios 2.0 facts 6 and 8).
 *
 * A weight counts a ballot that many times: 1 in a tally of heads, an area in dm2 in a tally of areas. Nothing
 * here holds a key.
 */
import type { Election } from './election'
import {
  checkFields,
  checkInteger,
  checkList,
  checkText,
  hexSha256,
  parseWeight,
  weightToJson,
} from './encoding'
import { VerificationError } from './errors'
import { BELENIOS_2048, type Group } from './group'
import { type Json, compact, parseCanonical } from './json'
import { type Ciphertext, ciphertextToJson, parseCiphertext } from './proofs'
import { type Work, finish } from './work'

/** A number for each column of each question, blank first where it is allowed: factors, or results. */
export type Matrix = readonly (readonly bigint[])[]

/** The largest total weight whose sums are searched for: a hundred million flats, in 0.01 m2. */
export const WEIGHT_LIMIT = BigInt('1000000000000')

const TABLE_LIMIT = 1 << 18
const ZERO = BigInt(0)
const ONE = BigInt(1)
const STEPS_OF_A_SLICE = 64

/** The weighted products of the counted ballots; all numbers are elements of the group. */
export class EncryptedTally {
  constructor(
    readonly questions: readonly (readonly Ciphertext[])[],
    readonly group: Group = BELENIOS_2048,
  ) {}

  /**
   * Read an archived tally and test every number for membership: a trustee that raised anything but an element to
   * its secret would give part of it away. Raises FormatError, or VerificationError `element-membership`.
   */
  static parse(election: Election, raw: Uint8Array): EncryptedTally {
    const { group } = election
    const what = 'the encrypted tally'
    const rows = parseRows(election, parseCanonical(raw), what)
    const read = rows.map((row) => row.map((entry) => parseCiphertext(entry, group, what)))
    for (const { alpha, beta } of read.flat()) {
      group.checkElement(alpha, 'a number of the encrypted tally')
      group.checkElement(beta, 'a number of the encrypted tally')
    }
    return new EncryptedTally(read, group)
  }

  /** Write the bytes the archive holds. */
  toBytes(): Uint8Array {
    return compact(this.questions.map((row) => row.map((entry) => ciphertextToJson(this.group, entry))))
  }

  /** The name of these bytes in the archive: hexadecimal SHA-256. */
  get digest(): string {
    return hexSha256(this.toBytes())
  }
}

/** What the archive says about a tally: how many ballots, of what weight together, and its digest. */
export class SizedTally {
  constructor(
    readonly numTallied: number,
    readonly totalWeight: bigint,
    readonly encryptedTally: string,
  ) {}

  /** Read the archived payload; raises FormatError. Whether it is true is for the caller to compare. */
  static parse(raw: Uint8Array): SizedTally {
    const names = ['num_tallied', 'total_weight', 'encrypted_tally']
    const fields = checkFields(parseCanonical(raw), names, 'the sized tally')
    return new SizedTally(
      checkInteger(fields.get('num_tallied'), 'num_tallied'),
      parseWeight(fields.get('total_weight'), 'total_weight', BELENIOS_2048.q),
      checkText(fields.get('encrypted_tally'), 'encrypted_tally'),
    )
  }

  /** Write the bytes the archive holds. */
  toBytes(): Uint8Array {
    return compact({
      num_tallied: this.numTallied,
      total_weight: weightToJson(this.totalWeight),
      encrypted_tally: this.encryptedTally,
    })
  }
}

/** A sum of encrypted ballots that grows one ballot at a time and holds only the sum. */
export class TallyAccumulator {
  numTallied = 0
  totalWeight = ZERO
  private sums: readonly (readonly Ciphertext[])[]

  constructor(private readonly election: Election) {
    const none: Ciphertext = { alpha: ONE, beta: ONE }
    this.sums = election.questions.map((question) => new Array<Ciphertext>(question.size).fill(none))
  }

  /** Count the choices of a checked ballot of this election `weight` times, 0 or more. */
  add(choices: readonly (readonly Ciphertext[])[], weight: bigint): void {
    const { group } = this.election
    this.sums = this.sums.map((row, question) =>
      row.map((sum, column) => {
        const { alpha, beta } = (choices[question] as readonly Ciphertext[])[column] as Ciphertext
        return {
          alpha: group.multiply(sum.alpha, group.power(alpha, weight)),
          beta: group.multiply(sum.beta, group.power(beta, weight)),
        }
      }),
    )
    this.numTallied += 1
    this.totalWeight += weight
  }

  /** Return the sum so far; it goes on the board only after the vote has ended. */
  encrypted(): EncryptedTally {
    return new EncryptedTally(this.sums, this.election.group)
  }

  /** Return the payload of the archive's EncryptedTally event. */
  sized(): SizedTally {
    return new SizedTally(this.numTallied, this.totalWeight, this.encrypted().digest)
  }
}

/** Read the sums at once; see `findingResult`. */
export function findResult(tally: EncryptedTally, factors: Matrix, totalWeight: bigint): Matrix {
  return finish(findingResult(tally, factors, totalWeight))
}

/**
 * Read the sums out of a tally with the combined decryption factors, in steps.
 *
 * Raises VerificationError `result-range` when a sum is not in 0..totalWeight, `weight-limit` when the total weight
 * is absurd; so neither a hostile tally nor a hostile list makes the search run on.
 */
export function* findingResult(tally: EncryptedTally, factors: Matrix, totalWeight: bigint): Work<Matrix> {
  if (totalWeight > WEIGHT_LIMIT) {
    throw new VerificationError('weight-limit', `a total weight of ${totalWeight} is not searched`)
  }
  const targets = plainElements(tally, factors)
  const search = yield* preparingLogarithm(tally.group, Number(totalWeight), targets.flat().length)
  const found: bigint[][] = []
  for (const row of targets) {
    const sums: bigint[] = []
    for (const target of row) sums.push(yield* logarithm(search, target))
    found.push(sums)
  }
  return found
}

/**
 * Refuse a result that is not what the tally decrypts to. The peer accepts r + q for r (facts 11d), hence the
 * range. Raises VerificationError `result-range` or `result`.
 */
export function checkResult(
  tally: EncryptedTally,
  factors: Matrix,
  result: Matrix,
  totalWeight: bigint,
): void {
  const { group } = tally
  plainElements(tally, factors).forEach((targets, question) => {
    targets.forEach((target, column) => {
      const found = (result[question] as readonly bigint[])[column] as bigint
      if (found > totalWeight)
        throw new VerificationError('result-range', `${found} is not in 0..${totalWeight}`)
      if (group.power(group.g, found) !== target) {
        throw new VerificationError('result', `the tally does not decrypt to ${found}`)
      }
    })
  })
}

/** Write the result as the archive holds it. */
export function resultBytes(result: Matrix): Uint8Array {
  return compact({ result: result.map((row) => row.map(weightToJson)) })
}

/** Read an archived result in the shape of the questions; raises FormatError. */
export function parseResult(election: Election, raw: Uint8Array): Matrix {
  const fields = checkFields(parseCanonical(raw), ['result'], 'the result')
  const rows = parseRows(election, fields.get('result'), 'the result')
  return rows.map((row) => row.map((each) => parseWeight(each, 'a sum', election.group.q)))
}

/** Return rows, one a question with one entry a column; raises FormatError `shape`. */
export function parseRows(election: Election, value: Json, what: string): readonly (readonly Json[])[] {
  const rows = checkList(value, what, election.questions.length, 'shape')
  return election.questions.map((question, place) =>
    checkList(rows[place] as Json, what, question.size, 'shape'),
  )
}

/** Return g^sum for every column: beta divided by the combined factor. */
function plainElements(tally: EncryptedTally, factors: Matrix): Matrix {
  const { group } = tally
  return tally.questions.map((row, question) =>
    row.map(({ beta }, column) => {
      const factor = (factors[question] as readonly bigint[])[column] as bigint
      return group.multiply(beta, group.inverse(factor))
    }),
  )
}

/** What the search for a logarithm up to `bound` knows: small steps by element, and the stride between them. */
interface Search {
  readonly group: Group
  readonly bound: number
  readonly steps: ReadonlyMap<bigint, number>
  readonly length: number
  readonly stride: bigint
}

/** Make the small steps; as many as all strides of all searches together, which costs least. */
function* preparingLogarithm(group: Group, bound: number, searches: number): Work<Search> {
  const length = Math.min(Math.floor(Math.sqrt(bound * searches)) + 1, bound + 1, TABLE_LIMIT)
  const steps = new Map<bigint, number>()
  let step = group.identity
  for (let exponent = 0; exponent < length; exponent += 1) {
    steps.set(BigInt.asUintN(64, step), exponent)
    step = group.multiply(step, group.g)
    if (exponent % STEPS_OF_A_SLICE === 0) yield { done: exponent, total: length }
  }
  return { group, bound, steps, length, stride: group.inverse(step) }
}

/** Find r with g^r = element by baby steps and giant steps; a hit by 64 bits is then proven in full. */
function* logarithm(search: Search, element: bigint): Work<bigint> {
  const { group, bound, steps, length, stride } = search
  let rest = element
  for (let start = 0; start <= bound; start += length) {
    const step = steps.get(BigInt.asUintN(64, rest))
    const found = BigInt(start + (step ?? 0))
    if (step !== undefined && start + step <= bound && group.power(group.g, found) === element) return found
    rest = group.multiply(rest, stride)
    if ((start / length) % STEPS_OF_A_SLICE === 0) yield null
  }
  throw new VerificationError('result-range', `a sum is not in 0..${bound}`)
}
