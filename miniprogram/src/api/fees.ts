/** Bills, payments, receipts, and who may see them: the resident's side of fees. */
import type { ArrearsAct, ArrearsCase, Bill, CaseRow, DisputeForm, FeeHome, FeePayment } from './feeTypes'
import type { FeeViewer, FeeYear, PayOrder, PayOrderForm, Receipt, UnitPlace } from './feeTypes'
import { server } from './server'

/** A page of a list, and from where the next one goes on. */
interface Page<T> {
  items: T[]
  next: string | null
}

/** States by which bills can be asked for, as fees name them. */
export type BillState = 'open' | 'part-paid' | 'overdue' | 'disputed' | 'paid' | 'cancelled'

function pathOf({ communityId, unitId }: UnitPlace): { community_id: string; unit_id: string } {
  return { community_id: communityId, unit_id: unitId }
}

function addressOf({ communityId, unitId }: UnitPlace): string {
  return `/api/v1/communities/${communityId}/units/${unitId}`
}

/** Every home whose bills the caller may see, with what is owed. */
export async function listFeeHomes(): Promise<FeeHome[]> {
  return (await server.call('get', '/api/v1/me/fees', {})).items
}

export function listBills(unit: UnitPlace, state?: BillState, cursor?: string): Promise<Page<Bill>> {
  const asked = { path: pathOf(unit), query: { state, cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/units/{unit_id}/bills', asked)
}

export function listPayments(unit: UnitPlace, cursor?: string): Promise<Page<FeePayment>> {
  const asked = { path: pathOf(unit), query: { cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/units/{unit_id}/payments', asked)
}

export function getYear(unit: UnitPlace, year: number): Promise<FeeYear> {
  const asked = { path: pathOf(unit), query: { year } }
  return server.call('get', '/api/v1/communities/{community_id}/units/{unit_id}/fee-year', asked)
}

/** A year month by month, drawn (SVG). */
export function getYearPicture(unit: UnitPlace, year: number): Promise<ArrayBuffer> {
  return server.picture(`${addressOf(unit)}/fee-year.svg?year=${year}`)
}

/** The account on the present day, as a page for paper (HTML). */
export function getStatementPage(unit: UnitPlace): Promise<ArrayBuffer> {
  return server.picture(`${addressOf(unit)}/statement.html`)
}

/** Family and tenants of a unit, and who of them sees its bills. */
export async function listViewers(unit: UnitPlace): Promise<FeeViewer[]> {
  const path = pathOf(unit)
  const at = '/api/v1/communities/{community_id}/units/{unit_id}/fee-authorisations'
  return (await server.call('get', at, { path })).items
}

/** Lets somebody of the unit see and pay its bills, or no more. */
export async function setViewer(unit: UnitPlace, accountId: string, mayView: boolean): Promise<void> {
  const path = { ...pathOf(unit), account_id: accountId }
  const at = '/api/v1/communities/{community_id}/units/{unit_id}/fee-authorisations/{account_id}'
  if (mayView) await server.call('put', at, { path })
  else await server.call('delete', at, { path })
}

export function listReceipts(unit: UnitPlace, cursor?: string): Promise<Page<Receipt>> {
  const asked = { path: pathOf(unit), query: { cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/units/{unit_id}/receipts', asked)
}

export function getReceipt(unit: UnitPlace, number: string): Promise<Receipt> {
  const path = { ...pathOf(unit), number }
  return server.call('get', '/api/v1/communities/{community_id}/units/{unit_id}/receipts/{number}', { path })
}

/** A receipt for A5 paper (HTML). */
export function getReceiptPage(unit: UnitPlace, number: string): Promise<ArrayBuffer> {
  return server.picture(`${addressOf(unit)}/receipts/${encodeURIComponent(number)}/page`)
}

/** The code by which anybody can check a receipt (PNG). */
export function getReceiptCode(unit: UnitPlace, number: string): Promise<ArrayBuffer> {
  return server.picture(`${addressOf(unit)}/receipts/${encodeURIComponent(number)}/qr.png`)
}

/** What was done about overdue bills of a unit. */
export async function listCases(unit: UnitPlace): Promise<CaseRow[]> {
  const path = pathOf(unit)
  const at = '/api/v1/communities/{community_id}/units/{unit_id}/arrears-cases'
  return (await server.call('get', at, { path })).items
}

export function getCase(caseId: string): Promise<ArrearsCase> {
  return server.call('get', '/api/v1/arrears-cases/{case_id}', { path: { case_id: caseId } })
}

export function actOnCase(caseId: string, body: ArrearsAct, key: string): Promise<ArrearsCase> {
  const path = { case_id: caseId }
  return server.call('post', '/api/v1/arrears-cases/{case_id}/acts', { path, body, key })
}

/** Disputes bills: whatever is done about them pauses. */
export function disputeBills(unit: UnitPlace, body: DisputeForm, key: string): Promise<ArrearsCase> {
  const asked = { path: pathOf(unit), body, key }
  return server.call('post', '/api/v1/communities/{community_id}/units/{unit_id}/bill-disputes', asked)
}

/** Orders the payment of bills, or of an amount in advance; the server reckons what it comes to. */
export function orderPayment(unit: UnitPlace, body: PayOrderForm, key: string): Promise<PayOrder> {
  const asked = { path: pathOf(unit), body, key }
  return server.call('post', '/api/v1/communities/{community_id}/units/{unit_id}/pay-orders', asked)
}

/** Has the server ask WeChat Pay how an order stands. */
export function askAfterOrder(communityId: string, orderId: string): Promise<PayOrder> {
  const path = { community_id: communityId, order_id: orderId }
  return server.call('post', '/api/v1/communities/{community_id}/pay-orders/{order_id}/query', { path })
}

/** The code that opens the payment in WeChat (PNG). */
export function getOrderCode(communityId: string, orderId: string): Promise<ArrayBuffer> {
  return server.picture(`/api/v1/communities/${communityId}/pay-orders/${orderId}/code?form=png`)
}
