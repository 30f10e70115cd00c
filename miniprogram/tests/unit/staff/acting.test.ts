import { describe, expect, it } from 'vitest'
import { zhHans } from '@/locales/zh-Hans'
import { actName, actOf, emptyAct, lackOf, offeredActs, STAFF_ACTS } from '@/stores/staff/acting'
import { factsText, isInternal } from '@/stores/staff/history'
import { emptyIntake, intakeForm, intakeLacks } from '@/stores/staff/intake'

const TICKET = {
  acts: STAFF_ACTS,
  priority: 'P3',
  state: 'acknowledged',
  assignee: null,
  parties: ['dispatcher'],
  history: [],
}

describe('the acts that are offered', () => {
  it('are those that the server says, in our order', () => {
    const acts = ['rejected', 'confirmed', 'acknowledged']
    expect(offeredActs({ ...TICKET, acts })).toEqual(['acknowledged', 'rejected'])
  })

  it('hold a plan only for what is complex', () => {
    expect(offeredActs(TICKET)).not.toContain('planned')
    expect(offeredActs({ ...TICKET, priority: 'P4' })).toContain('planned')
  })

  it('judge an appeal only while one is open', () => {
    const rejected = { ...TICKET, state: 'rejected' }
    expect(offeredActs(rejected)).not.toContain('reopened')
    const appealed = { ...rejected, history: [{ kind: 'appealed' }] }
    expect(offeredActs(appealed)).toEqual(expect.arrayContaining(['reopened', 'appeal_dismissed']))
    const judged = { ...rejected, history: [{ kind: 'appealed' }, { kind: 'appeal_dismissed' }] }
    expect(offeredActs(judged)).not.toContain('appeal_dismissed')
  })

  it('assign first what nobody has, and last what somebody holds', () => {
    const acts = ['assigned', 'resolved', 'rejected']
    expect(offeredActs({ ...TICKET, acts })).toEqual(['assigned', 'resolved', 'rejected'])
    const held = { ...TICKET, acts, assignee: '演示' }
    expect(offeredActs(held)).toEqual(['resolved', 'assigned', 'rejected'])
    expect(offeredActs({ ...held, parties: ['worker'] })).toEqual(['resolved', 'rejected'])
  })

  it('let a worker take a ticket, not assign it', () => {
    expect(actName('assigned', ['worker'], zhHans)).toBe('接单')
    expect(actName('assigned', ['dispatcher', 'worker'], zhHans)).toBe('派单')
  })
})

describe('what a form lacks', () => {
  it.each([
    ['resolved', {}, '请写明说明'],
    ['resolved', { text: '已修好' }, ''],
    ['assigned', {}, '请选择派给谁'],
    ['waited', { text: '等货' }, '请选择等什么'],
    ['planned', { text: '分两批', until: '明天' }, '请选择日期'],
    ['reclassified', { priority: 'P2' }, ''],
    ['acknowledged', {}, ''],
  ] as const)('%s with %j', (kind, part, lack) => {
    expect(lackOf(kind, { ...emptyAct(), ...part }, zhHans)).toBe(lack)
  })
})

describe('the form that is sent', () => {
  it('carries the facts of its kind and no other', () => {
    const draft = { ...emptyAct(), text: ' 等阀门 ', wait: 'parts', reason: 'court' }
    expect(actOf('waited', draft, ['p'])).toEqual({
      kind: 'waited',
      text: '等阀门',
      photos: ['p'],
      facts: { wait: 'parts' },
    })
  })

  it('says that something cannot be solved only where that was ticked', () => {
    expect(actOf('resolved', emptyAct(), []).facts).toEqual({})
    expect(actOf('resolved', { ...emptyAct(), impossible: true }, []).facts).toEqual({ impossible: true })
  })

  it('has no satisfaction of somebody who was not reached', () => {
    const draft = { ...emptyAct(), callback: 'unreached', satisfaction: 4 }
    expect(actOf('called_back', draft, []).facts).toEqual({ callback: 'unreached' })
    expect(actOf('called_back', { ...draft, callback: 'solved' }, []).facts).toEqual({
      callback: 'solved',
      satisfaction: 4,
    })
  })
})

describe('what happened', () => {
  it('is marked where residents do not see it', () => {
    expect([isInternal({ kind: 'noted' }), isInternal({ kind: 'replied' })]).toEqual([true, false])
  })

  it('tells facts in words, and nothing of what it does not know', () => {
    const facts = { callback: 'solved', satisfaction: 5, account_id: 'secret' }
    expect(factsText(zhHans, { kind: 'called_back', facts })).toBe('居民说已解决 · 满意度 5/5')
  })
})

describe('a report entered for somebody', () => {
  it('needs building and room of a home', () => {
    const draft = { ...emptyIntake(), category: 'no-heat', text: '不热', building: '2' }
    expect(intakeLacks(draft, zhHans)).toEqual({ place: '请写明位置' })
    expect(intakeLacks({ ...draft, room: '201' }, zhHans)).toEqual({})
  })

  it('may leave the phone out, but not have a wrong one', () => {
    const draft = { ...emptyIntake(), category: 'x', text: 'x', place: 'community' as const }
    expect(intakeLacks({ ...draft, phone: '' }, zhHans)).toEqual({})
    expect(intakeLacks({ ...draft, phone: '王先生' }, zhHans).phone).toBeTruthy()
  })

  it('says how it came and who can be reached', () => {
    const draft = { ...emptyIntake(), channel: 'walk_in' as const, name: ' 演示 ', phone: '13900000001' }
    expect(intakeForm({ ...draft, building: '2', room: '201' }, [])).toMatchObject({
      channel: 'walk_in',
      contact_name: '演示',
      contact_phone: '13900000001',
      place: { kind: 'unit', building: '2', room: '201' },
    })
  })
})
