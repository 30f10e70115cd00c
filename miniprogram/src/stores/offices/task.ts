/** An act that may take a while: once at a time, with progress, and with its failure for the page. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { CallFailed } from '@/api/wire'
import { failureOf } from '@/stores/voting/parts'
import type { OnProgress } from './parts'

export interface Task<A extends unknown[], T> {
  isBusy: Ref<boolean>
  /** From 0 to 1; null while nothing is told. */
  progress: Ref<number | null>
  failure: ShallowRef<CallFailed | null>
  /** What the last run came to; null before it, and after a failure. */
  outcome: ShallowRef<T | null>
  /** Does it; null where it failed (see `failure`) or is still under way. */
  run(...given: A): Promise<T | null>
}

/** Prepares an act. What is no `CallFailed` is a fault of ours and is thrown on. */
export function useTask<A extends unknown[], T>(
  act: (onProgress: OnProgress, ...given: A) => Promise<T>,
): Task<A, T> {
  const isBusy = ref(false)
  const progress: Ref<number | null> = ref(null)
  const failure: ShallowRef<CallFailed | null> = shallowRef(null)
  const outcome: ShallowRef<T | null> = shallowRef(null)

  async function run(...given: A): Promise<T | null> {
    if (isBusy.value) return null
    isBusy.value = true
    failure.value = null
    outcome.value = null
    try {
      outcome.value = await act((share) => (progress.value = share), ...given)
      return outcome.value
    } catch (reason) {
      failure.value = failureOf(reason)
      return null
    } finally {
      isBusy.value = false
      progress.value = null
    }
  }

  return { isBusy, progress, failure, outcome, run }
}
