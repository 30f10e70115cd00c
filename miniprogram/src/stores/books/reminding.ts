/** Who may be reminded now, and what came of it. */
import type { Remindable, ReminderOutcome } from '@/api/feeTypes'
import { todayInChina } from '@/locales/money'

/** Whether the week since the last reminder is over. */
export function mayRemind(one: Pick<Remindable, 'remind_from'>, now: Date): boolean {
  return one.remind_from === null || one.remind_from <= todayInChina(now)
}

/** One line of what came of a batch. */
export interface OutcomeLine {
  label: string
  isDone: boolean
  /** Why nothing was sent; empty where it was. */
  detail: string
}

export function outcomesOf(
  outcomes: readonly ReminderOutcome[],
  holders: readonly Pick<Remindable, 'unit_id' | 'label'>[],
): OutcomeLine[] {
  const labels = new Map(holders.map(({ unit_id: id, label }) => [id, label]))
  return outcomes.map(({ unit_id: id, done, detail }) => ({
    label: labels.get(id) ?? id,
    isDone: done,
    detail: done ? '' : (detail ?? ''),
  }))
}
