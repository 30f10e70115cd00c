// Pictures of pages, each judged: no error, no fault that axe-core calls serious, nothing wider than the screen.
// The pages are those of src/pages.json; an album that is whole has every one of them.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Person } from './browser.mjs'

const DECLARED = new URL('../../src/pages.json', import.meta.url)

/** The path of every page, package by package. */
export function pagePaths() {
  const { pages, subPackages } = JSON.parse(readFileSync(DECLARED, 'utf8'))
  const inPackages = subPackages.flatMap(({ root, pages: own }) => own.map(({ path }) => `${root}/${path}`))
  return [...pages.map(({ path }) => path), ...inPackages]
}

/** The pages of one package. */
export function packagePages(root) {
  return pagePaths().filter((path) => path.startsWith(`${root}/`))
}

/** Asks the API as whoever is signed in. */
export function ask(person, path) {
  return person.page.evaluate(async (asked) => {
    const { data } = JSON.parse(localStorage.getItem('session'))
    const headers = { Authorization: `Bearer ${data.token}` }
    return (await fetch(`/api/v1${asked}`, { headers })).json()
  }, path)
}

export class Album {
  /** `only` keeps to pages whose path holds it; such an album may lack the others. */
  constructor({ server, out, widths, sizes, languages, only = '' }) {
    Object.assign(this, { server, out, only, faults: [], pictured: new Set() })
    this.screens = widths.flatMap((width) =>
      sizes.flatMap((size) => languages.map((language) => ({ width, size, language }))),
    )
    mkdirSync(out, { recursive: true })
  }

  wants(path) {
    return path.includes(this.only)
  }

  /** Goes through a visit once for every screen, as one person. `who` names the pictures; null for a guest. */
  async visit(person, who, visit) {
    for (const screen of this.screens) {
      await this.#show(person, screen)
      const mark = [screen.width, screen.size, screen.language, who]
        .filter((one) => one && !['standard', 'zh-Hans'].includes(one))
        .join('-')
      await visit(mark, screen)
      this.faults.push(...person.faults.splice(0).map((fault) => `${mark}: ${fault}`))
    }
    await this.#show(person, { width: 1280, size: 'standard', language: 'zh-Hans' })
  }

  /** Opens a page by its address and pictures it. */
  async picture(person, address, name) {
    const [path] = address.split('?')
    if (!this.wants(path)) return
    await person.settle()
    await person.page.goto('about:blank') // uni-app keeps a page if the query alone changes
    await person.go(address)
    await this.shoot(person, name)
    this.pictured.add(path)
  }

  /** Pictures what is shown now, on a screen so high that bars at its foot hide nothing. */
  async shoot(person, name) {
    const { width, height } = person.page.viewportSize()
    await person.page.waitForTimeout(350) // uni-app slides pages in
    const whole = await person.page.evaluate(() => document.documentElement.scrollHeight)
    await person.page.setViewportSize({ width, height: Math.max(height, whole) })
    const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) this.faults.push(`${name}: ${wide} px wider than the screen`)
    for (const fault of await person.inaccessible()) this.faults.push(`${name}: ${fault}`)
    await person.page.screenshot({ path: join(this.out, `${name}.png`), fullPage: true })
    await person.page.setViewportSize({ width, height })
  }

  /** Everything that is wrong, with the pages that nobody pictured. */
  wrongs() {
    const missing = pagePaths().filter((path) => this.wants(path) && !this.pictured.has(path))
    return [...this.faults, ...missing.map((path) => `no picture of ${path}`)]
  }

  async #show(person, { width, size, language }) {
    await person.page.setViewportSize({ width, height: width > 900 ? 900 : 844 })
    await person.page.evaluate(
      (kept) => {
        for (const [name, data] of Object.entries(kept))
          localStorage.setItem(name, JSON.stringify({ type: 'string', data }))
      },
      { 'text-size': size, language },
    )
    await person.page.reload()
    await person.settle()
  }
}

/** Opens a browser's profile for somebody, signed in unless a guest. */
export async function enter(browser, album, phone) {
  const person = await Person.open(browser, album.server)
  if (phone) await person.signIn(phone)
  return person
}
