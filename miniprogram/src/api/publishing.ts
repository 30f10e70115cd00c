/** Common income as the firm enters it, and what it publishes and answers. */
import type { Enquiry, MoneyForm, MoneySource, Paper, PublicationDue, SourceForm } from './feeTypes'
import { server } from './server'

export async function listSources(communityId: string): Promise<MoneySource[]> {
  const path = { community_id: communityId }
  return (await server.call('get', '/api/v1/communities/{community_id}/common-sources', { path })).items
}

export function addSource(communityId: string, body: SourceForm, key: string): Promise<MoneySource> {
  const path = { community_id: communityId }
  return server.call('post', '/api/v1/communities/{community_id}/common-sources', { path, body, key })
}

/** Enters income or a cost with its vouchers; the same number again is the same entry. */
export async function enterMoney(communityId: string, body: MoneyForm, key: string): Promise<true> {
  const path = { community_id: communityId }
  await server.call('post', '/api/v1/communities/{community_id}/common-entries', { path, body, key })
  return true
}

export async function reverseMoney(
  communityId: string,
  entryId: number,
  reason: string,
  key: string,
): Promise<true> {
  const path = { community_id: communityId, entry_id: entryId }
  const to = '/api/v1/communities/{community_id}/common-entries/{entry_id}/reversal'
  await server.call('post', to, { path, body: { reason }, key })
  return true
}

/** Sends a contract or voucher, personal data hidden before. */
export function uploadPaper(communityId: string, name: string, file: string): Promise<Paper> {
  const asked = { path: { community_id: communityId }, query: { name } }
  return server.upload('/api/v1/communities/{community_id}/disclosure-papers', 'file', file, asked)
}

/** Every period with its limit and how it stands. */
export async function listPublicationsDue(communityId: string): Promise<PublicationDue[]> {
  const path = { community_id: communityId }
  return (await server.call('get', '/api/v1/communities/{community_id}/publication-calendar', { path })).items
}

/** Freezes and signs what the books say of a period. */
export async function publish(
  communityId: string,
  due: Pick<PublicationDue, 'kind' | 'first_day' | 'publication_id'>,
  reason: string,
  key: string,
): Promise<true> {
  const { kind, first_day, publication_id: replaces_id } = due
  const path = { community_id: communityId }
  const body = { kind, first_day, replaces_id, reason }
  await server.call('post', '/api/v1/communities/{community_id}/publications', { path, body, key })
  return true
}

export function answerEnquiry(
  communityId: string,
  enquiryId: string,
  text: string,
  key: string,
): Promise<Enquiry> {
  const path = { community_id: communityId, enquiry_id: enquiryId }
  const to = '/api/v1/communities/{community_id}/disclosure-enquiries/{enquiry_id}/answer'
  return server.call('post', to, { path, body: { text }, key })
}
