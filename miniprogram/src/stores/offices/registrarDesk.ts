/** The registrar's desk: the roll, where each code went, and what there is to do. */
import { computed, ref } from 'vue'
import { useLoaded } from '@/stores/loading'
import { useOffice } from './office'
import type { OfficeParts } from './parts'
import { codesOf, codesState, eraseCodes, makeCodes, reissue, withoutCode } from './registrar'
import { useTask } from './task'
import { isOverFor } from './times'

/** Rows shown at once; more are found by their home. */
const MOST_ROWS = 50

export function useRegistrarDesk(parts?: () => OfficeParts) {
  const office = useOffice('registrar', parts)
  const { place, loadedAssembly, touch } = office
  const roll = useLoaded(() => office.parts().office.roll(place.assembly))
  const sought = ref('')

  const state = computed(() => {
    void office.kept.value
    return codesState(office.parts(), place)
  })
  const hasRoll = computed(() => (office.assembly.value?.elections.length ?? 0) > 0)
  const lacking = computed(() => {
    if (state.value !== 'made' || !roll.content.value) return 0
    return withoutCode(codesOf(office.parts(), place), roll.content.value)
  })
  const found = computed(() => {
    const wanted = sought.value.trim().toLowerCase()
    return (roll.content.value ?? []).filter(({ pseudonym, labels }) =>
      [pseudonym, ...labels].some((text) => text.toLowerCase().includes(wanted)),
    )
  })
  const isOver = computed(() => {
    const { assembly } = office
    return assembly.value !== null && isOverFor(assembly.value, office.parts().wallClock())
  })

  async function load(): Promise<void> {
    await office.load()
    if (office.keys.value === 'here' && hasRoll.value && !isOver.value) await roll.load()
  }

  /** What the device keeps may have changed even where the act failed. */
  async function noting<T>(act: Promise<T>): Promise<T> {
    try {
      return await act
    } finally {
      touch()
    }
  }
  const making = useTask((tell) => noting(makeCodes(office.parts(), loadedAssembly(), place, tell)))
  const reissuing = useTask(async (tell, pseudonym: string) => {
    await noting(reissue(office.parts(), loadedAssembly(), place, pseudonym, tell))
    return pseudonym
  })
  const erasing = useTask(async () => {
    eraseCodes(office.parts(), loadedAssembly(), place)
    touch()
    return true
  })

  return {
    office,
    roll,
    sought,
    state,
    hasRoll,
    lacking,
    isOver,
    shown: computed(() => found.value.slice(0, MOST_ROWS)),
    hidden: computed(() => Math.max(0, found.value.length - MOST_ROWS)),
    load,
    making,
    reissuing,
    erasing,
  }
}
