import { describe, expect, it } from 'vitest'
import type { Category, Home } from '@/api/types'
import { zhHans } from '@/locales/zh-Hans'
import { buildingOf, emptyDraft, formOf, headingsOf, lacksOf } from '@/stores/report'

const HOME: Home = {
  community_id: 'c',
  community: '示例花园',
  unit_id: 'u',
  label: '3-1-501',
  building: '3',
  stair: '1',
  room: '501',
  bond: 'owner',
  state: 'confirmed',
  residency_id: null,
}

function aDraft(changes: Partial<ReturnType<typeof emptyDraft>>): ReturnType<typeof emptyDraft> {
  return { ...emptyDraft(), category: 'lift-stopped', spot: '东门', text: '停了', ...changes }
}

function aCategory(code: string, parent: string | null): Category {
  const rest = { name: code, description: '', keywords: '', priority: 'P3', department: '', questions: [] }
  return { code, parent, ...rest, needs_proof: false, radius_m: 50, position: 0 }
}

describe('a report', () => {
  it('says everything that it lacks', () => {
    expect(Object.keys(lacksOf(emptyDraft(), zhHans)).sort()).toEqual(['category', 'place', 'text'])
    expect(lacksOf(aDraft({}), zhHans)).toEqual({})
  })

  it.each([
    ['spot', { spot: ' ' }],
    ['building', { building: '' }],
    ['unit', { unitId: '' }],
  ] as const)('needs a place of its kind: %s', (place, changes) => {
    expect(lacksOf(aDraft({ place, ...changes }), zhHans).place).toBe(zhHans.report.needPlace)
  })

  it('about everywhere needs no place', () => {
    expect(lacksOf(aDraft({ place: 'community', spot: '' }), zhHans)).toEqual({})
  })

  it('about a home names where the registry has it', () => {
    const { place } = formOf(aDraft({ place: 'unit', unitId: 'u', spot: '' }), HOME, [])
    expect(place).toEqual({ kind: 'unit', building: '3', stair: '1', room: '501', spot: '' })
  })

  it('sends its words without the blanks around them', () => {
    const form = formOf(aDraft({ text: ' 停了 ' }), undefined, ['p1'])
    expect(form).toMatchObject({ text: '停了', photos: ['p1'], place: { kind: 'spot', spot: '东门' } })
  })

  it('looks for the same matter in the building it is about', () => {
    expect(buildingOf(aDraft({ place: 'unit' }), HOME)).toBe('3')
    expect(buildingOf(aDraft({ place: 'building', building: ' 5 ' }), undefined)).toBe('5')
    expect(buildingOf(aDraft({ building: '5' }), undefined)).toBe('')
  })

  it('offers categories below their headings', () => {
    const tree = headingsOf([
      aCategory('lift', null),
      aCategory('lift-stopped', 'lift'),
      aCategory('roads', null),
    ])
    expect(tree.map(({ heading, leaves }) => [heading.code, leaves.map(({ code }) => code)])).toEqual([
      ['lift', ['lift-stopped']],
      ['roads', []],
    ])
  })
})
