/** Filling in the ballots of one elector. */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { type Chosen, afterTap, isAnswered } from './choices'
import type { Slip } from './slips'

export interface Filling {
  /** The elector's slips, one for each election. */
  slips: ShallowRef<readonly Slip[]>
  /** Those that may be cast now. */
  open: ComputedRef<Slip[]>
  /** Those with an answer to every item. */
  filled: ComputedRef<Slip[]>
  /** How many answers are still needed; an election left out altogether needs none beside one filled in. */
  missing: ComputedRef<number>
  chosenIn(slip: Slip): Chosen
  /** Marks an answer; false where there are no more seats. */
  tap(slip: Slip, itemId: string, answer: string): boolean
}

export function useFilling(): Filling {
  const slips: ShallowRef<readonly Slip[]> = shallowRef([])
  const chosen = shallowRef<Readonly<Record<string, Chosen>>>({})
  const open = computed(() => slips.value.filter(({ standing }) => standing === 'open'))
  const filled = computed(() => open.value.filter((slip) => leftIn(slip) === 0))
  const missing = computed(() => open.value.reduce((sum, slip) => sum + neededIn(slip), 0))

  function chosenIn({ pinned }: Slip): Chosen {
    return chosen.value[pinned.manifest.uuid] ?? {}
  }

  function leftIn(slip: Slip): number {
    return slip.pinned.manifest.items.filter((item) => !isAnswered(item, chosenIn(slip))).length
  }

  function neededIn(slip: Slip): number {
    const left = leftIn(slip)
    return left === slip.pinned.manifest.items.length && filled.value.length > 0 ? 0 : left
  }

  function tap(slip: Slip, itemId: string, answer: string): boolean {
    const item = slip.pinned.manifest.items.find(({ id }) => id === itemId)
    const next = item && afterTap(item, chosenIn(slip), answer)
    if (!next) return false
    chosen.value = { ...chosen.value, [slip.pinned.manifest.uuid]: next }
    return true
  }

  return { slips, open, filled, missing, chosenIn, tap }
}
