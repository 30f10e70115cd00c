/** A list that comes page by page. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { useLoaded, type Loaded } from './loading'

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface Paged<T> extends Loaded<T[]> {
  hasMore: Ref<boolean>
  isLoadingMore: Ref<boolean>
  /** Adds the next page to what is shown; does nothing at the end or while one is on its way. */
  more(): Promise<void>
}

/** Prepares a list whose pages `fetch` brings; the first page has no cursor. */
export function usePaged<T>(fetch: (cursor?: string) => Promise<Page<T>>): Paged<T> {
  const next: ShallowRef<string | null> = shallowRef(null)
  const hasMore = ref(false)
  const isLoadingMore = ref(false)

  async function page(cursor?: string): Promise<T[]> {
    const found = await fetch(cursor)
    next.value = found.next
    hasMore.value = found.next !== null
    return found.items
  }

  const first = useLoaded(() => page())

  async function more(): Promise<void> {
    if (next.value === null || isLoadingMore.value) return
    isLoadingMore.value = true
    const before = first.content.value
    try {
      const added = await page(next.value)
      if (first.content.value === before) first.content.value = [...(before ?? []), ...added]
    } finally {
      isLoadingMore.value = false
    }
  }

  return { ...first, hasMore, isLoadingMore, more }
}
