// Writes a picture of every page at the width of a phone and of a desk, and judges each: no error, no fault
// that axe-core calls serious, nothing wider than the screen. Run by scripts/screenshots.
// Environment: APP_URL, SMS_FILE, OWNER (a phone), OUT (a folder), WIDTHS, TEXT_SIZES, APP_LANGUAGES.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launch, Person } from './browser.mjs'
import { feePages } from './pages-fees.mjs'

const server = { url: process.env.APP_URL, smsFile: process.env.SMS_FILE }
const out = process.env.OUT
const widths = (process.env.WIDTHS ?? '390,1280').split(',').map(Number)
const sizes = (process.env.TEXT_SIZES ?? 'standard').split(',')
const languages = (process.env.APP_LANGUAGES ?? 'zh-Hans').split(',')

const GUEST = ['pages/home/home', 'pages/sign-in/sign-in', 'pages/mine/mine', 'pages-mine/settings/settings']
const OWN = [
  'pages/home/home',
  'pages/report/report',
  'pages/vote/vote',
  'pages/mine/mine',
  'pages-ticket/list/list',
  'pages-mine/homes/homes',
  'pages-mine/bind/bind',
  'pages-mine/inbox/inbox',
  'pages-mine/settings/settings',
  'pages-mine/privacy/privacy',
  'pages-vote/receipts/receipts',
  'pages-vote/device/device',
]

const faults = []

function nameOf(path) {
  return path.split('?')[0].split('/').at(-1)
}

async function picture(person, path, name) {
  if (path.includes('?')) await person.page.goto('about:blank') // uni-app keeps a page if the query alone changes
  await person.go(path)
  await person.page.waitForTimeout(350) // uni-app slides pages in
  const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) faults.push(`${name}: ${wide} px wider than the screen`)
  for (const fault of await person.inaccessible()) faults.push(`${name}: ${fault}`)
  await person.page.screenshot({ path: join(out, `${name}.png`), fullPage: true })
}

async function ticketsOf(person) {
  return person.page.evaluate(async () => {
    const { data } = JSON.parse(localStorage.getItem('session'))
    const headers = { Authorization: `Bearer ${data.token}` }
    const { items } = await (await fetch('/api/v1/me/tickets', { headers })).json()
    return items.map(({ id, state }) => ({ id, state }))
  })
}

let session = null

/** Codes are limited by phone and hour: the first sign-in serves every screen. */
async function signInOnce(person) {
  if (session === null) {
    await person.page.reload()
    await person.signIn(process.env.OWNER)
    session = await person.page.evaluate(() => localStorage.getItem('session'))
  }
  await person.page.evaluate((kept) => localStorage.setItem('session', kept), session)
}

async function assembliesOf(person) {
  return person.page.evaluate(async () => {
    const { data } = JSON.parse(localStorage.getItem('session'))
    const headers = { Authorization: `Bearer ${data.token}` }
    const asked = async (path) => (await (await fetch(`/api/v1${path}`, { headers })).json()).items
    const [home] = await asked('/me/homes')
    return (await asked(`/communities/${home.community_id}/assemblies`)).map(({ id }) => id)
  })
}

async function run(browser, width, size, language) {
  const person = await Person.open(browser, server, { width, height: width > 900 ? 900 : 844 })
  const keep = (name, data) =>
    person.page.evaluate(
      ([k, d]) => localStorage.setItem(k, JSON.stringify({ type: 'string', data: d })),
      [name, data],
    )
  const mark = [
    width,
    ...(size === 'standard' ? [] : [size]),
    ...(language === 'zh-Hans' ? [] : [language]),
  ].join('-')
  await person.page.evaluate(() => localStorage.clear())
  await keep('text-size', size)
  await person.page.reload()
  await person.settle()
  for (const path of GUEST) await picture(person, path, `${mark}-guest-${nameOf(path)}`)
  await signInOnce(person)
  await keep('language', language)
  await person.page.reload()
  for (const path of [...OWN, ...(await feePages(person))])
    await picture(person, path, `${mark}-${nameOf(path)}`)
  const seen = new Set()
  for (const { id, state } of await ticketsOf(person)) {
    if (seen.has(state)) continue
    seen.add(state)
    await picture(person, `pages-ticket/detail/detail?id=${id}`, `${mark}-ticket-${state}`)
  }
  for (const id of await assembliesOf(person)) {
    await picture(person, `pages-vote/assembly/assembly?id=${id}`, `${mark}-assembly`)
    await picture(person, `pages-vote/cast/cast?id=${id}`, `${mark}-cast`)
  }
  faults.push(...person.faults.map((fault) => `${mark}: ${fault}`))
  await person.close()
}

mkdirSync(out, { recursive: true })
const browser = await launch()
for (const width of widths)
  for (const size of sizes) for (const language of languages) await run(browser, width, size, language)
await browser.close()
faults.forEach((fault) => console.error(fault))
process.exit(faults.length === 0 ? 0 : 1)
