// The API by hand, for what a journey does not try in a browser and for what the server says afterwards.
import assert from 'node:assert/strict'
import { newestCode } from './browser.mjs'

const EMPTY = [202, 204]

/** Calls it as whoever has a token; null for nobody. Fails on any refusal. */
export async function call(server, method, path, token, body) {
  const headers = {
    'Content-Type': 'application/json',
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
  }
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers,
    body: body && JSON.stringify(body),
  })
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`)
  return EMPTY.includes(answer.status) ? null : answer.json()
}

/** Signs somebody in and returns their token. */
export async function tokenOf(server, phone) {
  await call(server, 'POST', '/sign-in/codes', null, { phone })
  const code = newestCode(server.smsFile, phone)
  return (await call(server, 'POST', '/sign-in/tokens', null, { phone, code })).token
}

/** The token of whoever is signed in in a browser. */
export function heldToken(person) {
  return person.page.evaluate(() => JSON.parse(localStorage.getItem('session')).data.token)
}

/** Throws if anything went wrong so far, or if axe-core finds a serious fault on the page that is shown. */
export async function checkPage(person, where) {
  person.check(where)
  assert.deepEqual(await person.inaccessible(), [], `${where}: serious faults of accessibility`)
}

export function button(person, name) {
  return person.shown('uni-button', { hasText: name })
}
