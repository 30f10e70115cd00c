/** Ticking rows of a list. */
import { ref, type Ref } from 'vue'

export interface Picking {
  picked: Ref<readonly string[]>
  isPicked(id: string): boolean
  toggle(id: string): void
  clear(): void
}

/** Prepares to tick up to `most` rows. */
export function usePicking(most: number): Picking {
  const picked = ref<readonly string[]>([])

  function toggle(id: string): void {
    if (picked.value.includes(id)) picked.value = picked.value.filter((one) => one !== id)
    else if (picked.value.length < most) picked.value = [...picked.value, id]
  }

  return {
    picked,
    isPicked: (id) => picked.value.includes(id),
    toggle,
    clear: () => void (picked.value = []),
  }
}
