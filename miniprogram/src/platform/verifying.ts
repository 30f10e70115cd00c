/**
 * Verifying a record without holding the page up: a browser does it on a thread of its own (verifying.worker.ts). The
 * mini-program does it in slices: its workers are files of a build of their own, which may not share the app's code.
 */
import type { OnProgress } from '@/stores/offices/parts'
import type { Archives } from '@/voting/recordChecks'
// #ifdef MP-WEIXIN
import { working } from '@/stores/offices/parts'
import { verifyingRecord } from '@/voting/recordWork'
// #endif
// #ifndef MP-WEIXIN
import { receivedArchives, receivedRefusal } from '@/voting/recordWork'
import type { Told } from './verifying.worker'
// #endif
import type { RecordBytes } from '@/voting/recordWork'

/** Rejects with a VerificationError for the first rule broken, or with what `onProgress` throws. */
export function verifyRecord(record: RecordBytes, onProgress: OnProgress): Promise<Archives> {
  // #ifdef MP-WEIXIN
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
  return working({ pause, now: Date.now }, verifyingRecord(record), onProgress)
  // #endif
  // #ifndef MP-WEIXIN
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./verifying.worker.ts', import.meta.url), { type: 'module' })
    const end = (act: () => void): void => {
      worker.terminate()
      act()
    }
    worker.onerror = ({ message }) => end(() => reject(new Error(message)))
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      if (data.kind === 'refusal') return end(() => reject(receivedRefusal(data.refusal)))
      if (data.kind === 'archives') return end(() => resolve(receivedArchives(data.archives)))
      try {
        onProgress(data.share)
      } catch (reason) {
        end(() => reject(reason))
      }
    }
    worker.postMessage(record)
  })
  // #endif
}
