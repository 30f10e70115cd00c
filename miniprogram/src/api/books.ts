/** The firm's books: items, meters, runs, the counter, files, arrears, collections. */
import type {
  ArrearsPage,
  ChargeRun,
  Collections,
  FeeImport,
  FeeItem,
  FeeItemForm,
  FeeUnit,
} from './feeTypes'
import type { Meter, MeterForm, PaymentForm, PriceForm, ReadingForm, Remindable } from './feeTypes'
import type { ReminderOutcome, RunForm, RunReport, Settled, Statement, UnitPlace } from './feeTypes'
import { addressOf } from './client'
import { server } from './server'

interface Page<T> {
  items: T[]
  next: string | null
}

/** By what collections are added up. */
export type CollectedBy = 'method' | 'item' | 'period' | 'building'
/** Lists of a former system that can be taken over. */
export type ListKind = 'bills' | 'payments' | 'readings'
export type TableKind = 'csv' | 'xlsx'

function at(communityId: string): { community_id: string } {
  return { community_id: communityId }
}

export async function listItems(communityId: string): Promise<FeeItem[]> {
  const path = at(communityId)
  return (await server.call('get', '/api/v1/communities/{community_id}/fee-items', { path })).items
}

export function addItem(communityId: string, body: FeeItemForm, key: string): Promise<FeeItem> {
  const path = at(communityId)
  return server.call('post', '/api/v1/communities/{community_id}/fee-items', { path, body, key })
}

export async function addPrice(
  communityId: string,
  itemId: string,
  body: PriceForm,
  key: string,
): Promise<true> {
  const path = { ...at(communityId), item_id: itemId }
  const to = '/api/v1/communities/{community_id}/fee-items/{item_id}/prices'
  await server.call('post', to, { path, body, key })
  return true
}

/** Says on which day a price is last in force. */
export async function endPrice(
  communityId: string,
  priceId: string,
  day: string,
  key: string,
): Promise<true> {
  const path = { ...at(communityId), price_id: priceId }
  const to = '/api/v1/communities/{community_id}/fee-prices/{price_id}/end'
  await server.call('post', to, { path, body: { last_day: day }, key })
  return true
}

export async function listMeters(communityId: string): Promise<Meter[]> {
  const path = at(communityId)
  return (await server.call('get', '/api/v1/communities/{community_id}/meters', { path })).items
}

export async function addMeter(communityId: string, body: MeterForm, key: string): Promise<true> {
  const path = at(communityId)
  await server.call('post', '/api/v1/communities/{community_id}/meters', { path, body, key })
  return true
}

/** Enters a reading; an implausible one is refused with the reason. */
export async function addReading(communityId: string, body: ReadingForm, key: string): Promise<true> {
  const path = at(communityId)
  await server.call('post', '/api/v1/communities/{community_id}/readings', { path, body, key })
  return true
}

/** Says what a run would bill. */
export function previewRun(communityId: string, body: RunForm, key: string): Promise<RunReport> {
  const path = at(communityId)
  return server.call('post', '/api/v1/communities/{community_id}/charge-runs/preview', { path, body, key })
}

/** Bills it. */
export function commitRun(communityId: string, body: RunForm, key: string): Promise<RunReport> {
  const path = at(communityId)
  return server.call('post', '/api/v1/communities/{community_id}/charge-runs', { path, body, key })
}

export async function listRuns(communityId: string): Promise<ChargeRun[]> {
  const path = at(communityId)
  return (await server.call('get', '/api/v1/communities/{community_id}/charge-runs', { path })).items
}

/** Units whose label holds these words. */
export async function findUnits(communityId: string, label: string): Promise<FeeUnit[]> {
  const asked = { path: at(communityId), query: { label } }
  return (await server.call('get', '/api/v1/communities/{community_id}/fee-units', asked)).items
}

export function getStatement({ communityId, unitId }: UnitPlace): Promise<Statement> {
  const path = { community_id: communityId, unit_id: unitId }
  return server.call('get', '/api/v1/communities/{community_id}/units/{unit_id}/statement', { path })
}

/** Enters money taken at the counter; the same slip again is the same payment. */
export function enterPayment(communityId: string, body: PaymentForm, key: string): Promise<Settled> {
  const path = at(communityId)
  return server.call('post', '/api/v1/communities/{community_id}/payments', { path, body, key })
}

/** Undoes a bill or a payment by the opposite entry. */
export async function reverseEntry(
  communityId: string,
  entryId: number,
  reason: string,
  key: string,
): Promise<true> {
  const path = { ...at(communityId), entry_id: entryId }
  const to = '/api/v1/communities/{community_id}/journal-entries/{entry_id}/reversal'
  await server.call('post', to, { path, body: { reason }, key })
  return true
}

/** Takes a file over, or only says what it would do. */
export function importList(
  communityId: string,
  kind: ListKind,
  isDry: boolean,
  file: string,
): Promise<FeeImport> {
  const asked = { path: at(communityId), query: { kind, dry_run: isDry } }
  return server.upload('/api/v1/communities/{community_id}/fee-imports', 'file', file, asked)
}

/** What is owed past its due day, by unit and age. */
export function listArrears(communityId: string, building: string, cursor?: string): Promise<ArrearsPage> {
  const asked = { path: at(communityId), query: { building: building || undefined, cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/fee-arrears', asked)
}

export function getArrearsTable(
  communityId: string,
  building: string,
  kind: TableKind,
): Promise<ArrayBuffer> {
  const query = { building: building || undefined }
  return server.picture(addressOf(`/api/v1/communities/{id}/fee-arrears.${kind}`, { id: communityId }, query))
}

/** Holders with overdue bills that are not disputed. */
export function listRemindable(communityId: string, cursor?: string): Promise<Page<Remindable>> {
  const asked = { path: at(communityId), query: { after: cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/arrears', asked)
}

/** Reminds several holders, each once a week at most. */
export async function remind(
  communityId: string,
  holders: { unit_id: string; tenure: number }[],
  key: string,
): Promise<ReminderOutcome[]> {
  const asked = { path: at(communityId), body: { holders }, key }
  return (await server.call('post', '/api/v1/communities/{community_id}/arrears/reminders', asked)).items
}

export interface CollectedQuery {
  first_day: string
  last_day: string
  by: CollectedBy
}

export function getCollections(communityId: string, query: CollectedQuery): Promise<Collections> {
  const asked = { path: at(communityId), query }
  return server.call('get', '/api/v1/communities/{community_id}/fee-collections', asked)
}

export function getCollectionsTable(
  communityId: string,
  query: CollectedQuery,
  kind: TableKind,
): Promise<ArrayBuffer> {
  return server.picture(
    addressOf(`/api/v1/communities/{id}/fee-collections.${kind}`, { id: communityId }, query),
  )
}
