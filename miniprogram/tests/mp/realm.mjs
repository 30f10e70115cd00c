// A bare realm (no window, crypto, TextEncoder, fetch, WebAssembly) that loads the built mini-program as WeChat's
// logic layer does, the nearest thing to it that Linux offers: require, App, Component, and a `wx` of the test's own.
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import vm from 'node:vm'
import { Mounted } from './mounted.mjs'

const ROOT = new URL('../../dist/build/mp-weixin/', import.meta.url).pathname

const SYSTEM = {
  SDKVersion: '3.0.0',
  platform: 'ios',
  language: 'zh_CN',
  host: {},
  windowWidth: 375,
  pixelRatio: 2,
  safeArea: {},
  miniProgram: { appId: 'x' },
}
// uni-app copies wx's own enumerable functions at its start, so a Proxy without keys will not do.
const INFORMING =
  'getSystemInfoSync getWindowInfo getDeviceInfo getAppBaseInfo getAccountInfoSync getLaunchOptionsSync ' +
  'getEnterOptionsSync getSystemSetting getAppAuthorizeSetting'
const SILENT =
  'request uploadFile chooseMedia chooseImage compressImage previewImage scanCode showToast showModal showActionSheet ' +
  'login requestPayment requestSubscribeMessage getStorageSync setStorageSync removeStorageSync navigateTo ' +
  'navigateBack redirectTo switchTab setNavigationBarTitle setTabBarItem stopPullDownRefresh pageScrollTo ' +
  'getNetworkType onNetworkStatusChange onMemoryWarning createSelectorQuery nextTick canIUse onAppShow onAppHide ' +
  'getLogManager onThemeChange onWindowResize onLocaleChange'

/** A `wx` that knows the device and says nothing else; `given` is what this test's phone can do beyond that. */
function wxOf(given) {
  const wx = {}
  for (const name of INFORMING.split(' ')) wx[name] = () => SYSTEM
  for (const name of SILENT.split(' ')) wx[name] = () => undefined
  return Object.assign(wx, given)
}

export class Realm {
  /** What App() and Component() were given, in the order of their registration. */
  apps = []
  components = []
  #loaded = new Map()
  #visited = new Map()
  #pages = []

  constructor(given = {}) {
    this.context = vm.createContext({
      wx: wxOf({ getRandomValues: (asked) => this.#draw(asked), ...given }),
      console,
      setTimeout,
      clearTimeout,
      setInterval,
      clearInterval,
      global: {},
      App: (options) => this.apps.push(options),
      Page: () => assert.fail('uni-app registers pages as components'),
      Component: (options) => this.components.push(options),
      Behavior: (options) => options,
      getApp: () => this.apps[0],
      getCurrentPages: () => this.#pages,
    })
    vm.runInContext('delete globalThis.WebAssembly', this.context)
  }

  /** Copies bytes into a buffer of the realm's own, as those that WeChat hands over are. */
  bufferOf(bytes) {
    const own = vm.runInContext('(length) => new Uint8Array(length)', this.context)(bytes.length)
    own.set(bytes)
    return own.buffer
  }

  #draw({ length, success }) {
    success({ randomValues: this.bufferOf(webcrypto.getRandomValues(new Uint8Array(length))) })
  }

  /** The build's own description of a part of it. */
  read(path) {
    return readFileSync(join(ROOT, path), 'utf8')
  }

  /** Starts the app at a page. */
  launch(path = this.pages()[0]) {
    this.load('app.js')
    assert.equal(this.apps.length, 1, 'the app registers once')
    this.apps[0].onLaunch({ path, query: {} })
  }

  /** The paths of every page of the main package and the others. */
  pages() {
    const { pages, subPackages = [] } = JSON.parse(this.read('app.json'))
    return [
      ...pages,
      ...subPackages.flatMap(({ root, pages: below }) => below.map((page) => `${root}/${page}`)),
    ]
  }

  /** Loads a module of the build as WeChat does: require, module and exports, and nothing else. */
  load(path) {
    const file = existsSync(join(ROOT, path)) ? path : `${path}.js`
    const known = this.#loaded.get(file)
    if (known) return known.exports
    const module = { exports: {} }
    this.#loaded.set(file, module)
    const source = `(function(require,module,exports){${this.read(file)}\n})`
    const run = vm.runInContext(source, this.context, { filename: join(ROOT, file) })
    run((wanted) => this.load(normalize(join(dirname(file), wanted))), module, module.exports)
    return module.exports
  }

  /** The components that a page or component uses: the path of each by its tag. */
  used(path) {
    const { usingComponents = {} } = JSON.parse(this.read(`${path}.json`))
    const pathOf = (used) => (used.startsWith('/') ? used.slice(1) : normalize(join(dirname(path), used)))
    return new Map(Object.entries(usingComponents).map(([tag, used]) => [tag, pathOf(used)]))
  }

  /** Loads a page or component and all that it uses; returns what it registered. */
  visit(path) {
    if (this.#visited.has(path)) return this.#visited.get(path)
    this.#visited.set(path, null)
    for (const used of this.used(path).values()) this.visit(used)
    this.load(`${path}.js`)
    this.#visited.set(path, this.components.at(-1))
    return this.components.at(-1)
  }

  /** How many pages and components were loaded. */
  get visited() {
    return this.#visited.size
  }

  /** Opens a page with a query and shows it. */
  open(path, query = {}) {
    const page = new Mounted(this, path, { route: path })
    this.#pages = [page.instance]
    page.attach()
    page.instance.onLoad(query)
    page.instance.onShow?.()
    return page
  }
}
