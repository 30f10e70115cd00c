/** Recomputed outcomes as pages show them. */
import type { Assembly } from '@/api/voting'
import type { Words } from '@/locales/zh-Hans'
import { areaText } from '@/stores/voting/area'
import type { WritableFields } from '@/voting/json'

export interface OutcomeRow {
  id: string
  title: string
  outcome: string
  participating: string
  answers: string[]
}

interface CountFields {
  area: bigint
  heads: bigint
}

/** Names answers and candidates, and writes heads and area. */
export function outcomeRows(words: Words, assembly: Assembly, items: WritableFields): OutcomeRow[] {
  return assembly.items.flatMap(({ id, title, candidates }) => {
    const found = items[id] as WritableFields | undefined
    if (!found) return []
    const names = new Map(candidates.map((each) => [each.id, each.name]))
    const name = (key: string): string => names.get(key) ?? words.offices.auditor.answers[key] ?? key
    const answers = entriesOf(found['votes']).map(([key, count]) => `${name(key)} ${countText(words, count)}`)
    return [
      {
        id,
        title,
        outcome: words.offices.auditor.outcomes[String(found['outcome'])] ?? '',
        participating: countText(words, found['participating'] as unknown as CountFields),
        answers,
      },
    ]
  })
}

function countText(words: Words, { heads, area }: CountFields): string {
  return words.offices.auditor.votes(heads.toString(), areaText(Number(area)))
}

/** Entries of a map or of plain fields. */
function entriesOf(value: unknown): [string, CountFields][] {
  const pairs = value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value as object)
  return pairs.map(([key, count]) => {
    const fields = count instanceof Map ? Object.fromEntries(count as Map<string, bigint>) : (count as object)
    return [key, fields as CountFields]
  })
}
