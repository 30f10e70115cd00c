// A person with a browser of their own, watched for every fault: errors, failed requests, foreign hosts.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const GRAVE = ['serious', 'critical']

/** Starts Debian's Chromium; each person gets a profile (context) of it. */
export function launch() {
  // The sandbox needs rights that a container does not give to root; only our own pages are opened.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: CHROMIUM, args })
}

/** The newest sign-in code that was sent to a phone, as the server's development outbox holds it. */
export function newestCode(smsFile, phone) {
  const lines = readFileSync(smsFile, 'utf8').trim().split('\n')
  const texts = lines.map((line) => JSON.parse(line)).filter((one) => one.phone === phone)
  const codes = texts.map(({ text }) => /验证码 (\d{6})/.exec(text)?.[1]).filter(Boolean)
  if (codes.length === 0) throw new Error(`no code was sent to ${phone}`)
  return codes.at(-1)
}

export class Person {
  /** Opens the app in a profile of its own. `server` is { url, smsFile }. */
  static async open(browser, server, { width = 390, height = 844 } = {}) {
    const context = await browser.newContext({
      viewport: { width, height },
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
    })
    const person = new Person(server, context, await context.newPage())
    person.watch()
    await person.go('')
    return person
  }

  constructor(server, context, page) {
    Object.assign(this, { server, context, page, faults: [] })
  }

  watch() {
    const origin = new URL(this.server.url).origin
    this.page.on('pageerror', (error) => this.faults.push(`page error: ${error.message}`))
    this.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.faults.push(`console: ${message.text()}`)
    })
    this.page.on('requestfailed', (request) => {
      this.faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`)
    })
    this.page.on('response', (answer) => {
      if (answer.status() >= 400) this.faults.push(`${answer.status()}: ${answer.url()}`)
    })
    this.page.on('request', (request) => {
      const { protocol, origin: asked } = new URL(request.url())
      if (protocol.startsWith('http') && asked !== origin) this.faults.push(`foreign host: ${request.url()}`)
    })
  }

  /** Throws if anything went wrong so far. */
  check(where) {
    if (this.faults.length > 0) throw new Error(`${where}:\n${this.faults.join('\n')}`)
  }

  /** Opens a page by its address after "#/". */
  async go(path) {
    await this.page.goto(`${this.server.url}/app/#/${path}`)
    await this.settle()
  }

  /** Waits until nothing is being fetched and no page says that it loads. */
  async settle() {
    await this.page.waitForLoadState('networkidle')
    await this.page.locator('.state-bars').first().waitFor({ state: 'detached' })
  }

  /** What is visible and of this kind, on the page that is shown. */
  shown(selector, options) {
    return this.page.locator(selector, options).locator('visible=true')
  }

  press(name) {
    return this.shown('[role=button], [role=radio], [role=checkbox], [role=link]', { hasText: name })
      .first()
      .click()
  }

  fill(label, text) {
    return this.shown(`input[aria-label="${label}"], textarea[aria-label="${label}"]`).first().fill(text)
  }

  see(text) {
    return this.shown(`text=${text}`).first().waitFor()
  }

  async signIn(phone) {
    await this.go('pages/sign-in/sign-in')
    await this.fill('手机号', phone)
    await this.press('获取验证码')
    await this.see('验证码已发送')
    await this.fill('验证码', newestCode(this.server.smsFile, phone))
    await this.press('我已阅读并同意')
    await this.shown('uni-button.primary', { hasText: '登录' }).first().click()
    await this.page.waitForFunction(() => localStorage.getItem('session') !== null)
    await this.go('pages/home/home')
    await this.see('现在需要我做的')
  }

  /** Attaches photos by the system's dialog. */
  async addPhoto(files) {
    const dialog = this.page.waitForEvent('filechooser')
    await this.press('添加照片')
    await (await dialog).setFiles(files)
  }

  /** Names every serious fault that axe-core finds on the page that is shown. */
  async inaccessible() {
    // A short word that is fading away has no contrast to be judged.
    await this.shown('.uni-simple-toast__text').first().waitFor({ state: 'detached' })
    await this.page.evaluate(readFileSync(AXE, 'utf8')) // by the debugger: the page's policy forbids other scripts
    const { violations } = await this.page.evaluate(() =>
      globalThis.axe.run(document, { resultTypes: ['violations'] }),
    )
    return violations
      .filter(({ impact }) => GRAVE.includes(impact))
      .flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
      )
  }

  close() {
    return this.context.close()
  }
}
