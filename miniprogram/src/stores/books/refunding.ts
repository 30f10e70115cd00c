/** What a refund waits for. */
import type { Refund } from '@/api/feeTypes'

/** The way of paying back that the server carries out itself. */
const BY_CHANNEL = 'wechat'

export function awaitsDecision({ state }: Pick<Refund, 'state'>): boolean {
  return state === 'proposed'
}

/** Whether somebody has to hand the money over and enter the slip. */
export function awaitsSlip({ state, method }: Pick<Refund, 'state' | 'method'>): boolean {
  return state === 'approved' && method !== BY_CHANNEL
}
