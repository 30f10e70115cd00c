/** Casting ballots, each once however often it is asked for, and what became of them. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { CallFailed } from '@/api/wire'
import { type VotingParts, failureOf } from './parts'
import { type Outcome, type Posting, sendPosting, unanswered, writePosting } from './posting'
import type { ReadyBallot } from './reviewing'
import type { Slip } from './slips'

/** A ballot that was sent before and never answered. */
export interface Unanswered {
  slip: Slip
  posting: Posting
}

export interface Casting {
  isBusy: Ref<boolean>
  /** The last outcome of each slip. */
  outcomes: ShallowRef<readonly Outcome[]>
  /** Why nothing could be sent at all. */
  failure: ShallowRef<CallFailed | null>
  /** True once every ballot was sent, whatever became of it. */
  cast(parts: VotingParts, ready: readonly ReadyBallot[]): Promise<boolean>
  /** Sends again what was never answered: the same ballots under the same keys. */
  resend(parts: VotingParts, slips: readonly Slip[]): Promise<boolean>
}

export function unansweredOf(parts: VotingParts, slips: readonly Slip[]): Unanswered[] {
  return slips.flatMap((slip) => {
    const posting = unanswered(parts, slip)
    return posting ? [{ slip, posting }] : []
  })
}

export function useCasting(): Casting {
  const isBusy = ref(false)
  const outcomes: ShallowRef<readonly Outcome[]> = shallowRef([])
  const failure = shallowRef<CallFailed | null>(null)

  async function send(parts: VotingParts, written: readonly Unanswered[]): Promise<void> {
    const told: Outcome[] = []
    for (const { slip, posting } of written) told.push(await sendPosting(parts, slip, posting))
    const again = new Set(told.map(({ slip }) => slip))
    outcomes.value = [...outcomes.value.filter(({ slip }) => !again.has(slip)), ...told]
  }

  async function once(act: () => Promise<void>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    failure.value = null
    try {
      await act()
      return true
    } catch (reason) {
      failure.value = failureOf(reason)
      return false
    } finally {
      isBusy.value = false
    }
  }

  const cast: Casting['cast'] = (parts, ready) =>
    once(async () => {
      const written: Unanswered[] = []
      for (const { slip, made } of ready) {
        written.push({ slip, posting: await writePosting(parts, slip, made) })
      }
      await send(parts, written)
    })
  const resend: Casting['resend'] = (parts, slips) => once(() => send(parts, unansweredOf(parts, slips)))

  return { isBusy, outcomes, failure, cast, resend }
}
