/** One office as its page opens it: the assembly, the place, and where the keys are. */
import { computed, reactive, ref } from 'vue'
import type { Assembly } from '@/api/voting'
import { useLoaded } from '@/stores/loading'
import { appOfficeParts } from './appParts'
import { type KeyState, join, keyState, markOf, personOf } from './keys'
import { type OfficeName, type OfficeParts, type Place, Withheld } from './parts'
import { useTask } from './task'

export type Office = ReturnType<typeof useOffice>

/** The parts for who is signed in; pages call it behind their sign-in gate. */
export function neededParts(): OfficeParts {
  const parts = appOfficeParts()
  if (!parts) throw new Withheld('notJoined')
  return parts
}

/** Prepares an office; `parts` is called once somebody is signed in. */
export function useOffice(role: OfficeName, parts: () => OfficeParts = neededParts) {
  const place: Place = reactive({ assembly: '', role, index: 1 })
  const loaded = useLoaded(() => parts().calls.assembly(place.assembly))
  const { content: assembly } = loaded
  const kept = ref(0)

  /** Takes the place from the page's address. */
  function open(query: Record<string, string | undefined> | undefined): void {
    place.assembly = query?.['id'] ?? ''
    place.index = Number(query?.['index'] ?? 1)
  }

  /** Notes that what the device keeps has changed, since storage tells nobody. */
  function touch(): void {
    kept.value += 1
  }

  const isAppointed = computed(() =>
    (assembly.value?.people ?? []).some((one) => one.role === place.role && one.index === place.index),
  )
  const keys = computed<KeyState>(() => {
    void kept.value
    return assembly.value && isAppointed.value ? keyState(parts(), assembly.value, place) : 'none'
  })
  const mark = computed(() => {
    return assembly.value && isAppointed.value ? markOf(personOf(assembly.value, place)) : null
  })
  const joining = useTask(async () => {
    assembly.value = await join(parts(), place)
    touch()
  })

  /** The assembly, once it is loaded. */
  function loadedAssembly(): Assembly {
    if (!assembly.value) throw new Withheld('notJoined')
    return assembly.value
  }

  return {
    ...loaded,
    assembly,
    place,
    parts,
    open,
    touch,
    kept,
    isAppointed,
    keys,
    mark,
    joining,
    loadedAssembly,
  }
}
