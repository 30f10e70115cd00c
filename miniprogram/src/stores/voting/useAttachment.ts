/** Opening a file that was posted with an item. */
import { failureText } from '@/locales/failures'
import { words } from '@/locales/words'
import { openFile } from '@/platform/files'
import { tell } from '@/stores/notices'
import { neededParts } from './appParts'
import { fetchAttachment } from './attachments'
import { failureOf } from './parts'

/** Prepares to open files of an assembly; a file that is not the one that was posted stays closed. */
export function useAttachment(assemblyId: () => string): (sha256: string, name: string) => Promise<void> {
  return async (sha256, name) => {
    try {
      openFile(await fetchAttachment(neededParts(), assemblyId(), sha256), name)
    } catch (reason) {
      const { title, hint } = failureText(words.value, failureOf(reason))
      tell(hint || title)
    }
  }
}
