import { describe, expect, it } from 'vitest'
import { en } from '@/locales/en'
import { zhHans } from '@/locales/zh-Hans'

/** Every place of a text in a language: "home.report", "ticket.ratings.0". */
function placesOf(part: object, path = ''): string[] {
  return Object.entries(part).flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null
      ? placesOf(inner as object, `${path}${name}.`)
      : [`${path}${name}`],
  )
}

function textsOf(part: object): string[] {
  return Object.values(part).flatMap((inner) =>
    typeof inner === 'object' && inner !== null
      ? textsOf(inner as object)
      : typeof inner === 'string'
        ? [inner]
        : [],
  )
}

describe('languages', () => {
  it('say the same things', () => {
    expect(placesOf(en).sort()).toEqual(placesOf(zhHans).sort())
  })

  it('leave nothing unsaid', () => {
    expect([...textsOf(en), ...textsOf(zhHans)].filter((text) => !text.trim())).toEqual([])
  })

  it('do not mix, but for the names of languages', () => {
    const chinese = textsOf(en).filter((text) => /[\u4e00-\u9fff]/.test(text))
    expect(chinese).toEqual(['Language / 语言', '简体中文'])
  })
})
