/**
 * The rule packs that this app knows (backend/voting/law/packs), as far as they decide an outcome. A manifest pins
 * the hash of its pack's file, so an app with another pack refuses rather than counts by other rules; a test holds
 * this list against the files.
 */

/** A share that must be reached (`inclusive`) or exceeded; compared by cross-multiplication alone. */
export interface Threshold {
  readonly numerator: bigint
  readonly denominator: bigint
  readonly inclusive: boolean
}

export interface Pack {
  readonly id: string
  readonly version: string
  readonly sha256: string
  readonly quorum: Threshold
  readonly ordinary: Threshold
  readonly special: Threshold
  /** What a paper with nothing marked for an item is. */
  readonly blank: 'ABSTAIN' | 'INVALID'
  readonly invalidParticipates: boolean
  readonly rank: 'SUM_SHARES' | 'HEADS_FIRST' | 'AREA_FIRST'
  readonly tiebreak: readonly ('AREA' | 'HEADS' | 'LOT')[]
  /** Null: as many as there are seats. */
  readonly alternatesMax: number | null
  readonly committeeMin: number
  /** Percent. */
  readonly partyShareMin: number
}

const share = (numerator: number, denominator: number, inclusive: boolean): Threshold => ({
  numerator: BigInt(numerator),
  denominator: BigInt(denominator),
  inclusive,
})

const BY_STATUTE = {
  version: '1.0.0',
  quorum: share(2, 3, true),
  ordinary: share(1, 2, false),
  special: share(3, 4, true),
  blank: 'ABSTAIN',
  invalidParticipates: false,
  rank: 'SUM_SHARES',
  tiebreak: ['AREA', 'LOT'],
  alternatesMax: null,
  committeeMin: 5,
  partyShareMin: 0,
} as const

export const PACKS: readonly Pack[] = [
  {
    ...BY_STATUTE,
    id: 'cn-civil-code',
    sha256: '4399bbe8fa9d3b21f99f7ca55192d0026446ed90289b2e86c5b14ea42536133b',
  },
  {
    ...BY_STATUTE,
    id: 'cn-shandong',
    sha256: 'c5f4d17b0fde4c7224a898243d5a90df07ca8514cfdf3efeec7518a6573febfe',
  },
]

/** Tell whether part of whole is enough; nothing out of nothing never is. */
export function isMet(
  { numerator, denominator, inclusive }: Threshold,
  part: bigint,
  whole: bigint,
): boolean {
  const [have, need] = [part * denominator, whole * numerator]
  return whole > BigInt(0) && (inclusive ? have >= need : have > need)
}
