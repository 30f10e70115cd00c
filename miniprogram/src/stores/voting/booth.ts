/** The flow as the voting page binds it: in the chosen language, as strings and flags, with the platform's scanner. */
import { computed, ref, watch } from 'vue'
import { endText, instantText } from '@/locales/moments'
import { words } from '@/locales/words'
import { scan as scanCode } from '@/platform/scanning'
import { tell } from '@/stores/notices'
import { goTo, replaceBy } from '@/stores/routes'
import { useFlow, type Flow } from './flow'
import type { VotingParts } from './parts'
import type { Slip } from './slips'
import { ballotView, choiceViews } from './views'

/** Prepares what the page shows and does. */
export function useBooth(parts: () => VotingParts | null, assemblyId: () => string) {
  const flow = useFlow(parts, assemblyId)
  const { step, hall, load, review, change, cast, resend } = flow
  const notScanned = ref(false)
  watch(step, () => uni.pageScrollTo({ scrollTop: 0, duration: 0 }), { flush: 'post' })
  const views = { ...codeViews(flow, notScanned), ...ballotViews(flow), ...castViews(flow) }

  function enter(text: string): void {
    notScanned.value = false
    flow.enter(text)
  }

  async function scan(): Promise<void> {
    const text = await scanCode()
    if (text === null) notScanned.value = true
    else enter(text)
  }

  function useSealed(pseudonym: string): void {
    const found = hall.content.value?.sealed.find((one) => one.pseudonym === pseudonym)
    if (found) flow.choose(found.code)
  }

  function tap(uuid: string, item: string, answer: string): void {
    const slip = flow.filling.open.value.find(({ pinned }) => pinned.manifest.uuid === uuid)
    if (!slip || flow.filling.tap(slip, item, answer)) return
    const most = views.ballots.value.flatMap(({ items }) => items).find(({ id }) => id === item)?.most
    tell(words.value.voting.ballot.tooMany(most ?? 1))
  }

  const see = (tracker: string): void => goTo('receipt', { tracker })
  const leave = (): void => replaceBy('assembly', { id: assemblyId() })

  return { step, hall, views, load, enter, scan, useSealed, tap, review, change, cast, resend, see, leave }
}

function codeViews({ hall, coding }: Flow, notScanned: { value: boolean }) {
  const assembly = computed(() => hall.content.value?.assembly)
  const codeWrong = computed(() => {
    const { code } = words.value.voting
    if (notScanned.value) return code.noneScanned
    return coding.isUnreadable.value ? code.unreadable : ''
  })
  const sealed = computed(() => {
    const labels = new Map(hall.content.value?.entries.map((one) => [one.pseudonym, one.labels.join('、')]))
    const found = hall.content.value?.sealed ?? []
    return found.map(({ pseudonym }) => ({ pseudonym, labels: labels.get(pseudonym) ?? pseudonym }))
  })
  return {
    title: computed(() => assembly.value?.title ?? ''),
    isDrill: computed(() => assembly.value?.drill ?? false),
    obstacle: computed(() => obstacleTo(hall.content.value)),
    codeFailure: coding.failure,
    codeWrong,
    sealed,
  }
}

/** Why nothing can be filled in, in words; empty where it can. */
function obstacleTo(hall: Flow['hall']['content']['value']): string {
  if (!hall) return ''
  const { code, assembly } = words.value.voting
  const { stage, opens_at: opensAt } = hall.assembly
  if (typeof BigInt !== 'function') return code.noBigInt
  if (stage === 'READY' && opensAt) return code.wait(instantText(words.value, opensAt))
  if (['DRAFT', 'REVIEW', 'NOTICED'].includes(stage)) return code.notYet
  if (stage !== 'OPEN') return code.closed
  return hall.entries.length === 0 ? assembly.mineNone : ''
}

function ballotViews({ hall, filling }: Flow) {
  const ballots = computed(() =>
    filling.slips.value.map((slip) => ballotView(words.value, slip, filling.chosenIn(slip))),
  )
  const forWhom = computed(() => {
    const [slip] = filling.slips.value
    return slip ? words.value.voting.ballot.forWhom(slip.labels.join('、')) : ''
  })
  const until = computed(() => {
    const closesAt = hall.content.value?.assembly.closes_at
    return closesAt ? words.value.voting.ballot.until(endText(words.value, closesAt)) : ''
  })
  return { ballots, forWhom, until, missing: filling.missing }
}

function castViews(flow: Flow) {
  const { hall, filling, reviewing, casting } = flow
  const reviewed = computed(() =>
    filling.filled.value.map((slip) => {
      const made = reviewing.ready.value.find((one) => one.slip === slip)?.made
      const view = ballotView(words.value, slip, filling.chosenIn(slip))
      return { uuid: view.uuid, scope: view.scope, choices: choiceViews(view), tracker: made?.tracker ?? '' }
    }),
  )
  const leftOut = computed(() =>
    filling.open.value.filter((slip) => !filling.filled.value.includes(slip)).map(scopeOf),
  )
  const lasting = computed(() => {
    const left = filling.filled.value.map(({ changesLeft, pinned }) =>
      changesLeft === null ? pinned.manifest.maxChanges : changesLeft - 1,
    )
    const most = Math.min(...left)
    const { review } = words.value.voting
    return most > 0 && left.length > 0 ? review.changeable(most) : review.final
  })
  const outcomes = computed(() =>
    casting.outcomes.value.map((one) => ({
      uuid: one.slip.pinned.manifest.uuid,
      scope: scopeOf(one.slip),
      state: one.state,
      tracker: one.state === 'cast' ? one.receipt.tracker : '',
      url: one.state === 'cast' ? (one.receipt.url ?? '') : '',
      failure: one.state === 'cast' ? null : one.failure,
    })),
  )
  return {
    reviewed,
    leftOut,
    lasting,
    outcomes,
    progress: reviewing.progress,
    isEncrypted: computed(() => reviewing.ready.value.length > 0),
    isCasting: casting.isBusy,
    castFailure: casting.failure,
    pendingCount: computed(() => hall.content.value?.unanswered.length ?? 0),
  }
}

function scopeOf({ pinned }: Slip): string {
  return words.value.voting.assembly.scope(pinned.manifest.scope)
}
