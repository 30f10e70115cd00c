/**
 * The thread that verifies one record and ends: it is sent the record's bytes, and tells how far it is, then what the
 * record proves or which rule it breaks. Any other fault is the thread's own and reaches the page as its error.
 */
import { VerificationError } from '@/voting/errors'
import type { Archives } from '@/voting/recordChecks'
import {
  type RecordBytes,
  type SentArchives,
  type SentRefusal,
  sentArchives,
  sentRefusal,
  verifyingRecord,
} from '@/voting/recordWork'

export type Told =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'archives'; readonly archives: SentArchives }
  | { readonly kind: 'refusal'; readonly refusal: SentRefusal }

/** The page draws at most so often. */
const TELL_MS = 50

const tell: (told: Told) => void = postMessage

addEventListener('message', ({ data }: MessageEvent<RecordBytes>) => {
  try {
    tell({ kind: 'archives', archives: sentArchives(verified(data)) })
  } catch (reason) {
    if (!(reason instanceof VerificationError)) throw reason
    tell({ kind: 'refusal', refusal: sentRefusal(reason) })
  }
})

function verified(record: RecordBytes): Archives {
  const work = verifyingRecord(record)
  let told = 0
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value
    if (step.value === null || Date.now() - told < TELL_MS) continue
    told = Date.now()
    tell({ kind: 'progress', share: step.value.done / step.value.total })
  }
}
