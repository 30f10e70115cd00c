/** What is published of common income and the maintenance fund: figures, entries, vouchers, questions. */
import type {
  Enquiry,
  FundAccount,
  FundWhole,
  MoneyEntry,
  MoneySummary,
  Publication,
  UnitPlace,
} from './feeTypes'
import { server } from './server'

interface Page<T> {
  items: T[]
  next: string | null
}

/** Pictures that the server draws (backend/disclosure). */
export type DisclosurePicture =
  'common-quarter' | 'common-quarters' | 'common-money' | 'fund-years' | 'fund-left'

/** Tables that can be taken along. */
export type DisclosureTable = 'common' | 'fund' | 'units'

function at(communityId: string): { path: { community_id: string } } {
  return { path: { community_id: communityId } }
}

/** Every publication, each version of each period. */
export async function listPublications(communityId: string): Promise<Publication[]> {
  return (await server.call('get', '/api/v1/communities/{community_id}/publications', at(communityId))).items
}

/** Income, cost and splits of the present quarter. */
export function getMoneySummary(communityId: string): Promise<MoneySummary> {
  return server.call('get', '/api/v1/communities/{community_id}/common-summary', at(communityId))
}

/** Draws the period that holds a day, the present one without a day (SVG). */
export function getPicture(communityId: string, name: DisclosurePicture, day = ''): Promise<ArrayBuffer> {
  const query = day ? `?day=${day}` : ''
  return server.picture(`/api/v1/communities/${communityId}/disclosure-pictures/${name}.svg${query}`)
}

export function getTable(
  communityId: string,
  table: DisclosureTable,
  kind: 'csv' | 'xlsx',
): Promise<ArrayBuffer> {
  return server.picture(`/api/v1/communities/${communityId}/disclosure-export.${kind}?table=${table}`)
}

/** Entries of common income, those recorded last first. */
export function listMoneyEntries(communityId: string, cursor?: string): Promise<Page<MoneyEntry>> {
  const asked = { ...at(communityId), query: { cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/common-entries', asked)
}

/** A voucher or contract: PDF or JPEG. */
export function getPaper(communityId: string, paperId: string): Promise<ArrayBuffer> {
  return server.picture(`/api/v1/communities/${communityId}/disclosure-papers/${paperId}`)
}

/** Asks the firm about an entry of common income. */
export function askAbout(communityId: string, entryId: number, text: string, key: string): Promise<Enquiry> {
  const path = { community_id: communityId, entry_id: entryId }
  const asked = { path, body: { text }, key }
  return server.call('post', '/api/v1/communities/{community_id}/common-entries/{entry_id}/enquiries', asked)
}

/** Questions with their answers, without who asked. */
export function listEnquiries(communityId: string, cursor?: string): Promise<Page<Enquiry>> {
  const asked = { ...at(communityId), query: { cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/disclosure-enquiries', asked)
}

/** What the community and its buildings have in the fund. */
export function getFund(communityId: string): Promise<FundWhole> {
  return server.call('get', '/api/v1/communities/{community_id}/fund', at(communityId))
}

/** The fund account of a unit, for its owners. */
export function getFundAccount({ communityId, unitId }: UnitPlace): Promise<FundAccount> {
  const path = { community_id: communityId, unit_id: unitId }
  return server.call('get', '/api/v1/communities/{community_id}/units/{unit_id}/fund-account', { path })
}
