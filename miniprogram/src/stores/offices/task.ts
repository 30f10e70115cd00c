/** An act that may take a while: once at a time, with progress, stopped on demand, and with its failure for the page. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { CallFailed } from '@/api/wire'
import { failureOf } from '@/stores/voting/parts'
import { WorkCancelled } from '@/voting/work'
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
  /** Ends what is under way, at the next step that it tells of; it then has neither an outcome nor a failure. */
  stop(): void
}

/** Prepares an act. What is no `CallFailed` is a fault of ours and is thrown on. */
export function useTask<A extends unknown[], T>(
  act: (onProgress: OnProgress, ...given: A) => Promise<T>,
): Task<A, T> {
  const isBusy = ref(false)
  const progress: Ref<number | null> = ref(null)
  const failure: ShallowRef<CallFailed | null> = shallowRef(null)
  const outcome: ShallowRef<T | null> = shallowRef(null)

  let isStopped = false

  function tell(share: number): void {
    if (isStopped) throw new WorkCancelled('it was stopped')
    progress.value = share
  }

  async function run(...given: A): Promise<T | null> {
    if (isBusy.value) return null
    isBusy.value = true
    isStopped = false
    failure.value = null
    outcome.value = null
    try {
      outcome.value = await act(tell, ...given)
      return outcome.value
    } catch (reason) {
      if (!(reason instanceof WorkCancelled)) failure.value = failureOf(reason)
      return null
    } finally {
      isBusy.value = false
      progress.value = null
    }
  }

  const stop = (): void => void (isStopped = true)
  return { isBusy, progress, failure, outcome, run, stop }
}
