// Writes a picture of every desk page for each role, at the width of a phone and of a desk, and judges each:
// no error, no fault that axe-core calls serious, nothing wider than the screen.
// Environment: APP_URL, SMS_FILE, OUT (a folder), DISPATCHER, WORKER, OFFICER, STREET (phones), WIDTHS
// (390,1280), TEXT_SIZES (standard,largest), APP_LANGUAGES (zh-Hans,en). Run by scripts/screenshots.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launch, Person } from './browser.mjs'

const { APP_URL, SMS_FILE, OUT, DISPATCHER, WORKER, OFFICER, STREET } = process.env
const server = { url: APP_URL, smsFile: SMS_FILE }
const widths = (process.env.WIDTHS ?? '390,1280').split(',').map(Number)
const sizes = (process.env.TEXT_SIZES ?? 'standard').split(',')
const languages = (process.env.APP_LANGUAGES ?? 'zh-Hans').split(',')

const desk = (...names) => ['home', 'queue', ...names].map((name) => `pages-staff/${name}/${name}`)
const FIGURES = 'pages-street/figures/figures'
const ROLES = {
  dispatcher: [DISPATCHER, [...desk('intake', 'residencies', 'templates'), FIGURES]],
  worker: [WORKER, desk()],
  officer: [OFFICER, desk('callbacks', 'reviews', 'residencies', 'hotline')],
  street: [STREET, [...desk('hotline'), FIGURES, 'pages-street/terms/terms']],
}
const faults = []

async function picture(person, path, name) {
  await person.page.goto('about:blank') // uni-app keeps a page if the query alone changes
  await person.go(path)
  await shoot(person, name)
}

async function shoot(person, name) {
  await person.page.waitForTimeout(350) // uni-app slides pages in
  const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) faults.push(`${name}: ${wide} px wider than the screen`)
  for (const fault of await person.inaccessible()) faults.push(`${name}: ${fault}`)
  await person.page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true })
}

function ask(person, path) {
  return person.page.evaluate(async (asked) => {
    const { data } = JSON.parse(localStorage.getItem('session'))
    const headers = { Authorization: `Bearer ${data.token}` }
    return (await fetch(`/api/v1${asked}`, { headers })).json()
  }, path)
}

/** A ticket of the queue in each state, so that every act's button is seen once. */
async function tickets(person, mark) {
  const seen = new Set()
  const { items } = await ask(person, '/desk/tickets')
  for (const { id, state } of items) {
    if (seen.has(state)) continue
    seen.add(state)
    await picture(person, `pages-staff/ticket/ticket?id=${id}`, `${mark}-ticket-${state}`)
  }
}

async function forms(person, mark) {
  const { items } = await ask(person, '/desk/tickets')
  const ticket = items.find(({ state }) => state === 'acknowledged') ?? items[0]
  for (const name of ['派单', '办结', '转入等待', '不予受理', '调整类别', '合并到另一张']) {
    await person.page.goto('about:blank')
    await person.go(`pages-staff/ticket/ticket?id=${ticket.id}`)
    await person.shown('uni-button', { hasText: name }).first().click()
    await person.settle()
    await shoot(person, `${mark}-form-${name}`)
  }
  await person.go('pages-staff/queue/queue')
  await person.shown('uni-button', { hasText: '更多筛选' }).click()
  await shoot(person, `${mark}-queue-filters`)
  await person.shown('uni-button', { hasText: '批量办理' }).click()
  await person.press('全选本页')
  await person.shown('[role=radio]', { hasText: /^\s*派单\s*$/ }).click()
  await person.settle()
  await shoot(person, `${mark}-queue-batch`)
}

async function behind(person, mark) {
  const [first, last] = [-60, 0].map((days) =>
    new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
  )
  const query = `first=${first}&last=${last}&measure=resolution_due`
  await picture(person, `pages-street/behind/behind?${query}`, `${mark}-behind`)
}

async function run(browser, [role, [phone, paths]], states) {
  for (const width of widths)
    for (const size of sizes)
      for (const language of languages) {
        const person = await Person.open(browser, server, { width, height: width > 900 ? 900 : 844 })
        if (states[role])
          await person.page.evaluate((kept) => Object.assign(localStorage, kept), states[role])
        else {
          await person.signIn(phone)
          states[role] = await person.page.evaluate(() => ({ ...localStorage }))
        }
        const keep = (name, data) =>
          person.page.evaluate(
            ([k, d]) => localStorage.setItem(k, JSON.stringify({ type: 'string', data: d })),
            [name, data],
          )
        await keep('text-size', size)
        await keep('language', language)
        await person.page.reload()
        await person.settle()
        const mark = [width, size, language, role]
          .filter((one) => !['standard', 'zh-Hans'].includes(one))
          .join('-')
        for (const path of paths) await picture(person, path, `${mark}-${path.split('/').at(-1)}`)
        await tickets(person, mark)
        if (role === 'dispatcher' && language === 'zh-Hans') await forms(person, mark)
        if (role === 'street') await behind(person, mark)
        if (role === 'street') {
          const [post] = (await ask(person, '/me/posts')).items
          await picture(person, `pages-board/board/board?community=${post.community_id}`, `${mark}-board`)
        }
        faults.push(...person.faults.map((fault) => `${mark}: ${fault}`))
        await person.close()
      }
}

mkdirSync(OUT, { recursive: true })
const browser = await launch()
const states = {}
for (const role of Object.entries(ROLES)) await run(browser, role, states)
await browser.close()
faults.forEach((fault) => console.error(fault))
process.exit(faults.length === 0 ? 0 : 1)
