/** The figures page: its filter, the whole and its lines, and what narrows them. */
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { listFigures } from '@/api/figures'
import type { Figure } from '@/api/types'
import { useLoaded, type Loaded } from '../loading'
import {
  arePeriod,
  canNarrow,
  daysOf,
  figuresQuery,
  narrowed,
  type FiguresFilter,
  type Grouping,
  type Period,
} from './figures'

/** The whole of a filter, and its groups. */
export interface Table {
  whole: Figure
  lines: Figure[]
}

/** A field that a line was narrowed to, by the name that people read. */
export interface Narrowing {
  field: 'communityId' | 'firmId' | 'category'
  name: string
}

export interface FiguresScreen extends Loaded<Table> {
  filter: Ref<FiguresFilter>
  period: Ref<Period>
  narrowings: Ref<Narrowing[]>
  /** Whether the days can be asked for. */
  isPeriod: ComputedRef<boolean>
  choosePeriod(period: Period): Promise<void>
  chooseDays(part: Partial<Pick<FiguresFilter, 'first' | 'last'>>): Promise<void>
  group(by: Grouping): Promise<void>
  /** Shows one line alone, grouped by what it is made of. */
  narrow(line: Figure): Promise<void>
  widen(field: Narrowing['field']): Promise<void>
}

/** What a narrowed line is grouped by next. */
const NEXT: Readonly<Record<Grouping, Grouping>> = {
  firm: 'community',
  community: 'category',
  category: 'month',
  month: 'category',
}
const FIELDS = { firm: 'firmId', community: 'communityId', category: 'category' } as const

export function useFigures(now: () => Date = () => new Date()): FiguresScreen {
  const filter = ref<FiguresFilter>({
    ...daysOf('days30', now()),
    by: 'firm',
    communityId: '',
    firmId: '',
    category: '',
  })
  const period = ref<Period>('days30')
  const narrowings = ref<Narrowing[]>([])
  const isPeriod = computed(() => arePeriod(filter.value))
  const loaded = useLoaded(() => tableOf(filter.value))

  async function change(part: Partial<FiguresFilter>): Promise<void> {
    filter.value = { ...filter.value, ...part }
    if (isPeriod.value) await loaded.load()
  }

  async function choosePeriod(chosen: Period): Promise<void> {
    period.value = chosen
    if (chosen !== 'own') await change(daysOf(chosen, now()))
  }

  async function narrow(line: Figure): Promise<void> {
    const { by } = filter.value
    if (!canNarrow(line.key)) return
    if (by === 'month') period.value = 'own'
    else narrowings.value = [...narrowings.value, { field: FIELDS[by], name: line.name }]
    await change({ ...narrowed(filter.value, line.key), by: NEXT[by] })
  }

  async function widen(field: Narrowing['field']): Promise<void> {
    narrowings.value = narrowings.value.filter((one) => one.field !== field)
    await change({ [field]: '' })
  }

  return {
    ...loaded,
    filter,
    period,
    narrowings,
    isPeriod,
    choosePeriod,
    chooseDays: change,
    group: (by) => change({ by }),
    narrow,
    widen,
  }
}

async function tableOf(filter: FiguresFilter): Promise<Table> {
  const [whole, lines] = await Promise.all([
    listFigures(figuresQuery(filter, 'nothing')),
    listFigures(figuresQuery(filter, filter.by)),
  ])
  const [first] = whole
  if (!first) throw new TypeError('the whole is always one figure')
  return { whole: first, lines }
}
