/** What a page shows while it waits, when nothing came, and when it came. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { CallFailed } from '@/api/wire'

export type Stage = 'loading' | 'ready' | 'failed'

/** Something that a page loads. */
export interface Loaded<T> {
  stage: Ref<Stage>
  content: ShallowRef<T | null>
  failure: ShallowRef<CallFailed | null>
  /** Loads, or loads again; what is shown stays until the new content is there. */
  load(): Promise<void>
}

/** Prepares to load by `fetch`. What is not a `CallFailed` is a fault of ours and is thrown on. */
export function useLoaded<T>(fetch: () => Promise<T>): Loaded<T> {
  const stage = ref<Stage>('loading')
  const content: ShallowRef<T | null> = shallowRef(null)
  const failure = shallowRef<CallFailed | null>(null)
  let latest = 0

  async function load(): Promise<void> {
    const mine = ++latest // an answer to an earlier question comes too late
    if (content.value === null) stage.value = 'loading'
    try {
      const found = await fetch()
      if (mine !== latest) return
      content.value = found
      failure.value = null
      stage.value = 'ready'
    } catch (reason) {
      if (!(reason instanceof CallFailed)) throw reason
      if (mine !== latest) return
      failure.value = reason
      stage.value = 'failed'
    }
  }

  return { stage, content, failure, load }
}
