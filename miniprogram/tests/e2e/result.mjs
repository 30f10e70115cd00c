// An owner looks at a posted result, item by item, counts it again, and objects to it.
// Environment: APP_URL, SMS_FILE, OWNER (a phone), ASSEMBLY (its id), OUT (a folder for pictures, if wanted).
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { launch, Person } from './browser.mjs'

const { APP_URL, SMS_FILE, OWNER, ASSEMBLY, OUT } = process.env
const width = Number(process.env.WIDTH ?? 390)

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

const browser = await launch()
const server = { url: APP_URL, smsFile: SMS_FILE }
const person = await Person.open(browser, server, { width, height: width > 900 ? 900 : 844 })
await person.signIn(OWNER)
await person.go(`pages-vote/assembly/assembly?id=${ASSEMBLY}`)
await checkPage(person, 'the counted assembly')
await person.press('查看结果')
await person.settle()
await person.see('结果由服务器签名')
const bars = await person
  .shown('.share')
  .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
assert.ok(
  bars.includes('参与表决（人数）：5 / 6 人，83.33%，须达到 2/3，已达到'),
  `the bars say: ${bars.join('; ')}`,
)
assert.ok(
  bars.some((bar) => bar.startsWith('同意（面积）：')),
  'approval by area is drawn',
)
await checkPage(person, 'the result')
const threads = []
person.page.on('worker', (worker) => threads.push(worker.url()))
await person.press('开始核验')
await person.see('核验成立')
await person.see('没有纸质选票')
assert.equal(threads.length, 2, 'each election is verified on a thread of its own')
await checkPage(person, 'the recount')
await person.press('提交异议')
await person.see('请写明异议和理由')
await person.fill('异议和理由', '请复核二号楼的面积。')
await person.press('提交异议')
await person.see('异议已提交')
await checkPage(person, 'the objection')
await browser.close()
console.log('the result was drawn, counted again and objected to')
