/**
 * What goes over the wire, and every way in which a call can fail. Nothing here knows of uni or wx: the
 * platform hands in a transport, a test one of its own.
 */

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** A request as it leaves; `url` is complete, `body` is JSON text. */
export interface WireRequest {
  method: Method
  url: string
  headers: Record<string, string>
  body?: string
  /** A file of the device to send as a form field, instead of a body. */
  file?: { field: string; path: string }
  /** True for a picture: the answer's bytes are wanted, not its text. */
  binary?: boolean
  timeoutMs: number
}

/** An answer as it arrives; `text` is empty where bytes were asked for and came. */
export interface WireAnswer {
  status: number
  text: string
  bytes?: ArrayBuffer
}

/** Sends one request. It rejects with `Unreachable` or `TimedOut`, never with something of the platform's. */
export type Transport = (request: WireRequest) => Promise<WireAnswer>

/** One field that a form got wrong, in the server's words. */
export interface FieldError {
  field: string
  rule: string
}

/** Why a call gave nothing. Pages show it by `components/StateBlock.vue` or `stores/notices.ts`. */
export abstract class CallFailed extends Error {
  /** Whether the same call may well succeed later, unchanged. */
  abstract readonly mayRetry: boolean
}

/** The server could not be reached. */
export class Unreachable extends CallFailed {
  override readonly name = 'Unreachable'
  readonly mayRetry = true
}

/** The server did not answer in time; it may have done what was asked. */
export class TimedOut extends CallFailed {
  override readonly name = 'TimedOut'
  readonly mayRetry = true
}

/** What came was no answer of our server's: a proxy in between, or a server that is being replaced. */
export class UnreadableAnswer extends CallFailed {
  override readonly name = 'UnreadableAnswer'
  readonly mayRetry = true
  constructor(readonly status: number) {
    super(`status ${status} without a readable answer`)
  }
}

/** What came contradicts what was fixed or signed before: it is not used. `rule` names the check that failed. */
export class Untrusted extends CallFailed {
  override readonly name = 'Untrusted'
  readonly mayRetry = false
  constructor(
    readonly rule: string,
    message: string,
  ) {
    super(message)
  }
}

/** The server refused, and said why (RFC 9457); `title` and `detail` are for people. */
export class Refused extends CallFailed {
  override readonly name: string = 'Refused'
  readonly mayRetry: boolean
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldError[],
  ) {
    super(`${code}: ${detail}`)
    this.mayRetry = status >= 500
  }
}

/** Nobody is signed in, or not any more. */
export class NotSignedIn extends Refused {
  override readonly name = 'NotSignedIn'
}

/** Reads a problem document; what is none becomes `UnreadableAnswer`. */
export function refusalOf(answer: WireAnswer): CallFailed {
  const found = parsed(answer.text)
  if (!isProblem(found)) return new UnreadableAnswer(answer.status)
  const kind = answer.status === 401 ? NotSignedIn : Refused
  return new kind(answer.status, found.code, found.title, found.detail, found.errors ?? [])
}

interface Problem {
  code: string
  title: string
  detail: string
  errors?: FieldError[]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isProblem(found: unknown): found is Problem {
  if (typeof found !== 'object' || found === null) return false
  const fields = found as Record<string, unknown>
  return ['code', 'title', 'detail'].every((name) => typeof fields[name] === 'string')
}
