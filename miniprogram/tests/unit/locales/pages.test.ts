import { expect, it } from 'vitest'
import { zhHans } from '@/locales/zh-Hans'
import declared from '@/pages.json'
import { PAGES, TABS } from '@/stores/routes'

const COMMENTS = /<!--[\s\S]*?-->|\/\*[\s\S]*?\*\/|\/\/.*$/gm
const CHINESE = /[\u4e00-\u9fff]+/
/** A condition for a compiler, in a script. */
const CONDITION = /<script[\s\S]*#if[\s\S]*<\/script>|^\s*\/\/ #if/m

/** Every source, by its path. */
const SOURCES: Record<string, string> = import.meta.glob('/src/**/*.{vue,ts}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

it('no text stands in a page or a component', () => {
  const found = Object.entries(SOURCES)
    .filter(([path]) => path.endsWith('.vue'))
    .map(([path, source]) => `${path}: ${CHINESE.exec(source.replace(COMMENTS, ''))?.[0] ?? ''}`)
  expect(found.length).toBeGreaterThan(10)
  expect(found.filter((line) => !line.endsWith(': '))).toEqual([])
})

it('only the platform knows platforms', () => {
  const knowing = Object.keys(SOURCES).filter((path) => CONDITION.test(SOURCES[path] ?? ''))
  expect(knowing.filter((path) => !path.startsWith('/src/platform/'))).toEqual([])
  expect(knowing).not.toEqual([])
})

it('every address leads to a declared page, and every declared page has one', () => {
  const main = declared.pages.map(({ path }) => `/${path}`)
  const below = declared.subPackages.flatMap(({ root, pages }) => pages.map(({ path }) => `/${root}/${path}`))
  expect(Object.values(PAGES).sort()).toEqual([...main, ...below].sort())
})

it('the tab bar holds its pages in order, named as the words name them', () => {
  expect(declared.tabBar.list.map(({ pagePath }) => `/${pagePath}`)).toEqual(TABS.map((tab) => PAGES[tab]))
  expect(declared.tabBar.list.map(({ text }) => text)).toEqual(TABS.map((tab) => zhHans.tabs[tab]))
})
