/** Addresses of pages, and going there. */

export const PAGES = {
  home: '/pages/home/home',
  report: '/pages/report/report',
  vote: '/pages/vote/vote',
  mine: '/pages/mine/mine',
  signIn: '/pages/sign-in/sign-in',
  tickets: '/pages-ticket/list/list',
  ticket: '/pages-ticket/detail/detail',
  homes: '/pages-mine/homes/homes',
  bind: '/pages-mine/bind/bind',
  inbox: '/pages-mine/inbox/inbox',
  settings: '/pages-mine/settings/settings',
  privacy: '/pages-mine/privacy/privacy',
  desk: '/pages-staff/home/home',
  queue: '/pages-staff/queue/queue',
  staffTicket: '/pages-staff/ticket/ticket',
  callBacks: '/pages-staff/callbacks/callbacks',
  reviews: '/pages-staff/reviews/reviews',
  residencies: '/pages-staff/residencies/residencies',
  hotline: '/pages-staff/hotline/hotline',
  intake: '/pages-staff/intake/intake',
  templates: '/pages-staff/templates/templates',
  figures: '/pages-street/figures/figures',
  behind: '/pages-street/behind/behind',
  terms: '/pages-street/terms/terms',
  board: '/pages-board/board/board',
  assembly: '/pages-vote/assembly/assembly',
  cast: '/pages-vote/cast/cast',
  receipts: '/pages-vote/receipts/receipts',
  receipt: '/pages-vote/receipt/receipt',
  result: '/pages-vote/result/result',
  device: '/pages-vote/device/device',
  offices: '/pages-office/list/list',
  registrar: '/pages-office/registrar/registrar',
  sealCode: '/pages-office/seal/seal',
  notices: '/pages-office/notices/notices',
  trustee: '/pages-office/trustee/trustee',
  backup: '/pages-office/backup/backup',
  auditor: '/pages-office/auditor/auditor',
  counter: '/pages-office/counter/counter',
  chair: '/pages-chair/list/list',
  chairAssembly: '/pages-chair/assembly/assembly',
  draft: '/pages-chair/draft/draft',
  people: '/pages-chair/people/people',
  roll: '/pages-chair/roll/roll',
  fees: '/pages-fees/overview/overview',
  bills: '/pages-fees/bills/bills',
  pay: '/pages-fees/pay/pay',
  feeReceipts: '/pages-fees/receipts/receipts',
  feeReceipt: '/pages-fees/receipt/receipt',
  feeYear: '/pages-fees/year/year',
  feeViewers: '/pages-fees/viewers/viewers',
  arrears: '/pages-fees/cases/cases',
  arrearsCase: '/pages-fees/case/case',
  dispute: '/pages-fees/dispute/dispute',
  disclosure: '/pages-fees/disclosure/disclosure',
  moneyEntries: '/pages-fees/entries/entries',
  fund: '/pages-fees/fund/fund',
  enquiries: '/pages-fees/questions/questions',
  books: '/pages-books/home/home',
  feeCounter: '/pages-books/counter/counter',
  feeItems: '/pages-books/items/items',
  meters: '/pages-books/meters/meters',
  chargeRun: '/pages-books/run/run',
  feeImport: '/pages-books/imports/imports',
  feeArrears: '/pages-books/arrears/arrears',
  reminders: '/pages-books/reminders/reminders',
  collections: '/pages-books/collections/collections',
  refunds: '/pages-books/refunds/refunds',
  differences: '/pages-books/differences/differences',
  moneyDesk: '/pages-books/money/money',
  publishing: '/pages-books/publishing/publishing',
} as const

export type PageName = keyof typeof PAGES

/** The pages of the tab bar, in its order. */
export const TABS = ['home', 'report', 'vote', 'mine'] as const satisfies readonly PageName[]

const tabs: readonly PageName[] = TABS

/** Goes to a page; parameters become its query. */
export function goTo(page: PageName, parameters: Record<string, string> = {}): void {
  const url = PAGES[page]
  if (tabs.includes(page)) uni.switchTab({ url })
  else uni.navigateTo({ url: url + queryOf(parameters) })
}

/** Puts a page in the place of this one, so that "back" does not lead to a form that was sent. */
export function replaceBy(page: PageName, parameters: Record<string, string> = {}): void {
  uni.redirectTo({ url: PAGES[page] + queryOf(parameters) })
}

/** Goes back, or home where there is nothing behind. */
export function goBack(): void {
  if (getCurrentPages().length > 1) uni.navigateBack()
  else goTo('home')
}

/** The page at a path, null for one that is not ours. */
export function pageAt(path: string): PageName | null {
  const names = Object.keys(PAGES) as PageName[]
  return names.find((name) => PAGES[name] === path) ?? null
}

function queryOf(parameters: Record<string, string>): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return pairs.length ? `?${pairs.join('&')}` : ''
}
