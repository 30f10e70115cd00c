/** The pair that everything in an assembly is counted in (Civil Code art. 278). */

/** Area in 0.01 m2 and heads, always together. */
export interface Count {
  readonly area: bigint
  readonly heads: bigint
}

export const NOTHING: Count = { area: BigInt(0), heads: BigInt(0) }

export function sum(...counts: readonly Count[]): Count {
  return counts.reduce(
    (left, right) => ({ area: left.area + right.area, heads: left.heads + right.heads }),
    NOTHING,
  )
}

export function less(left: Count, right: Count): Count {
  return { area: left.area - right.area, heads: left.heads - right.heads }
}

export function same(left: Count, right: Count): boolean {
  return left.area === right.area && left.heads === right.heads
}

/** Tell whether the first is a part of the second, in both dimensions. */
export function fits({ area, heads }: Count, whole: Count): boolean {
  const none = BigInt(0)
  return area >= none && area <= whole.area && heads >= none && heads <= whole.heads
}
