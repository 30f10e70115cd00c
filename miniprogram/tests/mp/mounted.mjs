// A page or component of the built mini-program that lives: what it registered, given the part of WeChat that holds
// its data and carries events between it, its WXML and its children. Nothing is drawn; what would be is in `data`.
import assert from 'node:assert/strict'

const PATH = /[^.[\]]+/g
const ATTRIBUTE = /([\w:-]+)(?:="([^"]*)")?/g

/** Sets what WeChat's setData may name by a path such as `a.b[0]`. */
function put(data, path, value) {
  const names = path.match(PATH)
  const last = names.pop()
  const place = names.reduce((found, name) => (found[name] ??= {}), data)
  place[last] = value
}

export class Mounted {
  constructor(realm, path, own = {}, relay = () => undefined) {
    this.realm = realm
    this.path = path
    this.options = realm.visit(path)
    this.instance = {
      ...own,
      is: path,
      data: {},
      properties: {},
      ...this.options.methods,
      setData: (changes, done) => {
        for (const [name, value] of Object.entries(changes)) put(this.data, name, value)
        done?.call(this.instance)
      },
      triggerEvent: (type, detail) => relay({ type, detail }),
      selectComponent: () => null,
      selectAllComponents: () => [],
    }
  }

  get data() {
    return this.instance.data
  }

  attach(properties = {}) {
    const given = Object.entries(this.options.properties).map(([name, { value }]) => [name, value])
    Object.assign(this.instance.properties, Object.fromEntries(given), properties)
    this.options.created?.call(this.instance)
    this.options.lifetimes.attached.call(this.instance)
    this.options.lifetimes.ready.call(this.instance)
  }

  /** Fires an event at an element of the own WXML, as a tap does; `nth` counts the elements of that tag and handler. */
  fire(tag, event, detail = {}, nth = 0) {
    const handler = `bind${event}`
    const element = this.#elements(tag).filter((each) => handler in each)[nth]
    assert.ok(element, `${this.path} has no <${tag}> that answers ${event}`)
    this.instance[this.#valueOf(element[handler])]({ type: event, detail, timeStamp: Date.now() })
  }

  /** Emits an event of a child with arguments, as uni-app's components do. */
  emit(tag, event, ...args) {
    this.fire(tag, event, { __args__: args })
  }

  /** Mounts a child that the page shows now; its events come to the handlers that the WXML names. */
  child(tag, nth = 0) {
    const element = this.#elements(tag)[nth]
    assert.ok(element, `${this.path} has no <${tag}>`)
    const relay = ({ type, detail }) => {
      const handler = element[`bind:${type}`] ?? element[`bind${type}`]
      if (handler) this.instance[this.#valueOf(handler)]({ type, detail, timeStamp: Date.now() })
    }
    const child = new Mounted(this.realm, this.realm.used(this.path).get(tag), {}, relay)
    child.attach({ uI: element['u-i'], uP: this.#valueOf(element['u-p'] ?? '') })
    return child
  }

  /** Whether a child is shown now: only then does the page hand it its properties. */
  shows(tag) {
    return this.#elements(tag).some((element) => Boolean(this.#valueOf(element['u-p'])))
  }

  /** What the parent hands in. */
  get props() {
    return this.instance.$vm.$.props
  }

  /** Every text that would be drawn, each once, its children's not counted. */
  texts() {
    return [...new Set(Object.values(this.data).filter((value) => typeof value === 'string'))]
  }

  #elements(tag) {
    const tags = this.realm.read(`${this.path}.wxml`).matchAll(new RegExp(`<${tag}(\\s[^>]*?)/?>`, 'g'))
    return Array.from(tags, ([, attributes]) =>
      Object.fromEntries(Array.from(attributes.matchAll(ATTRIBUTE), ([, name, value]) => [name, value])),
    )
  }

  #valueOf(text) {
    const name = /^\{\{(\w+)(?:\|\|'')?\}\}$/.exec(text)?.[1]
    return name === undefined ? text : this.data[name]
  }
}
