/**
 * Powers of a base that is raised often (g, and the election key): Lim and Lee's comb.
 *
 * The 256 bits of an exponent are written as 8 rows of 32. The 8 bits of a column choose one product of the
 * powers base^(2^(32 row)); the columns are cut into BLOCKS blocks with a table each, so that the squarings
 * between columns are shared. A power costs 32 multiplications and 3 squarings; the tables cost 2,224
 * multiplications, which is what the two bases of a ballot may take while the voter reads.
 */
import type { Work } from './work'

const ROWS = 8
const COLUMNS = 32
const BLOCKS = 8
const COLUMNS_OF_BLOCK = COLUMNS / BLOCKS
const SIZE = 1 << ROWS
const ONE = BigInt(1)

/** The power function of one base. */
export type FixedBase = (exponent: bigint) => bigint

/** Build the tables of a base modulo p; the exponents of the function it gives are taken mod q. */
export function* buildFixedBase(base: bigint, p: bigint, q: bigint): Work<FixedBase> {
  const chain: bigint[] = [base]
  while (chain.length < ROWS * BLOCKS) {
    chain.push(squaredOften(chain[chain.length - 1] as bigint, COLUMNS_OF_BLOCK, p))
    if (chain.length % ROWS === 0) yield null
  }
  const tables: bigint[][] = []
  for (let block = 0; block < BLOCKS; block += 1) {
    const generators = chain.filter((_, place) => place % BLOCKS === block)
    tables.push(yield* buildTable(generators, p))
  }
  return (exponent) => comb(tables, columnsOf(((exponent % q) + q) % q), p)
}

function squaredOften(number: bigint, times: number, p: bigint): bigint {
  let square = number
  for (let count = 0; count < times; count += 1) square = (square * square) % p
  return square
}

/** List the products of every subset of the generators; the bits of an index name the subset. */
function* buildTable(generators: readonly bigint[], p: bigint): Work<bigint[]> {
  const table: bigint[] = [ONE]
  for (const generator of generators) {
    table.push(...table.map((product) => (product === ONE ? generator : (product * generator) % p)))
    if (table.length >= SIZE / 4) yield null
  }
  return table
}

/** Return for each column which of its bits are set: bit `row` stands for 2^(32 row + column). */
function columnsOf(exponent: bigint): Uint8Array {
  const digits = exponent.toString(16).padStart((ROWS * COLUMNS) / 4, '0')
  const columns = new Uint8Array(COLUMNS)
  for (let row = 0; row < ROWS; row += 1) {
    const start = digits.length - (COLUMNS / 4) * (row + 1)
    const word = Number.parseInt(digits.slice(start, start + COLUMNS / 4), 16)
    for (let column = 0; column < COLUMNS; column += 1) {
      columns[column] = (columns[column] as number) | (((word >>> column) & 1) << row)
    }
  }
  return columns
}

function comb(tables: readonly (readonly bigint[])[], columns: Uint8Array, p: bigint): bigint {
  let product = ONE
  for (let offset = COLUMNS_OF_BLOCK - 1; offset >= 0; offset -= 1) {
    if (product !== ONE) product = (product * product) % p
    for (let block = 0; block < BLOCKS; block += 1) {
      const choice = columns[block * COLUMNS_OF_BLOCK + offset] as number
      if (choice !== 0) product = (product * ((tables[block] as readonly bigint[])[choice] as bigint)) % p
    }
  }
  return product
}
