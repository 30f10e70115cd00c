/** Sending a form: once at a time, and the same call again after a failure. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { CallFailed, Refused } from '@/api/wire'
import { newKey } from '@/platform/random'

export interface Submission<A extends unknown[], T> {
  isBusy: Ref<boolean>
  failure: ShallowRef<CallFailed | null>
  /** Sends; null where it failed (see `failure`) or is still under way. */
  submit(...content: A): Promise<T | null>
}

/**
 * Prepares to send by `send`, which gets an Idempotency-Key first. The key stays the same while the outcome
 * of a call is unknown, so that sending again cannot do it twice; a refusal or a success ends it, and so
 * does other content.
 */
export function useSubmission<A extends unknown[], T>(
  send: (key: string, ...content: A) => Promise<T>,
): Submission<A, T> {
  const isBusy = ref(false)
  const failure = shallowRef<CallFailed | null>(null)
  let pending: { key: string; content: string } | null = null

  async function keyFor(content: A): Promise<string> {
    const text = JSON.stringify(content)
    if (pending?.content !== text) pending = { key: await newKey(), content: text }
    return pending.key
  }

  async function submit(...content: A): Promise<T | null> {
    if (isBusy.value) return null
    isBusy.value = true
    failure.value = null
    try {
      const answer = await send(await keyFor(content), ...content)
      pending = null
      return answer
    } catch (reason) {
      if (!(reason instanceof CallFailed)) throw reason
      failure.value = reason
      if (reason instanceof Refused && !reason.mayRetry) pending = null
      return null
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, failure, submit }
}
