// Judges what was built: no address of others, a strict page, packages within WeChat's and our own limits.
// Run: node tests/bundle/check.mjs (after both builds)
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { join, relative } from 'node:path'

const BUILDS = new URL('../../dist/build/', import.meta.url).pathname
const H5 = join(BUILDS, 'h5')
const MP = join(BUILDS, 'mp-weixin')
const MB = 1024 * 1024
const MOST_PACKAGE = 2 * MB
const MOST_IN_ALL = 30 * MB
const MOST_FIRST_SCRIPT = 200 * 1024
/** Names of XML namespaces, which nobody fetches. */
const NAMESPACES = ['www.w3.org']
const ADDRESS = /(?:https?:)?\/\/((?:[a-z0-9-]+\.)+[a-z]{2,})(?=[/"'`:)\\]|$)/gi

const faults = []

/** Every file below a folder. */
function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : [path]
  })
}

function bytesOf(paths) {
  return paths.reduce((sum, path) => sum + statSync(path).size, 0)
}

function checkAddresses(folder) {
  for (const path of filesIn(folder).filter((name) => /\.(js|css|html|json|wxml|wxss|svg)$/.test(name))) {
    for (const [, host] of readFileSync(path, 'utf8').matchAll(ADDRESS)) {
      if (!NAMESPACES.includes(host)) faults.push(`${relative(BUILDS, path)} names the host ${host}`)
    }
  }
}

/** The start page may hold no script of its own: the policy of the server forbids it. */
function checkStartPage() {
  const page = readFileSync(join(H5, 'index.html'), 'utf8')
  for (const [tag] of page.matchAll(/<script\b[^>]*>/g)) {
    if (!/\bsrc="\/app\/assets\//.test(tag)) faults.push(`index.html holds the script ${tag}`)
  }
  if (/\son[a-z]+=/.test(page)) faults.push('index.html holds an event handler')
}

function checkFirstScript() {
  const page = readFileSync(join(H5, 'index.html'), 'utf8')
  const names = [...page.matchAll(/(?:src|href)="\/app\/(assets\/[^"]+\.js)"/g)].map(([, name]) => name)
  const size = names.reduce((sum, name) => sum + gzipSync(readFileSync(join(H5, name))).length, 0)
  console.log(`h5: first script ${(size / 1024).toFixed(1)} KB gzipped`)
  if (names.length === 0) faults.push('index.html names no script')
  if (size > MOST_FIRST_SCRIPT)
    faults.push(`the first script is ${size} bytes gzipped, over ${MOST_FIRST_SCRIPT}`)
}

function checkPackages() {
  const app = JSON.parse(readFileSync(join(MP, 'app.json'), 'utf8'))
  const all = filesIn(MP)
  const roots = (app.subPackages ?? []).map(({ root }) => root)
  const inSub = (path) => roots.some((root) => relative(MP, path).startsWith(`${root}/`))
  const packages = [['main', all.filter((path) => !inSub(path))]]
  for (const root of roots)
    packages.push([root, all.filter((path) => relative(MP, path).startsWith(`${root}/`))])
  for (const [name, paths] of packages) {
    const size = bytesOf(paths)
    console.log(`mp-weixin: ${name} ${(size / 1024).toFixed(1)} KB`)
    if (size > MOST_PACKAGE) faults.push(`the package ${name} is ${size} bytes, over ${MOST_PACKAGE}`)
  }
  if (bytesOf(all) > MOST_IN_ALL) faults.push('the mini-program is over 30 MB')
  if (app['__usePrivacyCheck__'] !== true) faults.push('app.json does not ask for the privacy check')
}

function checkProject() {
  const { setting, miniprogramRoot } = JSON.parse(readFileSync(join(MP, 'project.config.json'), 'utf8'))
  if (miniprogramRoot) faults.push('project.config.json points elsewhere')
  if (setting.es6 !== false || setting.enhance !== false) faults.push('DevTools would transpile BigInt away')
  for (const path of filesIn(MP).filter((name) => name.endsWith('.js'))) {
    if (/Math\.pow\([^)]*\d+n/.test(readFileSync(path, 'utf8')))
      faults.push(`${relative(MP, path)} raises a BigInt`)
  }
}

for (const build of [H5, MP]) {
  if (!existsSync(build)) {
    console.error(`${build} is missing: build first`)
    process.exit(1)
  }
  checkAddresses(build)
}
checkStartPage()
checkFirstScript()
checkPackages()
checkProject()
faults.forEach((fault) => console.error(fault))
process.exit(faults.length === 0 ? 0 : 1)
