/** Paying by WeChat: order, pay or show the code, and ask until the server knows that the money came. */
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { askAfterOrder, orderPayment } from '@/api/fees'
import type { PayOrder, PayOrderForm, UnitPlace } from '@/api/feeTypes'
import { CallFailed } from '@/api/wire'
import { hasPaymentDialog, pay, type PaymentRequest } from '@/platform/payment'
import { useSubmission, type Submission } from '../submitting'

/** `ready`: nothing ordered; `asking`: WeChat's dialog ended well, the server is asked whether money came. */
export type PayStage = 'ready' | 'waiting' | 'asking' | 'paid' | 'closed'

/** What is to be paid: bills, or an amount in advance. */
export interface Wanted {
  billIds: number[]
  prepayFen: number
}

/** So long between two questions, unless the test wants it shorter. */
export const ASK_EVERY_MS = 3000

export interface Paying {
  order: ShallowRef<PayOrder | null>
  stage: ComputedRef<PayStage>
  /** True after the person turned back in WeChat's dialog. */
  isCancelled: Ref<boolean>
  ordering: Submission<[PayOrderForm], PayOrder>
  /** Why the last question could not be answered; asking goes on. */
  trouble: ShallowRef<CallFailed | null>
  start(wanted: Wanted): Promise<void>
  /** Asks now; for the button, and when the page is shown again. */
  ask(): Promise<void>
  /** Stops asking: the page is left. What was paid enters the books without it. */
  stop(): void
}

/** The state of an order in a page's words. */
export function stageOf(order: PayOrder | null, wasSent: boolean): PayStage {
  if (!order) return 'ready'
  if (order.state === 'paid' || order.state === 'closed') return order.state
  return wasSent ? 'asking' : 'waiting'
}

export function usePaying(unit: Readonly<Ref<UnitPlace>>, everyMs: number = ASK_EVERY_MS): Paying {
  const order = shallowRef<PayOrder | null>(null)
  const wasSent = ref(false)
  const isCancelled = ref(false)
  const trouble = shallowRef<CallFailed | null>(null)
  const stage = computed(() => stageOf(order.value, wasSent.value))
  const ordering = useSubmission((key, form: PayOrderForm) => orderPayment(unit.value, form, key))
  let timer: ReturnType<typeof setTimeout> | undefined

  function stop(): void {
    clearTimeout(timer)
  }

  function askLater(): void {
    stop()
    if (stage.value === 'waiting' || stage.value === 'asking') timer = setTimeout(() => void ask(), everyMs)
  }

  async function ask(): Promise<void> {
    if (!order.value || stage.value === 'paid') return
    try {
      order.value = await askAfterOrder(unit.value.communityId, order.value.id)
      trouble.value = null
    } catch (reason) {
      if (!(reason instanceof CallFailed)) throw reason
      trouble.value = reason
    }
    askLater()
  }

  async function start({ billIds, prepayFen }: Wanted): Promise<void> {
    const way = hasPaymentDialog() ? 'jsapi' : 'native'
    isCancelled.value = wasSent.value = false
    const made = await ordering.submit({ way, bill_ids: billIds, prepay_fen: prepayFen })
    if (!made) return
    order.value = made
    if (made.pay && way === 'jsapi') await showDialog(made.pay)
    askLater()
  }

  /** WeChat's own dialog; the order stays open where the person turns back. */
  async function showDialog(request: Record<string, string>): Promise<void> {
    const outcome = await pay(request as unknown as PaymentRequest).catch(() => 'cancelled' as const)
    wasSent.value = outcome === 'asked'
    isCancelled.value = outcome === 'cancelled'
    if (isCancelled.value) order.value = null
    else await ask()
  }

  return { order, stage, isCancelled, ordering, trouble, start, ask, stop }
}
