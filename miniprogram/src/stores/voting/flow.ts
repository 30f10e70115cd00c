/**
 * Voting in one assembly, step by step: the code, the choices, the review with the encrypted ballot, the cast.
 * The page binds it and holds nothing of its own. What stands behind the code stays in memory, and no
 * longer than it is needed.
 */
import { ref, shallowRef } from 'vue'
import { Untrusted, type CallFailed } from '@/api/wire'
import { useLoaded } from '@/stores/loading'
import { useCasting } from './casting'
import { useFilling } from './filling'
import { enterHall, prepareHall, type Hall } from './hall'
import { takeHeld } from '@/stores/heldLink'
import { readNotice } from './noticeLink'
import { type VotingParts, failureOf } from './parts'
import { useReviewing } from './reviewing'
import { openSlips, type Opened } from './slips'

export type FlowStep = 'code' | 'choose' | 'review' | 'done'
export type Flow = ReturnType<typeof useFlow>

/** Prepares the flow; `parts` answers null while nobody is signed in. */
export function useFlow(parts: () => VotingParts | null, assemblyId: () => string) {
  const step = ref<FlowStep>('code')
  const hall = useLoaded(() => enterHall(signedIn(parts()), assemblyId()))
  const coding = useCoding(() => hall.content.value)
  const filling = useFilling()
  const reviewing = useReviewing()
  const casting = useCasting()

  /** Loads, and takes up the code that a notice's link or the registrar's box brought. */
  async function load(): Promise<void> {
    await hall.load()
    const found = hall.content.value
    if (!found || step.value !== 'code') return
    void prepareHall(signedIn(parts()), found)
    const only = found.sealed.length === 1 ? found.sealed[0]?.code : undefined
    const linked = takeHeld(assemblyId())
    if (linked) enter(linked)
    else if (only) choose(only)
  }

  function choose(code: string): void {
    const slips = coding.accept(code)
    if (!slips) return
    filling.slips.value = slips
    step.value = 'choose'
  }

  /** Takes what was typed or scanned; `coding` says what is wrong with it. */
  function enter(text: string): void {
    const code = coding.read(text, assemblyId())
    if (code) choose(code)
  }

  /** Shows what was chosen, and encrypts it meanwhile. */
  async function review(): Promise<void> {
    if (filling.missing.value > 0 || filling.filled.value.length === 0) return
    step.value = 'review'
    await reviewing.encrypt(signedIn(parts()), filling.filled.value, coding.secrets(), filling.chosenIn)
  }

  /** Goes back to the choices. */
  function change(): void {
    reviewing.discard()
    step.value = 'choose'
  }

  async function cast(): Promise<void> {
    const isSent = await casting.cast(signedIn(parts()), reviewing.ready.value)
    if (isSent) finish()
  }

  async function resend(): Promise<void> {
    const isSent = await casting.resend(signedIn(parts()), hall.content.value?.slips ?? [])
    if (isSent) finish()
  }

  function finish(): void {
    coding.forget()
    step.value = 'done'
  }

  const steps = { load, choose, enter, review, change, cast, resend }
  return { step, hall, coding, filling, reviewing, casting, ...steps }
}

/** The code: whose it is, or what is wrong with it. */
function useCoding(hall: () => Hall | null) {
  const failure = shallowRef<CallFailed | null>(null)
  const isUnreadable = ref(false)
  let secrets: Opened['secrets'] = new Map()

  /** Returns the slips that a code opens; null where it opens none, and `failure` says why. */
  function accept(code: string): Opened['slips'] | null {
    failure.value = null
    try {
      const opened = openSlips(hall()?.slips ?? [], code)
      secrets = opened.secrets
      return opened.slips
    } catch (reason) {
      failure.value = failureOf(reason)
      return null
    }
  }

  /** Reads a code out of a text; null where there is none, or one for another assembly. */
  function read(text: string, assemblyId: string): string | null {
    const found = readNotice(text)
    isUnreadable.value = found === null
    failure.value = null
    if (!found || found.assembly === null || found.assembly === assemblyId) return found?.code ?? null
    failure.value = new Untrusted('other-assembly', 'the notice is for another assembly')
    return null
  }

  function forget(): void {
    secrets = new Map()
  }

  return { failure, isUnreadable, accept, read, forget, secrets: () => secrets }
}

function signedIn(parts: VotingParts | null): VotingParts {
  if (!parts) throw new RangeError('nobody is signed in')
  return parts
}
