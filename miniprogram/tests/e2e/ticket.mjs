// An owner signs in, whistles with a photo, the firm answers (over HTTP), the owner confirms and rates; a
// neighbour says "me too". Nothing may go wrong on the way, and axe-core finds no serious fault.
// Environment: APP_URL, SMS_FILE, OWNER, NEIGHBOUR, DISPATCHER (phones), PHOTO (a file).
import assert from 'node:assert/strict'
import { call as callOf, checkPage, tokenOf } from './api.mjs'
import { launch, Person } from './browser.mjs'

const { APP_URL, SMS_FILE, OWNER, NEIGHBOUR, DISPATCHER, PHOTO } = process.env
const server = { url: APP_URL, smsFile: SMS_FILE }
const WORDS = '东门路灯不亮，晚上看不清台阶'

const call = (...what) => callOf(server, ...what)
const firmSignsIn = () => tokenOf(server, DISPATCHER)

async function fillReport(person) {
  await person.go('pages/report/report')
  await person.press('绿化与道路')
  await person.press('路灯不亮')
  await person.fill('具体位置', '东门台阶')
  await person.fill('情况说明', WORDS)
}

async function whistles(person) {
  await fillReport(person)
  await person.addPhoto([PHOTO])
  await person.shown('.photo-picture').first().waitFor()
  await person.shown('.photo-veil').first().waitFor({ state: 'hidden' })
  await checkPage(person, 'the form')
  await person.shown('uni-button.primary', { hasText: '吹哨' }).click()
  await person.page.waitForURL(/pages-ticket\/detail\/detail\?id=/)
  await person.settle()
  await person.see('受理时限')
  await person.see('办结时限')
  await person.shown('.ticket-photo img').first().waitFor({ state: 'attached' })
  await checkPage(person, 'the ticket')
  return new URL(person.page.url().replace('#', '')).searchParams.get('id')
}

async function neighbourJoins(person) {
  await fillReport(person)
  await person.see('可能是同一件事')
  await person.shown('.nearby uni-button', { hasText: '我也遇到' }).first().click()
  await person.page.waitForURL(/pages-ticket\/detail\/detail\?id=/)
  await person.settle()
  await person.see('2 人吹哨')
  await checkPage(person, 'the joined ticket')
}

async function firmAnswers(ticketId) {
  const token = await firmSignsIn()
  const act = (form) => call('POST', `/tickets/${ticketId}/acts`, token, form)
  await act({ kind: 'acknowledged', text: '已收到，今晚处理' })
  await act({ kind: 'started' })
  const photo = await uploadProof(token)
  await act({ kind: 'resolved', text: '已更换灯泡，试亮正常', photos: [photo] })
}

async function uploadProof(token) {
  const { readFileSync } = await import('node:fs')
  const form = new FormData()
  form.append('photo', new Blob([readFileSync(PHOTO)]), 'proof.jpg')
  const headers = { Authorization: `Bearer ${token}` }
  const answer = await fetch(`${APP_URL}/api/v1/photos`, { method: 'POST', headers, body: form })
  assert.equal(answer.status, 201)
  return (await answer.json()).id
}

async function rates(person) {
  await person.go('pages/home/home')
  await person.see('请确认并评价')
  await checkPage(person, 'home')
  await person.press('请确认并评价')
  await person.see('已更换灯泡，试亮正常')
  await person.press('解决了')
  await person.press('很满意')
  await person.shown('uni-button.primary', { hasText: '提交' }).click()
  await person.see('您的评价：很满意')
  await checkPage(person, 'the rated ticket')
}

const browser = await launch()
const owner = await Person.open(browser, server)
await owner.signIn(OWNER)
const ticketId = await whistles(owner)
const neighbour = await Person.open(browser, server, { width: 1280, height: 900 })
await neighbour.signIn(NEIGHBOUR)
await neighbourJoins(neighbour)
await firmAnswers(ticketId)
await rates(owner)
const shown = await call('GET', `/tickets/${ticketId}`, await firmSignsIn())
assert.deepEqual([shown.state, shown.satisfaction, shown.solved, shown.whistles], ['confirmed', 5, true, 2])
for (const person of [owner, neighbour]) {
  person.check('the end')
  await person.close()
}
await browser.close()
console.log('an owner whistled, was answered and rated')
