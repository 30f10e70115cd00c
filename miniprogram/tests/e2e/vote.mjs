// An owner opens the notice's link, signs in and votes with four taps; the receipt finds the ballot on the
// board. The code leaves no trace in the address, the history or a request. Prints {tracker, taps} at the end.
// Environment: APP_URL, SMS_FILE, OWNER (a phone), NOTICE (the link), OUT (a folder for pictures, if wanted).
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { launch, newestCode, Person } from './browser.mjs'

const { APP_URL, SMS_FILE, OWNER, NOTICE, OUT } = process.env
const server = { url: APP_URL, smsFile: SMS_FILE }
const width = Number(process.env.WIDTH ?? 390)
const code = NOTICE.split('#')[1]
const sent = []
let taps = 0

async function checkPage(person, where) {
  person.check(where)
  assert.deepEqual(await person.inaccessible(), [], `${where}: serious faults of accessibility`)
  if (OUT) {
    await person.page.waitForTimeout(350)
    await person.page.screenshot({
      path: join(OUT, `${width}-${where.replace(/ /g, '-')}.png`),
      fullPage: true,
    })
  }
}

async function opensTheNotice(person) {
  await person.page.goto('about:blank')
  await person.page.goto(NOTICE)
  await person.settle()
  await person.see('登录后才能使用')
  assert.ok(!person.page.url().includes(code), 'the code stands in the address')
}

async function signsIn(person) {
  await person.press('去登录')
  await person.fill('手机号', OWNER)
  await person.press('获取验证码')
  await person.see('验证码已发送')
  await person.fill('验证码', newestCode(SMS_FILE, OWNER))
  await person.press('我已阅读并同意')
  await person.shown('uni-button.primary', { hasText: '登录' }).first().click()
}

async function tap(locator) {
  await locator.click()
  taps += 1
}

async function votes(person) {
  await person.see('您在为')
  await person.settle()
  await checkPage(person, 'the ballot')
  await tap(person.shown('[role=radio]', { hasText: '同意' }).first())
  await tap(person.shown('[role=radio]', { hasText: '反对' }).nth(1))
  await tap(person.shown('[role=button]', { hasText: '核对选票' }).first())
  await person.see('选票已加密')
  await checkPage(person, 'the review')
  await tap(person.shown('[role=button]', { hasText: '投出选票' }).first())
  await person.see('选票已投出')
  await person.settle()
  await checkPage(person, 'the outcome')
}

async function findsTheBallot(person) {
  await person.press('查看回执')
  await person.see('服务器签名有效')
  await person.press('在公告板上查我的选票')
  await person.see('您的选票在公告板上')
  await person.press('下载整份公告板，自己核对')
  await person.see('已从头查到尾，您的选票在第 1 条')
  await checkPage(person, 'the receipt')
  return (await person.shown('.receipt-text').allTextContents()).find((text) => /^[0-9a-f]{64}$/.test(text))
}

async function seesWhatWasCast(person, assembly) {
  await person.go(`pages-vote/assembly/assembly?id=${assembly}`)
  await person.see('已投票')
  await checkPage(person, 'the assembly')
  await person.go(`pages-vote/device/device`)
  await person.see('这台手机已登记')
  await checkPage(person, 'the device')
  await person.go('pages-vote/receipts/receipts')
  await person.see('演示花园2026年业主大会会议')
  await checkPage(person, 'the receipts')
  await person.go('pages/vote/vote')
  await person.see('正在投票')
  await checkPage(person, 'the list')
}

const browser = await launch()
const person = await Person.open(browser, server, { width, height: width > 900 ? 900 : 844 })
person.page.on('request', (request) => sent.push(request.url() + (request.postData() ?? '')))
await opensTheNotice(person)
await checkPage(person, 'before the sign-in')
await signsIn(person)
await votes(person)
const tracker = await findsTheBallot(person)
await seesWhatWasCast(person, new URL(NOTICE).pathname.split('/').at(-1))
const kept = await person.page.evaluate(() => JSON.stringify(localStorage))
assert.ok(![...sent, kept].some((text) => text.includes(code)), 'the code was sent or kept')
person.check('the end')
await browser.close()
console.log(JSON.stringify({ tracker, taps }))
