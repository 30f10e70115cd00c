// An owner sees what is owed, pays it by scanning the order's code (the test's gateway plays WeChat Pay and
// whoever scans), and reads the receipt; a neighbour's bill is disputed, and nobody may press for it; the
// firm takes cash at its counter and sees what a run would bill.
// Environment: APP_URL, SMS_FILE, OWNER, NEIGHBOUR, DISPATCHER (phones).
import assert from 'node:assert/strict'
import { launch, Person } from './browser.mjs'

const { APP_URL, SMS_FILE, OWNER, NEIGHBOUR, DISPATCHER } = process.env
const server = { url: APP_URL, smsFile: SMS_FILE }

async function checkPage(person, where) {
  person.check(where)
  assert.deepEqual(await person.inaccessible(), [], `${where}: serious faults of accessibility`)
}

async function openBills(person) {
  await person.go('pages-fees/overview/overview')
  await person.see('待缴')
  await checkPage(person, 'what is owed')
  await person.press('去缴费')
  await person.page.waitForURL(/pages-fees\/bills\/bills/)
  await person.settle()
  await person.press('怎么算出来的')
  await person.see('每一行四舍五入到分')
  await person.shown('.bill-head[role=checkbox]').first().click()
  await person.see('已选 1 笔')
  await checkPage(person, 'the bills')
}

async function pays(person) {
  await person.shown('.pay-bar uni-button.primary', { hasText: '缴费' }).click()
  await person.page.waitForURL(/pages-fees\/pay\/pay/)
  await person.settle()
  await person.press('微信支付')
  await person.see('请用微信扫码支付')
  await person.shown('.fetched-picture img').first().waitFor({ state: 'attached' })
  await checkPage(person, 'the code')
  await person.see('缴费成功')
  await checkPage(person, 'the payment')
  await person.press('查看收据')
  await person.page.waitForURL(/pages-fees\/receipt\/receipt/)
  await person.settle()
  for (const text of ['真实有效', '微信支付', '查验码']) await person.see(text)
  await person.shown('.fetched-picture img').first().waitFor({ state: 'attached' })
  await checkPage(person, 'the receipt')
}

async function disputes(person) {
  await person.press('对所选账单提出异议')
  await person.page.waitForURL(/pages-fees\/dispute\/dispute/)
  await person.press('计费面积有误')
  await person.fill('说明', '面积与产权证不符')
  await checkPage(person, 'the dispute')
  await person.shown('uni-button.primary', { hasText: '提交' }).click()
  await person.page.waitForURL(/pages-fees\/case\/case/)
  await person.settle()
  await person.see('您的异议正在处理')
  await checkPage(person, 'the disputed matter')
}

async function takesCash(person) {
  await person.go('pages-books/counter/counter')
  await person.fill('房屋', '1-1-102')
  await person.press('查找')
  await person.see('待缴账单')
  await person.shown('.bill-head[role=checkbox]').first().click()
  await person.fill('票据或流水号', 'A-20261124-1')
  await checkPage(person, 'the counter')
  await person.shown('uni-button.primary', { hasText: '确认收款' }).click()
  await person.see('已开出')
  await person.settle()
  await checkPage(person, 'the counter after a payment')
}

async function previews(person) {
  await person.go('pages-books/run/run')
  await person.press('物业服务费')
  await person.press('预览')
  await person.see('共 0 张账单')
  await checkPage(person, 'the run')
}

const browser = await launch()
const owner = await Person.open(browser, server)
await owner.signIn(OWNER)
await openBills(owner)
await pays(owner)
const neighbour = await Person.open(browser, server, { width: 1280, height: 900 })
await neighbour.signIn(NEIGHBOUR)
await openBills(neighbour)
await disputes(neighbour)
const clerk = await Person.open(browser, server, { width: 1280, height: 900 })
await clerk.signIn(DISPATCHER)
await takesCash(clerk)
await previews(clerk)
for (const person of [owner, neighbour, clerk]) {
  person.check('the end')
  await person.close()
}
await browser.close()
console.log('an owner paid and has the receipt, and the firm took cash')
