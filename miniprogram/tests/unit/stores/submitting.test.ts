import { describe, expect, it } from 'vitest'
import { Refused, TimedOut } from '@/api/wire'
import { useSubmission } from '@/stores/submitting'

function refusal(status: number): Refused {
  return new Refused(status, 'x', '标题', '原因', [])
}

/** A server that answers in turn and notes the keys that it was sent. */
function answering(...answers: (string | Error)[]): {
  keys: string[]
  send: (key: string, text: string) => Promise<string>
} {
  const keys: string[] = []
  return {
    keys,
    send: async (key) => {
      keys.push(key)
      const answer = answers.shift() ?? 'done'
      if (answer instanceof Error) throw answer
      return answer
    },
  }
}

describe('a submission', () => {
  it('keeps its key while nobody knows whether it was carried out', async () => {
    const server = answering(new TimedOut(), refusal(503), 'done')
    const { submit, failure } = useSubmission(server.send)
    expect(await submit('same')).toBeNull()
    expect(failure.value).toBeInstanceOf(TimedOut)
    await submit('same')
    expect(await submit('same')).toBe('done')
    expect(new Set(server.keys).size).toBe(1)
    expect(server.keys[0]).toMatch(/^[0-9a-f]{32}$/)
  })

  it('takes another key for other content, after a refusal, and after a success', async () => {
    const server = answering(new TimedOut(), refusal(422), 'done', 'done')
    const { submit } = useSubmission(server.send)
    await submit('one')
    await submit('two')
    await submit('two')
    await submit('two')
    expect(new Set(server.keys).size).toBe(4)
  })

  it('is sent once, however often the button is pressed', async () => {
    const server = answering()
    const { submit, isBusy } = useSubmission(server.send)
    const both = [submit('x'), submit('x')]
    expect(isBusy.value).toBe(true)
    expect(await Promise.all(both)).toEqual(['done', null])
    expect(server.keys).toHaveLength(1)
    expect(isBusy.value).toBe(false)
  })

  it('does not hide a fault of our own', async () => {
    const { submit } = useSubmission(answering(new TypeError('ours')).send)
    await expect(submit('x')).rejects.toThrow('ours')
  })
})
