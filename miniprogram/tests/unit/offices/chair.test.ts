/** The chair's one page and the draft behind it. */
import { describe, expect, it } from 'vitest'
import type { Assembly } from '@/api/chair'
import { Refused } from '@/api/wire'
import { nextDeadline, nextStep } from '@/stores/offices/chair'
import { emptyDraft, emptyItem, fieldsOf, formOf, wrongAt, wrongWithItem } from '@/stores/offices/draft'

const ASSEMBLY = {
  notice_date: '2026-03-02',
  opens_at: '2026-03-18T00:00:00+08:00',
  closes_at: '2026-04-02T00:00:00+08:00',
  objections_until: '2026-04-12T00:00:00+08:00',
  elections: [],
} as unknown as Assembly

describe('an assembly', () => {
  it.each([
    ['DRAFT', 'review', 'notice'],
    ['REVIEW', 'notice', 'notice'],
    ['NOTICED', 'freeze', 'opens'],
    ['READY', null, 'opens'],
    ['OPEN', null, 'closes'],
    ['CLOSED', null, undefined],
    ['AUDITED', 'preliminary', undefined],
    ['AUDIT_REFUSED', null, undefined],
    ['PRELIMINARY', 'final', 'objections'],
    ['FINAL', null, undefined],
  ])('in %s leads to %s, and waits for %s', (stage, step, kind) => {
    expect(nextStep({ ...ASSEMBLY, stage })).toBe(step)
    expect(nextDeadline({ ...ASSEMBLY, stage })?.kind).toBe(kind)
  })

  it('with a frozen roll is declared ready next', () => {
    const elections = [{ uuid: 'x' }] as unknown as Assembly['elections']
    expect(nextStep({ stage: 'NOTICED', elections })).toBe('ready')
  })
})

describe('a draft', () => {
  it('names candidates a line each, and party members by an asterisk', () => {
    const item = { ...emptyItem('committee'), kind: 'election' as const, candidates: '甲\n\n 乙 *\n丙＊' }
    const [form] = formOf({ ...emptyDraft(), items: [item] }).items
    expect(form?.candidates).toEqual([
      { id: 'c1', name: '甲', party_member: false },
      { id: 'c2', name: '乙', party_member: true },
      { id: 'c3', name: '丙', party_member: true },
    ])
  })

  it('leaves the threshold out where all must decrypt', () => {
    expect(formOf(emptyDraft()).threshold).toBeNull()
    expect(formOf({ ...emptyDraft(), threshold: '2' }).threshold).toBe(2)
  })

  it('that comes back from the server is the same form again', () => {
    const item = { ...emptyItem('committee'), kind: 'election' as const, candidates: '甲\n乙 *' }
    const form = formOf({ ...emptyDraft(), title: '会议', notice: '2026-03-02', items: [item] })
    expect(formOf(fieldsOf(form as unknown as Assembly))).toEqual(form)
  })

  it('shows what was refused at its field, and at its item', () => {
    const errors = [
      { field: 'title', rule: '太短' },
      { field: 'items.item-1', rule: '范围不明' },
    ]
    const refused = new Refused(422, 'draft-refused', '', '', errors)
    expect(wrongAt(refused, 'title')).toBe('太短')
    expect(wrongWithItem(refused, emptyItem('item-1'))).toBe('范围不明')
    expect(wrongWithItem(refused, emptyItem('item-2'))).toBe('')
  })
})
