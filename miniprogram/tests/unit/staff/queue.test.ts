import { describe, expect, it } from 'vitest'
import { Unreachable } from '@/api/wire'
import type { TicketRow } from '@/api/types'
import { dueText } from '@/stores/staff/due'
import {
  furtherCount,
  NO_FILTER,
  QUICK,
  queryOf,
  quickOf,
  useColleagues,
  useSelection,
} from '@/stores/staff/queue'
import { zhHans } from '@/locales/zh-Hans'

const NOW = Date.parse('2026-03-02T04:00:00Z')

function row(part: Partial<TicketRow>): TicketRow {
  return { id: 't1', community_id: 'c1', state: 'acknowledged', due_at: null, ...part } as TicketRow
}

describe('what is asked of the queue', () => {
  it('is all open tickets unless narrowed', () => {
    expect(queryOf(NO_FILTER)).toMatchObject({ open_only: true, assignee: '', overdue: false, number: '' })
  })

  it('is not "overdue" among closed tickets, which have no due time', () => {
    expect(queryOf({ ...NO_FILTER, isClosed: true, isOverdue: true }).overdue).toBe(false)
  })

  it('is a number without the blanks around it', () => {
    expect(queryOf({ ...NO_FILTER, number: ' 20260302-1 ' }).number).toBe('20260302-1')
  })

  it('tells how many further fields narrow it', () => {
    expect(furtherCount({ ...NO_FILTER, priority: 'P1', number: ' ', category: 'rubbish' })).toBe(2)
  })

  it.each(Object.entries(QUICK))('knows the quick choice %s again', (name, part) => {
    expect(quickOf({ ...NO_FILTER, ...part })).toBe(name)
  })
})

describe('picked tickets', () => {
  it('are picked and let go one by one', () => {
    const selection = useSelection()
    selection.toggle('a')
    selection.toggle('b')
    selection.toggle('a')
    expect(selection.ids.value).toEqual(['b'])
  })

  it('are all, or none where all were', () => {
    const selection = useSelection()
    selection.toggle('a')
    selection.toggleAll(['a', 'b'])
    expect(selection.count.value).toBe(2)
    selection.toggleAll(['a', 'b'])
    expect(selection.count.value).toBe(0)
  })
})

describe('names of colleagues', () => {
  it('are asked once for each community', async () => {
    const asked: string[] = []
    const { names, learn } = useColleagues(async (id) => {
      asked.push(id)
      return [{ account_id: `of-${id}`, name: '演示' }]
    })
    await learn([row({ id: 'a' }), row({ id: 'b' }), row({ id: 'c', community_id: 'c2' })])
    await learn([row({ id: 'b' })])
    expect(asked).toHaveLength(2)
    expect(names.value['of-c']).toBe('演示')
  })

  it('are asked again after a failure, which is not shown', async () => {
    const answers = [Promise.reject(new Unreachable()), Promise.resolve([{ account_id: 'x', name: '演示' }])]
    const { names, learn } = useColleagues(
      () => answers.shift() as Promise<{ account_id: string; name: string }[]>,
    )
    await learn([row({})])
    expect(names.value).toEqual({})
    await learn([row({})])
    expect(names.value).toEqual({ x: '演示' })
  })
})

describe('how a ticket stands', () => {
  it.each([
    ['submitted', '2026-03-02T05:00:00Z', '受理', '还剩 60 分钟', 'warn'],
    ['acknowledged', '2026-03-04T05:00:00Z', '办结', '还剩 2 天', 'plain'],
    ['reopened', '2026-03-02T01:00:00Z', '受理', '⚠ 已超 3 小时', 'danger'],
    ['waiting', null, '办结', '暂停计时', 'plain'],
    ['in_progress', null, '办结', '到期时间待定', 'plain'],
  ])('%s, due %s', (state, due_at, clock, standing, tone) => {
    const told = dueText(zhHans, { state, due_at }, NOW)
    expect(told).toEqual({ clock, standing: standing.replace('60 分钟', '1 小时'), tone })
  })

  it('has nothing due once it is closed', () => {
    expect(dueText(zhHans, { state: 'confirmed', due_at: '2026-03-02T05:00:00Z' }, NOW)).toBeNull()
  })
})
