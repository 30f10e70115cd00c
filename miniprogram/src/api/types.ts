/** Short names for the forms of docs/openapi.json that pages and stores speak of. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Me = Schemas['MeView']
export type Role = Schemas['RoleView']
export type IssuedToken = Schemas['TokenView']
export type Home = Schemas['HomeView']
export type Residency = Schemas['ResidencyView']
export type ResidencyForm = Schemas['ResidencyForm']
export type Community = Schemas['CommunityView']
export type Message = Schemas['MessageView']
export type Inbox = Schemas['InboxView']
export type ConsentWorth = Schemas['ConsentWorthView']
export type Category = Schemas['CategoryView']
export type ReportForm = Schemas['ReportForm']
export type Ticket = Schemas['TicketView']
export type TicketRow = Schemas['RowView']
export type TicketPage = Schemas['PageView']
export type TicketEvent = Schemas['EventView']
export type ActForm = Schemas['ActForm']
export type DueClock = Schemas['ClockView']
export type Photo = Schemas['PhotoView']
