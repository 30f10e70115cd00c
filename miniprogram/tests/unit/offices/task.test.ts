/** Acts that take a while: how far they are, and how they end. */
import { describe, expect, it } from 'vitest'
import { Unreachable } from '@/api/wire'
import { useTask } from '@/stores/offices/task'

/** An act that tells of as many steps as it is let make. */
function stepping() {
  const told: number[] = []
  let go: () => void = () => undefined
  const task = useTask(async (tell) => {
    for (let step = 1; step <= 4; step += 1) {
      await new Promise<void>((resolve) => (go = resolve))
      tell(step / 4)
      told.push(step)
    }
    return 'whole'
  })
  const next = async (): Promise<void> => {
    go()
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  return { task, told, next }
}

describe('a task', () => {
  it('tells how far it is and what it came to', async () => {
    const { task, next } = stepping()
    const run = task.run()
    await next()
    expect([task.isBusy.value, task.progress.value]).toEqual([true, 0.25])
    for (let step = 2; step <= 4; step += 1) await next()
    expect(await run).toBe('whole')
    expect([task.isBusy.value, task.progress.value, task.outcome.value]).toEqual([false, null, 'whole'])
  })

  it('that is stopped ends at its next step with neither an outcome nor a failure', async () => {
    const { task, told, next } = stepping()
    const run = task.run()
    await next()
    task.stop()
    await next()
    expect(await run).toBeNull()
    expect(told).toEqual([1])
    expect([task.isBusy.value, task.outcome.value, task.failure.value]).toEqual([false, null, null])
  })

  it('may be run again after it was stopped', async () => {
    const { task, next } = stepping()
    const first = task.run()
    task.stop()
    await next()
    await first
    const second = task.run()
    for (let step = 1; step <= 4; step += 1) await next()
    expect(await second).toBe('whole')
  })

  it('that fails keeps why', async () => {
    const task = useTask(() => Promise.reject(new Unreachable('no network')))
    expect(await task.run()).toBeNull()
    expect(task.failure.value).toBeInstanceOf(Unreachable)
  })
})
