// The desk in browsers: an owner whistles (over HTTP), the dispatcher assigns the ticket at a desk, the worker
// resolves it on a phone with a proof photo, the owner rates it (over HTTP), and the street reads the figures
// and drills down to the tickets behind them; meanwhile the community's officer does what community.mjs tells.
// Nothing may go wrong, and axe-core finds no serious fault.
// Environment: APP_URL, SMS_FILE, OWNER, TENANT, DISPATCHER, WORKER, OFFICER, STREET (phones), PHOTO (a file).
import assert from 'node:assert/strict'
import { button, call as callOf, checkPage, tokenOf } from './api.mjs'
import { launch, Person } from './browser.mjs'
import * as community from './community.mjs'

const { APP_URL, SMS_FILE, OWNER, TENANT, DISPATCHER, WORKER, OFFICER, STREET, PHOTO } = process.env
const server = { url: APP_URL, smsFile: SMS_FILE }
const WORDS = '西门内第三盏路灯不亮，下台阶看不清'
const DONE = '已更换灯泡，夜间试亮正常'
const DESK = { width: 1280, height: 900 }

const call = (...what) => callOf(server, ...what)

async function whistles(token) {
  const [home] = (await call('GET', '/me/homes', token)).items
  const report = {
    category: 'road-light',
    channel: 'web',
    place: { kind: 'spot', spot: '西门内' },
    text: WORDS,
  }
  return call('POST', `/communities/${home.community_id}/tickets`, token, report)
}

async function assigns(person, number) {
  await person.go('pages/mine/mine')
  await person.press('进入工作台')
  await person.see('最先到期')
  await checkPage(person, 'the desk')
  await person.go('pages-staff/queue/queue')
  await person.press('未派单')
  await person.settle()
  await button(person, '更多筛选').click()
  await person.fill('工单编号', number)
  await button(person, '查找').click()
  await person.settle()
  await button(person, '批量办理').click()
  await person.press('全选本页')
  await person.see('已选 1 张')
  await person.shown('[role=radio]', { hasText: /^\s*派单\s*$/ }).click()
  await person.settle()
  await person.press('演示维修员一')
  await checkPage(person, 'assigning')
  await button(person, '办理 1 张').click()
  await person.see('办成 1 张')
  await checkPage(person, 'what came of it')
}

async function resolves(person, number) {
  await person.go('pages-staff/queue/queue')
  await person.press(number)
  await person.page.waitForURL(/pages-staff\/ticket\/ticket\?id=/)
  await person.settle()
  await checkPage(person, 'the ticket')
  await button(person, '受理').first().click() // opens the form
  await person.settle()
  await button(person, '受理').last().click()
  await button(person, '办结').first().click()
  await person.settle()
  await button(person, '办结').last().click()
  await person.see('请写明说明')
  await person.fill('说明', DONE)
  await person.addPhoto([PHOTO])
  await person.shown('.photo-picture').first().waitFor()
  await person.shown('.photo-veil').first().waitFor({ state: 'hidden' })
  await checkPage(person, 'resolving')
  await button(person, '办结').last().click()
  await person.see('待居民确认')
  await person.see(DONE)
  await person.shown('.ticket-photo img').first().waitFor({ state: 'attached' })
  await checkPage(person, 'the resolved ticket')
}

async function readsFigures(person, number) {
  await person.go('pages-staff/home/home')
  await person.press('统计')
  await person.see('综合得分')
  await person.see('满意率')
  await checkPage(person, 'the figures')
  await person.shown('.figure-line .figure-count[role=link]').first().click()
  await person.page.waitForURL(/pages-street\/behind\/behind/)
  await person.settle()
  await person.see(number)
  await checkPage(person, 'the tickets behind')
  await person.page.goBack()
  await person.see('导出')
  const saving = person.page.waitForEvent('download')
  await button(person, 'CSV').first().click()
  assert.match((await saving).suggestedFilename(), /^工单明细-.*\.csv$/)
  await person.press('上月')
  await person.settle()
  await checkPage(person, 'the end of the figures')
}

const browser = await launch()
const owner = await tokenOf(server, OWNER)
const ticket = await whistles(owner)
const dispatcher = await Person.open(browser, server, DESK)
await dispatcher.signIn(DISPATCHER)
const tenant = await Person.open(browser, server)
await tenant.signIn(TENANT)
await community.bindsHome(tenant)
const officer = await Person.open(browser, server, DESK)
await officer.signIn(OFFICER)
await community.confirmsHome(officer, tenant)
const called = await community.importsHotline(officer, dispatcher)
await community.mergesAndUndoes(dispatcher, called, ticket)
await assigns(dispatcher, ticket.number)
const worker = await Person.open(browser, server)
await worker.signIn(WORKER)
await resolves(worker, ticket.number)
const shown = await call('GET', `/tickets/${ticket.id}`, owner)
const proof = shown.history.find(({ kind }) => kind === 'resolved')
assert.deepEqual([shown.state, proof.text, proof.photos.length], ['resolved', DONE, 1])
await community.reviews(officer, ticket.community_id, ticket.number)
await community.callsBack(officer)
const facts = { satisfaction: 5, solved: true }
await call('POST', `/tickets/${ticket.id}/acts`, owner, { kind: 'confirmed', facts })
const street = await Person.open(browser, server, DESK)
await street.signIn(STREET)
await readsFigures(street, ticket.number)
for (const person of [tenant, officer, dispatcher, worker, street]) {
  person.check('the end')
  await person.close()
}
await browser.close()
console.log('assigned, resolved with a proof, counted')
