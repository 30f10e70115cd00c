/** What people read when a call failed. */
import { Refused, TimedOut, Unreachable, Untrusted, type CallFailed } from '@/api/wire'
import { Withheld } from '@/stores/offices/withheld'
import type { Words } from './zh-Hans'

/** A failure in words: what happened, and what to do. */
export interface FailureText {
  title: string
  hint: string
}

/** Puts a failure into words; a refusal is in the server's own, which are Chinese. */
export function failureText(words: Words, failure: CallFailed): FailureText {
  const { failures } = words
  if (failure instanceof Refused) {
    return { title: failure.title, hint: failure.detail === failure.title ? '' : failure.detail }
  }
  if (failure instanceof Withheld) {
    return { title: words.offices.withheld.title, hint: words.offices.withheld[failure.reason] }
  }
  if (failure instanceof Untrusted) return untrustedText(words, failure)
  if (failure instanceof Unreachable) return { title: failures.unreachable, hint: failures.unreachableHint }
  if (failure instanceof TimedOut) return { title: failures.timedOut, hint: failures.timedOutHint }
  return { title: failures.unreadable, hint: failures.unreadableHint }
}

function untrustedText(words: Words, { rule }: Untrusted): FailureText {
  const { title, titles, hints, other } = words.voting.untrusted
  return { title: titles[rule] ?? title, hint: words.offices.rules[rule] ?? hints[rule] ?? other(rule) }
}
