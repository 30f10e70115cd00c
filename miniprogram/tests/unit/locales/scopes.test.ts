import { describe, expect, it } from 'vitest'
import { scopeText as english } from '@/locales/en/scopes'
import { scopeText } from '@/locales/zh-Hans/scopes'
import { scopeOf, scopeParts } from '@/stores/offices/draft'

describe('whose owners decide', () => {
  it.each([
    ['all', '全体业主', 'All owners'],
    ['building:3', '3号楼', 'Building 3'],
    ['building:A-2', 'A-2号楼', 'Building A-2'],
    ['stair:3-1', '3号楼1单元', 'Building 3, stair 1'],
    ['stair:A-2-1', 'A-2号楼1单元', 'Building A-2, stair 1'],
  ])('%s has a name', (scope, told, inEnglish) => {
    expect([scopeText(scope), english(scope)]).toEqual([told, inEnglish])
  })

  it.each(['all', 'building:3', 'stair:3-1'])('%s stays itself through the form', (scope) => {
    const { kind, where } = scopeParts(scope)
    expect(scopeOf(kind, where)).toBe(scope)
  })
})
