/** A server that stands in for ours behind a transport: an assembly of its own, and the real voting code. */
import { Client } from '@/api/client'
import { votingCalls, type Assembly, type BallotForm, type SealedCode } from '@/api/voting'
import { Unreachable, type Transport, type WireRequest } from '@/api/wire'
import type { Secrets } from '@/platform/storage'
import type { VotingParts } from '@/stores/voting/parts'
import { checkBallot, parseBallot } from '@/voting/ballot'
import { Chain, headerRecord } from '@/voting/archive'
import { concatBytes, encodeUtf8, toHex } from '@/voting/bytes'
import { CODE_BYTES, newCode, newUuid, publicCredential } from '@/voting/credentials'
import { Election } from '@/voting/election'
import { hexSha256 } from '@/voting/encoding'
import { BELENIOS_2048 } from '@/voting/group'
import { parseManifest } from '@/voting/manifest'
import { questionOf } from '@/voting/agenda'
import type { Writable } from '@/voting/json'
import { Drawn } from '@/voting/random'
import { type Document, SigningKey, canonicalText, verifyStatement } from '@/voting/signing'
import { SINGLE_KEY_BYTES, makeSingleKey } from '@/voting/trustees'

export const ASSEMBLY = 'a-1'
export const ACCOUNT = 'account-1'
const HASH = '0'.repeat(64)
const BEGAN = 1_773_763_200
const OPENS = '2026-03-18T00:00:00+08:00'
const CLOSES = '2026-04-02T00:00:00+08:00'

export function chance(count: number): Promise<Uint8Array> {
  return Promise.resolve(crypto.getRandomValues(new Uint8Array(count)))
}

async function drawn(count: number): Promise<Drawn> {
  return new Drawn(await chance(count))
}

const VOTE = { id: 'fund', matter: 5, title: '使用维修资金更换电梯', text: '两部电梯各更换一台。' }
const COMMITTEE = { id: 'committee', matter: 3, title: '选举业主委员会', text: '' }
const CANDIDATES = ['一', '二', '三', '四'].map((name, place) => ({
  id: `c${place + 1}`,
  name: `候选${name}`,
  party_member: false,
}))

/** One election of the house, and the codes of its electors. */
export interface Poll {
  uuid: string
  manifest: Uint8Array
  roll: Uint8Array
  election: Uint8Array
}

function itemDocument(item: typeof VOTE, question: number, seats: number | null): Document {
  const own = {
    attachments: [],
    id: item.id,
    kind: seats === null ? 'vote' : 'election',
    matter: item.matter,
    question,
    text_sha256: hexSha256(encodeUtf8(item.text)),
    title: item.title,
  }
  return seats === null ? own : { ...own, seats, candidates: CANDIDATES }
}

export interface Wishes {
  maxChanges?: number
  stage?: string
}

/** The server. Tests reach in to make it lie, fail or be slow. */
export class House {
  readonly key = new SigningKey(crypto.getRandomValues(new Uint8Array(32)))
  readonly registrar = new SigningKey(crypto.getRandomValues(new Uint8Array(32)))
  readonly codes = new Map<string, string>()
  readonly board: { tracker: string; credential: bigint; height: number; raw: Uint8Array }[] = []
  /** Ballots as the archive has them; those of the board unless a test lies. */
  archived: Uint8Array[] | null = null
  readonly answers = new Map<string, { status: number; body: unknown }>()
  readonly seen: { path: string; body: string; authorization: string | undefined }[] = []
  sealed: SealedCode[] = []
  devices = new Map<string, string>()
  files = new Map<string, Uint8Array>()
  result: Writable = null
  resultSigner = this.key
  poll!: Poll
  assembly!: Assembly
  channel: string | null = null
  /** Paths answered with a refusal instead. */
  refuse = new Map<string, { status: number; code: string }>()
  /** How many answers to casts are lost on the way back. */
  losesAnswers = 0
  /** How many casts never arrive. */
  losesCasts = 0

  static async open(wishes: Wishes = {}): Promise<House> {
    const house = new House(wishes)
    await house.found()
    return house
  }

  private constructor(readonly wishes: Wishes) {}

  private async found(): Promise<void> {
    const uuid = newUuid(await drawn(CODE_BYTES))
    for (const name of ['E1', 'E2', 'E3']) this.codes.set(name, newCode(await drawn(CODE_BYTES)))
    const roll = encodeUtf8(
      canonicalText({
        electors: [...this.codes].map(([pseudonym, code], place) => ({
          area: 9000 + place,
          credential: publicCredential(code, uuid).toString(),
          pseudonym,
        })),
        kind: 'roll',
        uuid,
        version: 1,
      }),
    )
    const manifest = encodeUtf8(canonicalText(this.manifestDocument(uuid, hexSha256(roll))))
    const { secret } = makeSingleKey(await drawn(SINGLE_KEY_BYTES))
    const publicKey = BELENIOS_2048.powerG(secret)
    const read = parseManifest(manifest)
    const election = Election.create({
      uuid,
      name: `${read.title} (${read.scope})`,
      description: hexSha256(manifest),
      publicKey,
      questions: read.items.map(questionOf),
    })
    this.poll = { uuid, manifest, roll, election: election.raw }
    this.assembly = this.assemblyView(uuid)
  }

  private manifestDocument(uuid: string, rollSha256: string): Document {
    return {
      assembly: ASSEMBLY,
      closes_at: CLOSES,
      community: '演示花园',
      credentials: { area_sha256: HASH, heads_sha256: HASH },
      drill: true,
      items: [itemDocument(VOTE, 0, null), itemDocument(COMMITTEE, 1, 3)],
      keys: { auditors: [], counters: [], server: this.key.publicHex },
      kind: 'manifest',
      max_changes: this.wishes.maxChanges ?? 0,
      opens_at: OPENS,
      roll_sha256: rollSha256,
      rule_pack: { id: 'cn-civil-code', sha256: HASH, version: '1.0.0' },
      scope: 'all',
      threshold: null,
      title: '演示花园业主大会',
      trustees: ['甲'],
      uuid,
      version: 1,
    }
  }

  private assemblyView(uuid: string): Assembly {
    const share = (numerator: number, denominator: number, inclusive: boolean) => ({
      numerator,
      denominator,
      inclusive,
    })
    const item = { scope: 'all', attachments: [], seats: null, candidates: [] }
    return {
      id: ASSEMBLY,
      community_id: 'c-1',
      title: '演示花园业主大会',
      stage: this.wishes.stage ?? 'OPEN',
      drill: true,
      notice_date: '2026-03-02',
      voting_days: 15,
      opens_at: OPENS,
      closes_at: CLOSES,
      max_changes: this.wishes.maxChanges ?? 0,
      threshold: null,
      rule_pack: 'cn-civil-code',
      majorities: {
        quorum: share(2, 3, true),
        ordinary: share(1, 2, false),
        special: share(3, 4, true),
      },
      objections_until: null,
      items: [
        { ...item, ...VOTE, kind: 'vote' },
        { ...item, ...COMMITTEE, kind: 'election', seats: 3, candidates: CANDIDATES },
      ],
      elections: [{ uuid, scope: 'all', items: ['fund', 'committee'], electors: 3, area: 27003 }],
      missing: [],
      warnings: [],
      people: [
        {
          role: 'registrar',
          name: '凭证员',
          organisation: null,
          sign_key: this.registrar.publicHex,
          seal_key: HASH,
          index: 1,
        },
      ],
    }
  }

  private answer({ method, url, body = '', headers }: WireRequest): { status: number; body: unknown } {
    const path = url.replace('/api/v1', '')
    this.seen.push({ path, body, authorization: headers['Authorization'] })
    const refusal = this.refuse.get(`${method} ${path}`)
    if (refusal) return problem(refusal.status, refusal.code)
    if (path.endsWith('.bel')) return this.archive(headers['Range'] ?? '')
    return this.routed(`${method} ${path}`, body, headers['Idempotency-Key'] ?? '')
  }

  private routed(call: string, body: string, key: string): { status: number; body: unknown } {
    const { uuid } = this.poll
    const known: Record<string, () => { status: number; body: unknown }> = {
      [`GET /assemblies/${ASSEMBLY}`]: () => good(this.assembly),
      [`GET /assemblies/${ASSEMBLY}/my-entries`]: () => good({ items: [this.entry()] }),
      [`GET /assemblies/${ASSEMBLY}/my-sealed-codes`]: () => good({ items: this.sealed }),
      [`GET /elections/${uuid}/manifest.json`]: () => good(this.poll.manifest),
      [`GET /elections/${uuid}/roll.json`]: () => good(this.poll.roll),
      [`GET /elections/${uuid}/election.json`]: () => good(this.poll.election),
      [`GET /elections/${uuid}/head`]: () => good(this.signed('board-head', this.head())),
      [`GET /elections/${uuid}`]: () => good({ uuid, scope: 'all', stage: this.assembly.stage }),
      [`GET /assemblies/${ASSEMBLY}/result.json`]: () => good(encodeUtf8(canonicalText(this.result))),
      [`GET /assemblies/${ASSEMBLY}/result.sig`]: () => good({ signature: this.signResult(), key: '' }),
      'POST /me/devices': () => this.register(body),
      [`POST /elections/${uuid}/ballots`]: () => this.castOnce(body, key),
    }
    const found = known[call]
    if (found) return found()
    const file = this.files.get(call.split('/attachments/')[1] ?? '')
    if (file) return good(file)
    const asked = /^GET \/elections\/\w+\/ballots\/(\w+)$/.exec(call)
    const ballot = this.board.find(({ tracker }) => tracker === asked?.[1])
    return ballot
      ? good({ ...ballot, credential: undefined, raw: undefined, on_board: true })
      : problem(404, 'not-found')
  }

  private signResult(): string {
    return this.resultSigner.sign('result', this.result as Document)
  }

  private entry() {
    const casts = this.board.length
    const channel = casts > 0 ? 'e' : this.channel
    return {
      pseudonym: 'E1',
      labels: ['1-1-101'],
      elections: [{ uuid: this.poll.uuid, area: 9000, channel, casts }],
    }
  }

  private register(body: string): { status: number; body: unknown } {
    const { sign_key, seal_key, proof } = JSON.parse(body) as Record<string, string>
    verifyStatement(
      String(sign_key),
      'device-key',
      { account_id: ACCOUNT, seal_key, sign_key } as Document,
      String(proof),
    )
    this.devices.set('device-1', String(sign_key))
    return good({ device_id: 'device-1', fingerprint: '' })
  }

  private castOnce(body: string, key: string): { status: number; body: unknown } {
    const before = this.answers.get(key)
    if (before) return before
    if (this.board.length > (this.wishes.maxChanges ?? 0)) return problem(409, 'already-voted')
    const form = JSON.parse(body) as BallotForm
    const election = Election.parse(this.poll.election)
    const ballot = parseBallot(election, encodeUtf8(form.ballot))
    checkBallot(election, ballot)
    if (this.board.some(({ tracker }) => tracker === ballot.trackerHex)) return problem(422, 'ballot-refused')
    const act = { fingerprint: election.fingerprint, tracker: ballot.trackerHex }
    verifyStatement(this.devices.get(form.device_id) ?? '', 'cast', act, form.signature)
    const height = this.board.length + 1
    const raw = encodeUtf8(form.ballot)
    this.board.push({ tracker: ballot.trackerHex, credential: ballot.credential, height, raw })
    const receipt = this.signed('receipt', { ...this.head(), tracker: ballot.trackerHex })
    const answer = { status: 201, body: { receipt, url: `http://127.0.0.1/b/${ballot.trackerHex}` } }
    this.answers.set(key, answer)
    return answer
  }

  private chainOf(ballots: readonly Uint8Array[]): { chain: Chain; archive: Uint8Array } {
    const chain = new Chain(BEGAN)
    const [first, ...others] = [this.poll.election, ...ballots]
    const events = [chain.append('Setup', first), ...others.map((raw) => chain.append('Ballot', raw))]
    return { chain, archive: concatBytes(headerRecord(BEGAN), ...events) }
  }

  private archive(range: string): { status: number; body: unknown } {
    const ballots = this.archived ?? this.board.map(({ raw }) => raw)
    const [start, end] = range.replace('bytes=', '').split('-').map(Number)
    return { status: 206, body: this.chainOf(ballots).archive.slice(start, Number(end) + 1) }
  }

  head(): Document {
    const { chain, archive } = this.chainOf(this.board.map(({ raw }) => raw))
    const tip = { height: chain.headHeight, hash: chain.headHash, bytes: archive.length }
    return { uuid: this.poll.uuid, drill: true, at: OPENS, heads: tip, area: tip }
  }

  signed(kind: string, document: Document) {
    return { document, signature: this.key.sign(kind, document), key: this.key.publicHex }
  }

  /** A device of the owner's, with storage of its own, that talks to this server. */
  device(memory = new Map<string, string>()): VotingParts & { memory: Map<string, string> } {
    const caller = { token: () => 'token', onTokenRefused: () => undefined }
    const client = new Client({ base: '', transport: this.wire(), caller })
    const secrets: Secrets = {
      read: (name) => memory.get(name),
      keep: (name, secret) => void memory.set(name, secret),
      erase: (name) => void memory.delete(name),
    }
    return {
      calls: votingCalls(client),
      accountId: ACCOUNT,
      secrets,
      memory,
      draw: chance,
      newKey: async () => toHex(await chance(16)),
      pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
      now: () => performance.now(),
    }
  }

  /** The network between: it may lose a call, or the answer to one. */
  private wire(): Transport {
    return async (request) => {
      const isCast = request.method === 'POST' && request.url.endsWith('/ballots')
      if (isCast && this.losesCasts-- > 0) throw new Unreachable('lost on the way')
      const { status, body } = this.answer(request)
      if (isCast && this.losesAnswers-- > 0) throw new Unreachable('lost on the way back')
      if (!(body instanceof Uint8Array)) return { status, text: JSON.stringify(body) }
      return { status, text: '', bytes: body.slice().buffer }
    }
  }
}

/** A result in which the vote passed and too few took part in the election. */
export function aResult() {
  const whole = { heads: 3, area: 27003 }
  const nobody = { heads: 0, area: 0 }
  const rest = { total: whole, blank: nobody, invalid: nobody, by_channel: { e: whole, paper: nobody } }
  const votes = { for: { heads: 2, area: 18001 }, against: { heads: 1, area: 9002 }, abstain: nobody }
  return {
    kind: 'result',
    assembly: ASSEMBLY,
    items: {
      fund: { ...rest, outcome: 'PASSED' as const, participating: whole, votes },
      committee: { ...rest, outcome: 'NOT_QUORATE' as const, participating: nobody, votes: {} },
    },
  }
}

function good(body: unknown): { status: number; body: unknown } {
  return { status: 200, body }
}

function problem(status: number, code: string): { status: number; body: unknown } {
  return { status, body: { type: `/problems/${code}`, title: code, status, code, detail: code } }
}
