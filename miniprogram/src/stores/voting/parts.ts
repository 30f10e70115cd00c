/** What voting stands on. It is handed in, so that tests give their own and the flow knows no platform. */
import type { VotingCalls } from '@/api/voting'
import { CallFailed, Untrusted } from '@/api/wire'
import type { Secrets } from '@/platform/storage'
import type { Draw } from '@/voting/random'
import { VerificationError } from '@/voting/errors'

export interface VotingParts {
  calls: VotingCalls
  accountId: string
  /** What this device keeps for the account. */
  secrets: Secrets
  draw: Draw
  /** A fresh Idempotency-Key. */
  newKey(): Promise<string>
  /** Gives the page its turn between two slices of arithmetic. */
  pause(): Promise<void>
  /** Milliseconds since any moment. */
  now(): number
}

/** Runs a check on what the server sent; its refusal becomes a failed call, so that pages show it as one. */
export function trusting<T>(check: () => T): T {
  try {
    return check()
  } catch (reason) {
    if (reason instanceof VerificationError) throw new Untrusted(reason.rule, reason.message)
    throw reason
  }
}

/** Passes a failed call on as a value; what is no such failure is a fault of ours and is thrown on. */
export function failureOf(reason: unknown): CallFailed {
  if (reason instanceof CallFailed) return reason
  throw reason
}

/** Reads a kept JSON value; null where there is none. */
export function readKept<T>(secrets: Secrets, name: string): T | null {
  const text = secrets.read(name)
  return text === undefined ? null : (JSON.parse(text) as T)
}

/** Keeps a JSON value. */
export function keepJson(secrets: Secrets, name: string, value: unknown): void {
  secrets.keep(name, JSON.stringify(value))
}
