/** A server for offices in memory: it keeps what it is sent, and answers it to others. */
import { Client } from '@/api/client'
import { officeCalls, type RollElector } from '@/api/offices'
import { votingCalls, type Assembly } from '@/api/voting'
import type { WireAnswer, WireRequest } from '@/api/wire'
import type { OfficeParts } from '@/stores/offices/parts'

export const ASSEMBLY = 'assembly-1'
const CLOSES = '2026-04-01T00:00:00+08:00'

/** Bytes that look like chance, other ones each time. */
function chance(name: string): (count: number) => Promise<Uint8Array> {
  let seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)
  return (count) => {
    const bytes = new Uint8Array(count)
    for (let place = 0; place < count; place += 1) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      bytes[place] = seed >>> 24
    }
    return Promise.resolve(bytes)
  }
}

export class OfficeServer {
  readonly sent: { path: string; body: Record<string, unknown> }[] = []
  /** Answers by "METHOD path"; a function may throw what the transport throws. */
  readonly answers = new Map<string, () => unknown>()
  readonly messages: { round: number; index: number; body: string; signature: string }[] = []
  stage = 'NOTICED'
  people: Assembly['people'] = []
  threshold: number | null = null
  roll: RollElector[] = []

  assembly(): Assembly {
    const election = { uuid: 'Aa1111111111111', scope: 'all', items: ['fund'], electors: 2, area: 300 }
    return {
      id: ASSEMBLY,
      stage: this.stage,
      people: this.people,
      elections: [election],
      closes_at: CLOSES,
      drill: true,
      threshold: this.threshold,
    } as unknown as Assembly
  }

  /** A device of its own for a person. */
  device(name: string, index = 1): OfficeParts {
    const kept = new Map<string, string>()
    const transport = (request: WireRequest): Promise<WireAnswer> => this.answer(request, index)
    const caller = { token: () => name, onTokenRefused: () => undefined }
    const client = new Client({ base: '', transport, caller })
    return {
      calls: votingCalls(client),
      office: officeCalls(client),
      accountId: name,
      secrets: {
        read: (place) => kept.get(place),
        keep: (place, secret) => void kept.set(place, secret),
        erase: (place) => void kept.delete(place),
      },
      draw: chance(name),
      newKey: () => Promise.resolve('key'),
      pause: () => Promise.resolve(),
      now: () => 0,
      verify: () => Promise.reject(new Error('this server has no record to verify')),
      wallClock: () => Date.parse('2026-04-02T00:00:00+08:00'),
    }
  }

  private answer({ method, url, body }: WireRequest, index: number): Promise<WireAnswer> {
    const path = url.replace('/api/v1', '')
    const content = body === undefined ? {} : (JSON.parse(body) as Record<string, unknown>)
    const own = this.answers.get(`${method} ${path}`)
    try {
      const given = own ? own() : this.usual(method, path, content, index)
      if (method !== 'GET') this.sent.push({ path, body: content })
      return Promise.resolve({ status: 200, text: JSON.stringify(given ?? {}) })
    } catch (reason) {
      if (reason instanceof Response400) return Promise.resolve({ status: 422, text: reason.message })
      return Promise.reject(reason)
    }
  }

  private usual(method: string, path: string, content: Record<string, unknown>, index: number): unknown {
    if (path.endsWith('/registrar-roll')) return { assembly: ASSEMBLY, electors: this.roll }
    if (path.endsWith('/my-key')) return this.takeKey(content, index)
    if (!path.endsWith('/ceremony')) return this.assembly()
    if (method === 'POST') this.messages.push({ ...(content as never as (typeof this.messages)[0]), index })
    const size = this.people.filter(({ role }) => role === 'trustee').length
    const mode = this.threshold === null ? 'mandatory' : 'threshold'
    return { mode, size, threshold: this.threshold, round: 1, messages: this.messages }
  }

  private takeKey(content: Record<string, unknown>, index: number): Assembly {
    this.people = this.people.map((one) =>
      one.role === content['role'] && one.index === index
        ? { ...one, sign_key: String(content['sign_key']), seal_key: String(content['seal_key']) }
        : one,
    )
    return this.assembly()
  }
}

/** A refusal of the server's. */
export class Response400 extends Error {
  constructor(code: string) {
    super(JSON.stringify({ code, title: code, detail: code }))
  }
}

export function person(role: string, index: number): Assembly['people'][0] {
  return { role, index, name: `${role} ${index}`, organisation: null, sign_key: null, seal_key: null }
}
