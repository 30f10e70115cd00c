import { beforeEach, expect, it, vi } from 'vitest'
import type { Figure } from '@/api/types'
import { emptyDevice } from '../device'

const NOW = (): Date => new Date('2026-03-10T04:00:00Z')
let asked: URLSearchParams[]

function line(key: string): Figure {
  return { key, name: `名 ${key}`, counts: { tickets: 1 }, rates: {}, score_permille: null }
}

/** The screen of the figures, against a server that answers one line. */
async function screenOf() {
  vi.resetModules()
  emptyDevice()
  asked = []
  vi.doMock('@/platform/transport', () => ({
    transport: async ({ url }: { url: string }) => {
      asked.push(new URL(url, 'http://x').searchParams)
      return { status: 200, text: JSON.stringify({ items: [line('k')] }) }
    },
  }))
  const { useFigures } = await import('@/stores/street/screen')
  const screen = useFigures(NOW)
  await screen.load()
  return screen
}

beforeEach(() => void vi.unstubAllGlobals())

it('asks for the whole and its groups', async () => {
  await screenOf()
  expect(asked.map((query) => query.get('by'))).toEqual(['nothing', 'firm'])
})

it('goes from a firm to its communities, and back', async () => {
  const screen = await screenOf()
  await screen.narrow(line('f1'))
  expect([screen.filter.value.firmId, screen.filter.value.by]).toEqual(['f1', 'community'])
  expect(screen.narrowings.value).toEqual([{ field: 'firmId', name: '名 f1' }])
  await screen.widen('firmId')
  expect([screen.filter.value.firmId, screen.narrowings.value]).toEqual(['', []])
})

it('stays where a line has no key to ask by', async () => {
  const screen = await screenOf()
  await screen.narrow(line(''))
  expect([screen.narrowings.value, asked]).toEqual([[], expect.objectContaining({ length: 2 })])
})

it('asks nothing for days that are no period', async () => {
  const screen = await screenOf()
  await screen.choosePeriod('own')
  await screen.chooseDays({ first: '2026-03-11' })
  expect([screen.isPeriod.value, asked.length]).toEqual([false, 2])
})
