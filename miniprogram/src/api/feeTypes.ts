/** Short names for what fees and disclosure are asked and answer. */
import type { components } from './schema'

type Schemas = components['schemas']

export type FeeHome = Schemas['MyFeesHomeView']
export type Bill = Schemas['NamedBillView']
export type BillLine = Schemas['LineView']
export type FeePayment = Schemas['FeePaymentView']
export type FeeYear = Schemas['FeeYearView']
export type FeeViewer = Schemas['FeeViewerView']
export type Receipt = Schemas['Receipt']
export type CaseRow = Schemas['CaseRowView']
export type ArrearsCase = Schemas['ArrearsCaseView']
export type ArrearsStep = Schemas['StepView']
export type ArrearsAct = Schemas['ArrearsActForm']
export type PayOrder = Schemas['PayOrderView']
export type PayOrderForm = Schemas['PayOrderForm']
export type DisputeForm = Schemas['DisputeForm']
export type Publication = Schemas['PublicationView']
export type MoneySummary = Schemas['CommonSummaryView']
export type MoneyEntry = Schemas['BookEntryView']
export type Paper = Schemas['DocumentView']
export type Enquiry = Schemas['EnquiryView']
export type FundWhole = Schemas['FundWholeView']
export type FundStanding = Schemas['FundStandingView']
export type FundAccount = Schemas['UnitAccountView']

/** A unit whose bills are spoken of. */
export interface UnitPlace {
  communityId: string
  unitId: string
}
