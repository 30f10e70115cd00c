// What the community's officer does in a browser beside tickets of the day: homes that people say are theirs,
// words and photos for the board, tickets of hotline 12345, calling back; and the dispatcher's merging.
import assert from 'node:assert/strict'
import { button, call, checkPage, heldToken } from './api.mjs'
import { confirm } from './office-work.mjs'

const HOME = '2-1-201'
const NOTE = '租期到明年六月，合同在物业备案'
const HOTLINE_CHANNEL = '12345'
const HOTLINE = [
  '热线工单编号,诉求类别,诉求内容,位置,联系电话',
  'DZ202611240001,路灯不亮,西门内路灯不亮请尽快修理,西门内,13900000045',
  'DZ202611240002,外星人,类别写错的一行,西门内,',
].join('\n')

/** A tenant says that a home is theirs too; nothing is theirs before the officer says so. */
export async function bindsHome(tenant) {
  await tenant.go('pages-mine/bind/bind')
  await tenant.fill('小区', '演示花园')
  await tenant.shown('[role=radio]', { hasText: '演示花园' }).click()
  for (const [label, text] of [
    ['楼栋', '2'],
    ['单元', '1'],
    ['房号', '201'],
    ['说明', NOTE],
  ])
    await tenant.fill(label, text)
  await tenant.press('租户')
  await checkPage(tenant, 'saying that a home is mine')
  await button(tenant, '提交申请').click()
  await tenant.page.waitForURL(/pages\/home\/home/)
  const [asked] = (await call(tenant.server, 'GET', '/me/homes', await heldToken(tenant))).items
  assert.deepEqual([asked.label, asked.bond, asked.state], [HOME, 'tenant', 'asked'])
}

export async function confirmsHome(officer, tenant) {
  await officer.go('pages-staff/residencies/residencies')
  const card = officer.shown('.card', { hasText: HOME })
  await card.getByText(NOTE).waitFor()
  await checkPage(officer, 'homes to confirm')
  await card.locator('uni-button', { hasText: '确认' }).click()
  await card.waitFor({ state: 'detached' })
  const [home] = (await call(tenant.server, 'GET', '/me/homes', await heldToken(tenant))).items
  assert.deepEqual([home.label, home.state], [HOME, 'confirmed'])
}

/** Shows a ticket's words and the proof's photo on the board, where nothing of them was before. */
export async function reviews(officer, community, number) {
  const ofBoard = async () => {
    const { items } = await call(officer.server, 'GET', `/communities/${community}/board/tickets`, null)
    const found = items.find((one) => one.number === number)
    return [found.text !== '', found.photos.length]
  }
  assert.deepEqual(await ofBoard(), [false, 0])
  await officer.go('pages-staff/reviews/reviews')
  await checkPage(officer, 'words and photos to review')
  for (const title of [number, `工单 ${number} 的照片`]) {
    const card = officer.shown('.card', { hasText: title }).first()
    await card.locator('uni-button.primary', { hasText: '公示' }).click()
    await officer.settle()
  }
  await officer.shown('.card', { hasText: number }).first().waitFor({ state: 'detached' })
  assert.deepEqual(await ofBoard(), [true, 1])
}

/** Takes over a hotline's file with one wrong row; returns the ticket that the firm has of the right one. */
export async function importsHotline(officer, dispatcher) {
  await officer.go('pages-staff/hotline/hotline')
  const dialog = officer.page.waitForEvent('filechooser')
  await button(officer, '选择表格').click()
  await (await dialog).setFiles({ name: '热线.csv', mimeType: 'text/csv', buffer: Buffer.from(HOTLINE) })
  await officer.see('试读结果，还没有导入')
  await officer.see('“诉求类别”列：')
  await checkPage(officer, 'a hotline file tried')
  await button(officer, '正式导入 1 行').click()
  await officer.see('导入结果')
  const token = await heldToken(dispatcher)
  const { items } = await call(dispatcher.server, 'GET', '/desk/tickets?category=road-light', token)
  const tickets = items.map(({ id }) => call(dispatcher.server, 'GET', `/tickets/${id}`, token))
  return (await Promise.all(tickets)).find(({ channel }) => channel === HOTLINE_CHANNEL)
}

/** Merges a ticket into another, then takes it out again. */
export async function mergesAndUndoes(dispatcher, ticket, into) {
  const stateOf = async () => {
    const shown = await call(dispatcher.server, 'GET', `/tickets/${ticket.id}`, await heldToken(dispatcher))
    return [shown.state, shown.merged_into]
  }
  assert.ok(ticket, 'the firm has no such ticket')
  const [state] = await stateOf()
  await dispatcher.go(`pages-staff/ticket/ticket?id=${ticket.id}`)
  await button(dispatcher, '合并到另一张').first().click()
  await dispatcher.shown('[role=radio]', { hasText: into.number }).click()
  await checkPage(dispatcher, 'merging')
  await button(dispatcher, '合并到另一张').last().click()
  await button(dispatcher, '撤销合并').waitFor()
  await dispatcher.settle()
  assert.deepEqual(await stateOf(), ['merged', into.id])
  await button(dispatcher, '撤销合并').click()
  await confirm(dispatcher)
  await button(dispatcher, '合并到另一张').waitFor()
  assert.deepEqual(await stateOf(), [state, null])
}

/** Calls a resident back, and writes down what was said. */
export async function callsBack(officer) {
  await officer.go('pages-staff/callbacks/callbacks')
  await officer.shown('.line[role=link]').first().click()
  await officer.page.waitForURL(/pages-staff\/ticket\/ticket\?id=/)
  await officer.settle()
  await button(officer, '登记回访').first().click()
  await officer.settle()
  await officer.press('居民说已解决')
  await officer.press('满意')
  await checkPage(officer, 'calling back')
  await button(officer, '登记回访').last().click()
  await officer.settle()
  const id = new URL(officer.page.url().replace('/#/', '/')).searchParams.get('id')
  await officer.shown('.card', { hasText: '办理过程' }).getByText('登记回访').first().waitFor()
  const ticket = await call(officer.server, 'GET', `/tickets/${id}`, await heldToken(officer))
  assert.ok(
    ticket.history.some(({ kind }) => kind === 'called_back'),
    'the call is not on the record',
  )
  const waiting = `/communities/${ticket.community_id}/call-backs`
  const { items } = await call(officer.server, 'GET', waiting, await heldToken(officer))
  assert.ok(!items.some((one) => one.id === id), 'the resident is still to be called back')
}
