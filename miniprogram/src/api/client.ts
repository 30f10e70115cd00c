/**
 * The one function by which the app calls the server. Its types come from `schema.d.ts`, which is made of
 * docs/openapi.json (`npm run api`): an address, a body or an answer that the document does not know does
 * not compile.
 */
import type { paths } from './schema'
import { refusalOf, UnreadableAnswer, type Method, type Transport, type WireAnswer } from './wire'

type Verb = 'get' | 'post' | 'put' | 'delete'
type Operation<V extends Verb, P extends keyof paths> = paths[P][V]

/** Addresses that take a verb. */
export type PathWith<V extends Verb> = {
  [P in keyof paths]: Operation<V, P> extends { responses: unknown } ? P : never
}[keyof paths]

type Part<T, Name extends string> = T extends { parameters: infer A }
  ? Name extends keyof A
    ? A[Name]
    : undefined
  : undefined
type JsonBody<T> = T extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined
type Good<R> = { [S in keyof R]: S extends 200 | 201 | 202 | 204 ? R[S] : never }[keyof R]
type Content<A> = A extends { content: { 'application/json': infer C } } ? C : undefined

/** What a call is answered. */
export type AnswerOf<V extends Verb, P extends keyof paths> =
  Operation<V, P> extends { responses: infer R } ? Content<Good<R>> : never

type Slot<Name extends string, T> = [T] extends [undefined]
  ? { [N in Name]?: undefined }
  : undefined extends T
    ? { [N in Name]?: T }
    : { [N in Name]: T }

/** What a call needs: path parameters, query and body as the document states them. */
export type Asked<V extends Verb, P extends keyof paths> = Slot<'path', Part<Operation<V, P>, 'path'>> &
  Slot<'query', Part<Operation<V, P>, 'query'>> &
  Slot<'body', JsonBody<Operation<V, P>>> & {
    /** The same key again is the same call: it is carried out once (docs: Idempotency-Key). */
    key?: string
    timeoutMs?: number
  }

/** Who calls. */
export interface Caller {
  /** The token of the sign-in, null when nobody is signed in. */
  token(): string | null
  /** Called when the server no longer takes the token. */
  onTokenRefused(token: string): void
}

export interface ClientParts {
  /** Scheme and host of the server; empty in a browser, where the app came from it. */
  base: string
  transport: Transport
  caller: Caller
}

const TIMEOUT_MS = 15_000
const UPLOAD_TIMEOUT_MS = 60_000

export class Client {
  constructor(private readonly parts: ClientParts) {}

  /** Calls the server. Rejects with a `CallFailed`. */
  async call<V extends Verb, P extends PathWith<V>>(
    verb: V,
    path: P,
    asked: Asked<V, P>,
  ): Promise<AnswerOf<V, P>> {
    const loose: LooseAsked = asked
    const answer = await this.send({
      method: verb.toUpperCase() as Method,
      url: addressOf(path, loose.path, loose.query),
      body: loose.body === undefined ? undefined : JSON.stringify(loose.body),
      key: loose.key,
      timeoutMs: loose.timeoutMs ?? TIMEOUT_MS,
    })
    return contentOf(answer) as AnswerOf<V, P>
  }

  /** Sends a file of the device as a form field. Rejects with a `CallFailed`. */
  async upload<P extends PathWith<'post'>>(
    path: P,
    field: string,
    file: string,
    asked: Address & { key?: string } = {},
  ): Promise<AnswerOf<'post', P>> {
    const url = addressOf(path, asked.path, asked.query)
    const form = { method: 'POST' as const, url, file: { field, path: file }, key: asked.key }
    return contentOf(await this.send({ ...form, timeoutMs: UPLOAD_TIMEOUT_MS })) as AnswerOf<'post', P>
  }

  /** Fetches a file, byte for byte. Rejects with a `CallFailed`. */
  async bytes(path: string): Promise<Uint8Array> {
    return new Uint8Array(await this.picture(path))
  }

  /** Fetches the bytes of a file from `start` to before `end`. Rejects with a `CallFailed`. */
  async range(path: string, start: number, end: number): Promise<Uint8Array> {
    const asked = { binary: true, range: `bytes=${start}-${end - 1}`, timeoutMs: UPLOAD_TIMEOUT_MS }
    const answer = await this.send({ method: 'GET', url: path, ...asked })
    if (answer.status !== 206 || answer.bytes?.byteLength !== end - start)
      throw new UnreadableAnswer(answer.status)
    return new Uint8Array(answer.bytes)
  }

  /** Fetches a picture that only the caller may see. Rejects with a `CallFailed`. */
  async picture(path: string): Promise<ArrayBuffer> {
    const answer = await this.send({ method: 'GET', url: path, binary: true, timeoutMs: TIMEOUT_MS })
    if (!answer.bytes) throw new UnreadableAnswer(answer.status)
    return answer.bytes
  }

  private async send(call: Outgoing): Promise<WireAnswer> {
    const { key, range, ...request } = call
    const { base, transport, caller } = this.parts
    const token = caller.token()
    const answer = await transport({
      ...request,
      url: base + request.url,
      headers: { ...headersOf(token, key, request.body !== undefined), ...(range && { Range: range }) },
    })
    if (answer.status >= 200 && answer.status < 300) return answer
    if (answer.status === 401 && token) caller.onTokenRefused(token)
    throw refusalOf(answer)
  }
}

/** Where in a call's address something goes. */
export interface Address {
  path?: object
  query?: object
}

type Scalar = string | number | boolean | null | undefined

/** `Asked` with the document's types forgotten: inside, all calls are alike. */
interface LooseAsked {
  path?: object
  query?: object
  body?: unknown
  key?: string
  timeoutMs?: number
}

interface Outgoing {
  method: Method
  url: string
  body?: string
  file?: { field: string; path: string }
  binary?: boolean
  range?: string
  key?: string
  timeoutMs: number
}

function headersOf(token: string | null, key: string | undefined, hasBody: boolean): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (hasBody) headers['Content-Type'] = 'application/json'
  if (token) headers['Authorization'] = `Bearer ${token}`
  if (key) headers['Idempotency-Key'] = key
  return headers
}

/** Fills a path's parameters in and appends the query; what is undefined or null is left out. */
export function addressOf(path: string, parameters: object = {}, query: object = {}): string {
  const given = parameters as Record<string, Scalar>
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name])))
  const pairs = Object.entries(query as Record<string, Scalar>)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
  return pairs.length ? `${filled}?${pairs.join('&')}` : filled
}

function contentOf(answer: WireAnswer): unknown {
  if (answer.status === 204 || answer.text === '') return undefined
  try {
    return JSON.parse(answer.text)
  } catch {
    throw new UnreadableAnswer(answer.status)
  }
}
