/** Refunds, and where books, channel and bank differ. */
import type { Difference, Incident, Reconciliation, Refund, RefundForm } from './feeTypes'
import { server } from './server'

interface Page<T> {
  items: T[]
  next: string | null
}

export async function listRefunds(communityId: string): Promise<Refund[]> {
  const path = { community_id: communityId }
  return (await server.call('get', '/api/v1/communities/{community_id}/refunds', { path })).items
}

/** Proposes a refund; somebody else must approve it. */
export function proposeRefund(communityId: string, body: RefundForm, key: string): Promise<Refund> {
  const path = { community_id: communityId }
  return server.call('post', '/api/v1/communities/{community_id}/refunds', { path, body, key })
}

export function decideRefund(
  communityId: string,
  refundId: string,
  isApproved: boolean,
  note: string,
  key: string,
): Promise<Refund> {
  const path = { community_id: communityId, refund_id: refundId }
  const body = { is_approved: isApproved, note }
  const to = '/api/v1/communities/{community_id}/refunds/{refund_id}/decision'
  return server.call('post', to, { path, body, key })
}

/** Enters that an approved refund was paid out by hand. */
export function recordSlip(
  communityId: string,
  refundId: string,
  day: string,
  slip: string,
  key: string,
): Promise<Refund> {
  const path = { community_id: communityId, refund_id: refundId }
  const to = '/api/v1/communities/{community_id}/refunds/{refund_id}/slip'
  return server.call('post', to, { path, body: { day, slip }, key })
}

export function listDifferences(
  communityId: string,
  isOpenOnly: boolean,
  cursor?: string,
): Promise<Page<Difference>> {
  const asked = { path: { community_id: communityId }, query: { only_open: isOpenOnly, cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/differences', asked)
}

export function closeDifference(
  communityId: string,
  differenceId: string,
  note: string,
  key: string,
): Promise<Difference> {
  const path = { community_id: communityId, difference_id: differenceId }
  const to = '/api/v1/communities/{community_id}/differences/{difference_id}/closing'
  return server.call('post', to, { path, body: { note }, key })
}

/** What WeChat Pay said that fits nothing, still to be looked into. */
export async function listIncidents(communityId: string): Promise<Incident[]> {
  const path = { community_id: communityId }
  return (await server.call('get', '/api/v1/communities/{community_id}/channel-incidents', { path })).items
}

export function closeIncident(
  communityId: string,
  incidentId: string,
  note: string,
  key: string,
): Promise<Incident> {
  const path = { community_id: communityId, incident_id: incidentId }
  const to = '/api/v1/communities/{community_id}/channel-incidents/{incident_id}/closing'
  return server.call('post', to, { path, body: { note }, key })
}

export async function listReconciliations(communityId: string): Promise<Reconciliation[]> {
  const path = { community_id: communityId }
  return (await server.call('get', '/api/v1/communities/{community_id}/reconciliations', { path })).items
}

/** Has a day compared with the channel's bill again; the outcome is listed soon after. */
export async function reconcileDay(communityId: string, day: string, key: string): Promise<true> {
  const path = { community_id: communityId }
  await server.call('post', '/api/v1/communities/{community_id}/reconciliations', {
    path,
    body: { day },
    key,
  })
  return true
}

/** Compares transfers with a bank's list of credits. */
export function reconcileBank(communityId: string, file: string): Promise<Reconciliation> {
  const path = { community_id: communityId }
  return server.upload('/api/v1/communities/{community_id}/bank-reconciliations', 'file', file, { path })
}
