import { expect, it } from 'vitest'
import type { Publication } from '@/api/feeTypes'
import { newestOf } from '@/stores/fees/disclosing'

function aPublication(kind: 'common' | 'fund', first_day: string, version: number): Publication {
  const rest = { due_day: first_day, last_day: first_day, is_late: false, published_at: '', reason: '' }
  return {
    id: `${kind}-${first_day}-${version}`,
    kind,
    first_day,
    version,
    name: '',
    ...rest,
    replaces_id: null,
    sha256: '',
  }
}

it('the newest is the last version of the last period, for each kind of books', () => {
  const found = newestOf([
    aPublication('common', '2026-04-01', 2),
    aPublication('common', '2026-07-01', 1),
    aPublication('common', '2026-07-01', 2),
    aPublication('fund', '2025-01-01', 1),
  ])
  expect(found.map(({ id }) => id)).toEqual(['common-2026-07-01-2', 'fund-2025-01-01-1'])
})
