import { describe, expect, it, vi } from 'vitest'
import { addressOf, Client, type Caller } from '@/api/client'
import {
  NotSignedIn,
  Refused,
  TimedOut,
  UnreadableAnswer,
  Unreachable,
  type Transport,
  type WireAnswer,
  type WireRequest,
} from '@/api/wire'

const NOBODY: Caller = { token: () => null, onTokenRefused: () => undefined }

function problem(status: number, code: string): WireAnswer {
  return {
    status,
    text: JSON.stringify({ code, title: '标题', detail: '原因', errors: [{ field: 'a', rule: 'b' }] }),
  }
}

function clientThatGets(
  answer: WireAnswer | Error,
  caller: Caller = NOBODY,
): { client: Client; sent: WireRequest[] } {
  const sent: WireRequest[] = []
  const transport: Transport = async (request) => {
    sent.push(request)
    if (answer instanceof Error) throw answer
    return answer
  }
  return { client: new Client({ base: 'https://server.example', transport, caller }), sent }
}

describe('a call', () => {
  it('goes to the address of the document with its parameters escaped', async () => {
    const { client, sent } = clientThatGets({ status: 200, text: '{"items":[],"next":null}' })
    await client.call('get', '/api/v1/communities/{community_id}/tickets/nearby', {
      path: { community_id: 'a/b' },
      query: { category: 'lift', building: '3 栋' },
    })
    expect(sent[0]?.url).toBe(
      'https://server.example/api/v1/communities/a%2Fb/tickets/nearby?category=lift&building=3%20%E6%A0%8B',
    )
  })

  it('leaves out a query that is not given', () => {
    expect(addressOf('/x', {}, { cursor: undefined, name: null })).toBe('/x')
  })

  it('carries the token, the key and JSON', async () => {
    const { client, sent } = clientThatGets(
      { status: 201, text: '{"id":"1"}' },
      { token: () => 'secret', onTokenRefused: () => undefined },
    )
    await client.call('post', '/api/v1/me/inbox/read', { body: { ids: ['1'] }, key: 'key-of-this-form' })
    expect(sent[0]?.headers).toEqual({
      Accept: 'application/json',
      'Content-Type': 'application/json',
      Authorization: 'Bearer secret',
      'Idempotency-Key': 'key-of-this-form',
    })
    expect(sent[0]?.body).toBe('{"ids":["1"]}')
  })

  it('carries no token where nobody is signed in', async () => {
    const { client, sent } = clientThatGets({ status: 202, text: '{}' })
    await client.call('post', '/api/v1/sign-in/codes', { body: { phone: '13900000001' } })
    expect(sent[0]?.headers['Authorization']).toBeUndefined()
  })

  it('answers nothing where the server has nothing to say', async () => {
    const { client } = clientThatGets({ status: 204, text: '' })
    expect(await client.call('delete', '/api/v1/sign-in/tokens/current', {})).toBeUndefined()
  })
})

describe('a call that fails', () => {
  it('says what the server refused, in its words', async () => {
    const { client } = clientThatGets(problem(422, 'code-refused'))
    const failure = await client.call('get', '/api/v1/me', {}).catch((reason: unknown) => reason)
    expect(failure).toBeInstanceOf(Refused)
    expect(failure).toMatchObject({
      status: 422,
      code: 'code-refused',
      title: '标题',
      detail: '原因',
      mayRetry: false,
    })
  })

  it('may be tried again where the server is at fault', async () => {
    const { client } = clientThatGets(problem(503, 'not-ready'))
    await expect(client.call('get', '/api/v1/me', {})).rejects.toMatchObject({ mayRetry: true })
  })

  it('tells the caller which token was refused', async () => {
    const onTokenRefused = vi.fn()
    const { client } = clientThatGets(problem(401, 'token-expired'), { token: () => 'old', onTokenRefused })
    await expect(client.call('get', '/api/v1/me', {})).rejects.toBeInstanceOf(NotSignedIn)
    expect(onTokenRefused).toHaveBeenCalledWith('old')
  })

  it('does not take a wrong code for a lost sign-in', async () => {
    const onTokenRefused = vi.fn()
    const { client } = clientThatGets(problem(401, 'code-refused'), { token: () => null, onTokenRefused })
    await expect(client.call('get', '/api/v1/me', {})).rejects.toBeInstanceOf(NotSignedIn)
    expect(onTokenRefused).not.toHaveBeenCalled()
  })

  it.each(['<html>502</html>', '', '{"code":1}', 'null'])('does not take %j for a refusal', async (text) => {
    const { client } = clientThatGets({ status: 502, text })
    await expect(client.call('get', '/api/v1/me', {})).rejects.toBeInstanceOf(UnreadableAnswer)
  })

  it('does not take a page of a proxy for an answer', async () => {
    const { client } = clientThatGets({ status: 200, text: '<html>please log in</html>' })
    await expect(client.call('get', '/api/v1/me', {})).rejects.toBeInstanceOf(UnreadableAnswer)
  })

  it.each([new Unreachable(), new TimedOut()])(
    'passes on that there was no answer: $name',
    async (failure) => {
      const { client } = clientThatGets(failure)
      await expect(client.call('get', '/api/v1/me', {})).rejects.toBe(failure)
    },
  )
})

describe('a file', () => {
  it('goes as a form field, with the time that a slow network takes', async () => {
    const { client, sent } = clientThatGets({ status: 201, text: '{"id":"p","width":1,"height":1}' })
    expect(await client.upload('/api/v1/photos', 'photo', 'blob:1')).toEqual({ id: 'p', width: 1, height: 1 })
    expect(sent[0]).toMatchObject({ file: { field: 'photo', path: 'blob:1' }, timeoutMs: 60_000 })
    expect(sent[0]?.headers['Content-Type']).toBeUndefined()
  })

  it('comes as bytes', async () => {
    const bytes = new ArrayBuffer(2)
    const { client, sent } = clientThatGets({ status: 200, text: '', bytes })
    expect(await client.picture('/api/v1/tickets/t/photos/p')).toBe(bytes)
    expect(sent[0]?.binary).toBe(true)
  })
})
