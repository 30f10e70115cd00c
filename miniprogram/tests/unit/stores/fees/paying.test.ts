import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import type { PayOrder } from '@/api/feeTypes'
import { stageOf, usePaying, type Paying } from '@/stores/fees/paying'
import { emptyDevice } from '../../device'

const UNIT = { communityId: 'c', unitId: 'u' }

function anOrder(state: string, changes: Partial<PayOrder> = {}): PayOrder {
  const at = '2026-11-24T10:00:00+08:00'
  const rest = { unit_id: 'u', number: 'n', way: 'native', description: '', ordered_at: at, expires_at: at }
  const open = { amount_fen: 100, bills: [], pay: null, payment_id: null, code_url: 'weixin://pay' }
  return { id: 'o1', state, ...rest, ...open, ...changes }
}

/** A server that answers in turn; the last answer stays. Null: it cannot be reached. */
function answering(...answers: (PayOrder | null)[]): { method: string; url: string }[] {
  const calls: { method: string; url: string }[] = []
  const device = emptyDevice()
  vi.stubGlobal('uni', {
    getStorageSync: (name: string) => device.get(name) ?? '',
    request: (asked: {
      method: string
      url: string
      success(answer: { statusCode: number; data: string }): void
      fail(failure: { errMsg: string }): void
    }) => {
      calls.push({ method: asked.method, url: asked.url })
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      if (answer) asked.success({ statusCode: 200, data: JSON.stringify(answer) })
      else asked.fail({ errMsg: 'request:fail' })
    },
  })
  return calls
}

async function until(isSo: () => boolean): Promise<void> {
  await vi.waitFor(() => {
    if (!isSo()) throw new Error('not yet')
  })
}

let paying: Paying

beforeEach(() => {
  paying = usePaying(ref(UNIT), 1)
})

describe('paying by the code in a browser', () => {
  it('orders, shows the code, and asks until the server says that the money came', async () => {
    const calls = answering(anOrder('placed'), anOrder('placed'), anOrder('paid', { payment_id: 7 }))
    await paying.start({ billIds: [1], prepayFen: 0 })
    expect([paying.stage.value, paying.order.value?.code_url]).toEqual(['waiting', 'weixin://pay'])
    await until(() => paying.stage.value === 'paid')
    expect(paying.order.value?.payment_id).toBe(7)
    expect(calls.map(({ url }) => url.split('/').pop())).toEqual(['pay-orders', 'query', 'query'])
  })

  it('goes on asking after a question that found no network, and says so meanwhile', async () => {
    answering(anOrder('placed'), null, anOrder('paid'))
    await paying.start({ billIds: [1], prepayFen: 0 })
    await until(() => paying.trouble.value !== null || paying.stage.value === 'paid')
    await until(() => paying.stage.value === 'paid')
    expect(paying.trouble.value).toBeNull()
  })

  it('asks no more once it is paid, closed, or the page is left', async () => {
    const calls = answering(anOrder('placed'), anOrder('closed'))
    await paying.start({ billIds: [1], prepayFen: 0 })
    await until(() => paying.stage.value === 'closed')
    const asked = calls.length
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(calls.length).toBe(asked)
  })
})

describe('the stage of an order', () => {
  it.each([
    [null, false, 'ready'],
    [anOrder('unknown'), false, 'waiting'],
    [anOrder('placed'), true, 'asking'],
    [anOrder('paid'), true, 'paid'],
    [anOrder('closed'), false, 'closed'],
  ] as const)('%#', (order, wasSent, stage) => expect(stageOf(order, wasSent)).toBe(stage))
})
