// A whole assembly in browsers alone: chair, registrar, three trustees of whom two decrypt, an auditor, two
// counters and three owners, each in a profile of its own. Time is moved by the drill's clock file.
// Environment: APP_URL, SMS_FILE, CLOCK (a file), PEOPLE (JSON: name to phone), NOTICE_DATE, OUT (pictures).
import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launch, Person } from './browser.mjs'
import * as work from './office-work.mjs'
import { confirm, OFFICE_NAMES } from './office-work.mjs'

const { APP_URL, SMS_FILE, CLOCK, NOTICE_DATE, OUT } = process.env
const PHONES = JSON.parse(process.env.PEOPLE)
const server = { url: APP_URL, smsFile: SMS_FILE }
const TRUSTEES = ['trustee-1', 'trustee-2', 'trustee-3']
const COUNTERS = ['counter-1', 'counter-2']
const OWNERS = ['owner-a', 'owner-b', 'owner-de']
const OFFICERS = ['registrar', ...TRUSTEES, 'auditor-1', ...COUNTERS]
const WRONG_ROLL = [
  '楼栋,单元,房号,用途,建筑面积(㎡),面积来源,状态,业主姓名,证件号,手机号',
  '9,1,101,住宅,88.00,登记,未售,,,',
  '9,1,102,住宅,约九十,登记,未售,,,',
].join('\n')
const WIDE = { width: 1280, height: 900 }
const AT_DESK = new Set(['chair', 'registrar', 'auditor-1'])

const browser = await launch()
const people = {}
/** All that left any browser: what is secret must stand nowhere in it. */
const sent = []
let assembly = ''

function note(text) {
  console.log(text)
}

function moveClock(instant) {
  writeFileSync(`${CLOCK}.next`, `${instant}\n`)
  renameSync(`${CLOCK}.next`, CLOCK)
}

function after(instant, minutes) {
  const there = new Date(Date.parse(instant) + minutes * 60_000 + 8 * 3_600_000)
  return there.toISOString().replace(/\.\d+Z$/, '+08:00')
}

async function enter(name) {
  people[name] = await Person.open(browser, server, AT_DESK.has(name) ? WIDE : {})
  people[name].page.on('request', (request) => sent.push(request.url() + (request.postData() ?? '')))
  await people[name].signIn(PHONES[name])
}

async function picture(person, where) {
  person.check(where)
  assert.deepEqual(await person.inaccessible(), [], `${where}: serious faults of accessibility`)
  if (!OUT) return
  const { width } = person.page.viewportSize()
  for (const size of width > 900 ? [WIDE, { width: 390, height: 844 }] : [{ width, height: 844 }, WIDE]) {
    await person.page.setViewportSize(size)
    await person.page.waitForTimeout(350)
    const name = `${size.width}-${where.replace(/ /g, '-')}.png`
    await person.page.screenshot({ path: join(OUT, name), fullPage: true })
  }
  await person.page.setViewportSize({ width, height: width > 900 ? 900 : 844 })
}

async function facts() {
  return (await fetch(`${APP_URL}/api/v1/assemblies/${assembly}`)).json()
}

async function reachStage(stage) {
  for (let tries = 0; tries < 120; tries += 1) {
    if ((await facts()).stage === stage) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`the assembly did not come to ${stage}: ${(await facts()).stage}`)
}

/** Opens the office of one of the people. */
async function openOffice(name, title) {
  await work.openOffice(people[name], title)
  return people[name]
}

async function drafts(chair) {
  await chair.go('pages-chair/list/list')
  await picture(chair, 'chair list')
  await chair.press('起草新的会议')
  await chair.settle()
  await chair.fill('会议名称', '演示花园业主大会会议')
  await chair.fill('公告日期', '2020-13-01')
  await chair.fill('投票天数', '5')
  await chair.fill('几位保管人到场即可开票', '2')
  await chair.fill('标题', '使用维修资金更换电梯')
  await chair.press('使用维修资金')
  await chair.fill('方案全文', '两部电梯各更换一台，概算四十八万元。')
  await chair.press('增加事项')
  await chair.shown('input[aria-label="标题"]').nth(1).fill('选举业主委员会')
  await chair.shown('[role=radio]', { hasText: '选举或更换业委会' }).nth(1).click()
  await chair
    .shown('[role=radio]', { hasText: /^选举$/ })
    .nth(1)
    .click()
  await chair.fill('应选名额', '5')
  const names = ['甲', '乙 *', '丙', '丁', '戊', '己'].map((name) => `候选${name}`)
  await chair.fill('候选人（每行一位，党员在后面加 *）', names.join('\n'))
  await picture(chair, 'chair draft')
  await chair.press('保存方案')
  await chair.shown('.danger').first().waitFor() // the day is none
  chair.faults.length = 0
  await picture(chair, 'chair draft refused')
  await chair.fill('公告日期', NOTICE_DATE)
  await chair.press('保存方案')
  await chair.see('下一步')
  await chair.settle()
  assembly = new URL(chair.page.url().replace('/#/', '/')).searchParams.get('id')
  await picture(chair, 'chair assembly draft')
}

/** A file with a wrong row changes nothing, and says which row and column to correct. */
async function triesRoll(chair) {
  const unitsOf = async () => (await chair.shown('.table-row').count()) - 1
  await chair.go('pages-chair/list/list')
  await chair.press('房屋与名册')
  await chair.shown('.table-row .strong', { hasText: '2-1-402' }).waitFor()
  const before = await unitsOf()
  const dialog = chair.page.waitForEvent('filechooser')
  await chair.press('选择文件')
  await (await dialog).setFiles({ name: '名册.csv', mimeType: 'text/csv', buffer: Buffer.from(WRONG_ROLL) })
  await chair.press('试读，不改动')
  await chair.see('1 处需要更正')
  const wrong = chair.shown('.table-row', { hasText: '建筑面积' }).first()
  assert.match(await wrong.innerText(), /3/)
  assert.equal(await chair.shown('uni-button', { hasText: '正式导入' }).count(), 0)
  await picture(chair, 'chair roll refused')
  await chair.page.reload()
  await chair.shown('.table-row .strong', { hasText: '2-1-402' }).waitFor()
  assert.equal(await unitsOf(), before)
}

async function appoints(chair) {
  await chair.go(`pages-chair/people/people?id=${assembly}`)
  for (const name of OFFICERS) {
    const office = OFFICE_NAMES[name.replace(/-\d$/, '')]
    await chair.shown('[role=radio]', { hasText: office }).first().click()
    await chair.shown('[role=radio]', { hasText: name }).first().click()
    await chair.shown('uni-button.primary', { hasText: '指定' }).first().click()
    await chair.see(`${office} · ${name}`)
    await chair.settle()
  }
  await picture(chair, 'chair people')
}

const step = (chair, name) => work.takesStep(chair, assembly, name)

async function joins(name, title) {
  if (name === 'trustee-1') await picture(await openOffice(name, title), 'office join')
  await work.joins(people[name], title)
  people[name].check(`${name} joins`)
}

async function makesCodes(registrar) {
  await work.makesCodes(registrar)
  await picture(registrar, 'registrar')
  const sheets = await work.printsNotices(registrar)
  const { elections } = await facts()
  assert.equal(new Set(sheets.map(({ code }) => code)).size, elections[0].electors)
  await registrar.see(`共 ${sheets.length} 页`)
  await picture(registrar, 'registrar notices')
  return sheets
}

async function seals(registrar, owner, label) {
  await owner.go('pages-vote/device/device')
  await owner.see('这台手机已登记')
  const shown = (await owner.shown('.device-mark').innerText()).replace(/\s+/g, ' ').trim()
  const text = (await owner.shown('.device-code').innerText()).trim()
  await openOffice('registrar', '凭证管理员')
  await registrar.fill('按房号或编号查找', label)
  await registrar.press('送到手机')
  await registrar.settle()
  await registrar.fill('粘贴业主手机上复制的设备码', text)
  await registrar.press('读取')
  await registrar.see('请与业主屏幕上的指纹逐组核对')
  assert.equal((await registrar.shown('.mark').innerText()).trim(), shown)
  await picture(registrar, 'registrar seal')
  await registrar.press('一致，加密送出')
  await registrar.see('已送出')
  registrar.check('sealing')
}

function holdsCeremony() {
  return work.holdsCeremony(
    TRUSTEES.map((name) => people[name]),
    (round, person) => picture(person, `trustee round ${round}`),
  )
}

/** A trustee's device is lost: the share comes back from the back-up on another one. */
async function changesDevice(name) {
  const before = await openOffice(name, '密钥保管人')
  await before.press('备份与恢复')
  await before.press('生成备份')
  await before.see('恢复码')
  await picture(before, 'trustee backup')
  const text = await before.shown('.backup-text').innerText()
  const code = await before.shown('.mark').first().innerText()
  await before.close()
  await enter(name)
  const person = await openOffice(name, '密钥保管人')
  await person.see('您的密钥在另一台设备上')
  await picture(person, 'trustee elsewhere')
  await person.press('备份与恢复')
  await person.settle()
  await person.fill('备份文字', text)
  await person.fill('恢复码', code)
  await person.press('恢复')
  await person
    .shown('uni-button.primary', { hasText: '恢复' })
    .first()
    .click()
    .catch(() => undefined)
  await person.see('已恢复')
}

async function votes(owner, code) {
  await owner.page.goto('about:blank')
  await owner.page.goto(
    code ? `${APP_URL}/vote/${assembly}#${code}` : `${APP_URL}/app/#/pages-vote/cast/cast?id=${assembly}`,
  )
  await owner.settle()
  await owner.see('您在为')
  await owner.shown('[role=radio]', { hasText: '同意' }).first().click()
  for (const name of ['候选甲', '候选乙', '候选丙', '候选丁', '候选戊']) {
    await owner.shown('[role=checkbox], [role=radio]', { hasText: name }).first().click()
  }
  await owner.press('核对选票')
  await owner.see('选票已加密')
  await owner.press('投出选票')
  await owner.see('选票已投出')
  await owner.settle()
  owner.check('voting')
}

async function watches() {
  const auditor = await openOffice('auditor-1', '审计人')
  await auditor.press('留存并共签')
  await auditor.shown('text=/首次留存|相接/').first().waitFor({ timeout: 60_000 })
  await auditor.settle()
  auditor.check('watching')
  return auditor
}

async function locksPaper(label) {
  const counter = await openOffice('counter-1', '纸票录入人')
  await counter.fill('房号或名册编号', label)
  await counter.press('登记')
  await counter.see('已登记 ')
  await counter.settle()
  await picture(counter, 'counter lock')
}

async function entersPapers(name) {
  const counter = await openOffice(name, '纸票录入人')
  await counter.see('签名并提交')
  await counter.shown('[role=checkbox]', { hasText: '反对' }).first().click()
  await counter.shown('[role=checkbox]', { hasText: '候选甲' }).first().click()
  await picture(counter, `${name} enters`)
  await counter.press('签名并提交')
  await counter.shown('text=/已生效|等待另一位/').first().waitFor()
  counter.check(`${name} enters`)
}

async function decrypts(name) {
  const person = await openOffice(name, '密钥保管人')
  for (let tries = 0; ; tries += 1) {
    await person.press('核验并解密')
    const told = person.shown('text=/份额已提交|已有结果|还没有合计/').first()
    await told.waitFor({ timeout: 120_000 })
    if (!(await told.innerText()).includes('还没有合计')) break
    assert.ok(tries < 30, 'the server did not tally')
    await person.page.waitForTimeout(1000)
  }
  await person.settle()
  await picture(person, `${name} decrypts`)
}

async function audits() {
  const auditor = await openOffice('auditor-1', '审计人')
  await auditor.press('开始核验')
  await auditor.see('全部成立')
  await auditor.settle()
  await auditor.see('按法律重算的结果与 result.json 一致')
  await auditor
    .shown('.chip', { hasText: /^通过$/ })
    .nth(1)
    .waitFor()
  await picture(auditor, 'auditor verified')
  await auditor.press('签署并提交')
  await confirm(auditor)
  await auditor.see('已签署')
  auditor.check('auditing')
}

async function againSignedIn(names) {
  for (const name of names) {
    await people[name].page.evaluate(() => localStorage.removeItem('session'))
    await people[name].page.goto('about:blank')
    await people[name].signIn(PHONES[name])
  }
}

/** What auditors alone may fetch: the papers of every election, byte for byte. */
async function papersOf(auditor) {
  const { elections } = await facts()
  const uuids = elections.map(({ uuid }) => uuid)
  return auditor.page.evaluate(async (wanted) => {
    const { token } =
      JSON.parse(localStorage.getItem('session')).data ?? JSON.parse(localStorage.getItem('session'))
    const headers = { Authorization: `Bearer ${token}` }
    const read = async (uuid) => (await fetch(`/api/v1/elections/${uuid}/paper.json`, { headers })).text()
    return Object.fromEntries(await Promise.all(wanted.map(async (uuid) => [uuid, await read(uuid)])))
  }, uuids)
}

// From the draft to the notice.
await enter('chair')
const { chair } = people
await triesRoll(chair)
await drafts(chair)
await appoints(chair)
await step(chair, '送交征求意见')
await step(chair, '发布公告')
await step(chair, '冻结名册')
await picture(chair, 'chair assembly noticed')
note('noticed')

// Keys, codes, the ceremony.
for (const name of OFFICERS) {
  await enter(name)
  await joins(name, OFFICE_NAMES[name.replace(/-\d$/, '')])
}
for (const name of OWNERS) await enter(name)
const sheets = await makesCodes(people.registrar)
const codeOf = (label) => sheets.find(({ text }) => text.includes(label)).code
await seals(people.registrar, people['owner-b'], '1-1-102')
note('codes made')
await holdsCeremony()
await changesDevice('trustee-3')
note('ceremony held')
await step(chair, '宣布就绪')
await reachStage('READY')
const trustee = await openOffice('trustee-1', '密钥保管人')
await trustee.press('核验设置')
await trustee.see('清单哈希')
await trustee.settle()
await picture(trustee, 'trustee set-up')
await picture(await watches(), 'auditor watched')
note('ready')

// Voting.
const { opens_at: opens, closes_at: closes } = await facts()
moveClock(after(opens, 30))
await againSignedIn([...OWNERS, 'auditor-1', 'counter-1', 'chair'])
await votes(people['owner-a'], codeOf('1-1-101'))
await votes(people['owner-b'], null)
await watches()
await votes(people['owner-de'], codeOf('2-1-301'))
await votes(people['owner-de'], codeOf('2-1-302'))
await locksPaper('2-1-303')
await chair.go(`pages-chair/assembly/assembly?id=${assembly}`)
await chair.see('参与情况')
await picture(chair, 'chair assembly open')
note('voted')

// The count.
moveClock(after(closes, 1))
await againSignedIn(['chair', 'registrar', 'trustee-1', 'trustee-3', 'auditor-1', ...COUNTERS])
for (const name of COUNTERS) await entersPapers(name)
await decrypts('trustee-1')
await decrypts('trustee-3')
await reachStage('TALLIED')
await audits()
await reachStage('AUDITED')
await step(chair, '公布初步结果')
await reachStage('PRELIMINARY')
await picture(chair, 'chair assembly preliminary')
const { objections_until: until } = await facts()
moveClock(after(until, 1))
await againSignedIn(['chair', 'registrar', 'auditor-1'])
await step(chair, '公布最终结果')
await reachStage('FINAL')
const registrar = await openOffice('registrar', '凭证管理员')
await registrar.press('销毁投票码')
await confirm(registrar)
await registrar.see('投票码已销毁')
await picture(registrar, 'registrar erased')
for (const [name, person] of Object.entries(people)) person.check(name)
const kept = await registrar.page.evaluate(() => JSON.stringify(localStorage))
assert.ok(!sheets.some(({ code }) => kept.includes(code)), 'a code is still kept')
assert.ok(!sheets.some(({ code }) => sent.some((text) => text.includes(code))), 'a code was sent')
const papers = await papersOf(people['auditor-1'])
await browser.close()
console.log(JSON.stringify({ assembly, papers }))
