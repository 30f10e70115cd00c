import { describe, expect, it } from 'vitest'
import { Unreachable } from '@/api/wire'
import { useLoaded } from '@/stores/loading'
import { usePaged } from '@/stores/paging'

describe('what a page loads', () => {
  it('is there once it came', async () => {
    const { stage, content, load } = useLoaded(async () => 'content')
    expect(stage.value).toBe('loading')
    await load()
    expect([stage.value, content.value]).toEqual(['ready', 'content'])
  })

  it('stays shown when it cannot be loaded again', async () => {
    const answers = [Promise.resolve('content'), Promise.reject(new Unreachable())]
    const { stage, content, failure, load } = useLoaded(() => answers.shift() as Promise<string>)
    await load()
    await load()
    expect([stage.value, content.value]).toEqual(['failed', 'content'])
    expect(failure.value).toBeInstanceOf(Unreachable)
  })

  it('is not replaced by an answer to an earlier question', async () => {
    const waiting: ((text: string) => void)[] = []
    const { content, load } = useLoaded(() => new Promise<string>((resolve) => waiting.push(resolve)))
    const both = [load(), load()]
    waiting[1]?.('second')
    waiting[0]?.('first')
    await Promise.all(both)
    expect(content.value).toBe('second')
  })

  it('does not hide a fault of our own', async () => {
    const { load } = useLoaded(() => Promise.reject(new TypeError('ours')))
    await expect(load()).rejects.toThrow('ours')
  })
})

describe('a list that comes in pages', () => {
  const pages = { first: { items: [1, 2], next: 'c' }, second: { items: [3], next: null } }

  it('grows until its end', async () => {
    const asked: (string | undefined)[] = []
    const { content, hasMore, load, more } = usePaged(async (cursor?: string) => {
      asked.push(cursor)
      return cursor ? pages.second : pages.first
    })
    await load()
    expect([content.value, hasMore.value]).toEqual([[1, 2], true])
    await more()
    expect([content.value, hasMore.value]).toEqual([[1, 2, 3], false])
    await more()
    expect(asked).toEqual([undefined, 'c'])
  })
})
