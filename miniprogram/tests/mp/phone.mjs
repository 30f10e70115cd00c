// What a phone with WeChat can do, for tests: storage, the system's HTTP, and sign-in codes that the stand-in of WeChat
// gave. The build names no server (VITE_SERVER_URL is empty), so the phone sends every request to the one at hand.
import { request } from 'node:http'
import { Realm } from './realm.mjs'

/** Sends a request as wx.request does and calls `success` or `fail`. */
function send(realm, server, { url, method, header, data, responseType, success, fail }) {
  const outgoing = request(new URL(url, server), { method, headers: header }, (answer) => {
    const parts = []
    answer.on('data', (part) => parts.push(part))
    answer.on('end', () => {
      const whole = Buffer.concat(parts)
      const isBinary = responseType === 'arraybuffer'
      const content = isBinary ? realm.bufferOf(whole) : whole.toString('utf8')
      success({ statusCode: answer.statusCode, header: answer.headers, data: content })
    })
  })
  outgoing.on('error', ({ message }) => fail({ errMsg: `request:fail ${message}` }))
  outgoing.end(data)
}

/** A phone in front of a server; `loginCode` is what WeChat's sign-in gives it. */
export class Phone {
  storage = new Map()
  /** Where the app went, newest last. */
  visits = []

  constructor(server, loginCode) {
    const visit = ({ url }) => this.visits.push(url)
    this.realm = new Realm({
      login: ({ success }) => success({ code: loginCode }),
      request: (asked) => send(this.realm, server, asked),
      getStorageSync: (name) => this.storage.get(name) ?? '',
      setStorageSync: (name, value) => this.storage.set(name, JSON.parse(JSON.stringify(value))),
      removeStorageSync: (name) => this.storage.delete(name),
      switchTab: visit,
      navigateTo: visit,
      redirectTo: visit,
    })
    this.realm.launch()
  }

  /** Signs in by WeChat's phone number button; returns the page. */
  async signIn(phoneCode) {
    const page = this.realm.open('pages/sign-in/sign-in')
    page.fire('view', 'tap')
    await until(() => page.texts().includes('✓'))
    page.child('phone-number-button').fire('button', 'getphonenumber', { code: phoneCode })
    return page
  }
}

/** Waits for what comes after answers of the server, a minute at most. */
export async function until(isSo) {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`not within a minute: ${isSo}`)
}
