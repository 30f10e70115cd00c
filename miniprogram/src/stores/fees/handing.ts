/** Fetching a file and handing it over, one at a time. */
import { handFile, type FileKind } from '@/platform/papers'
import { useSubmission, type Submission } from '../submitting'

export type FetchFile = () => Promise<ArrayBuffer>

/** Prepares to hand files over; `submit` gets what fetches the file, its name and its kind. */
export function useHanding(): Submission<[fetch: FetchFile, name: string, kind: FileKind], true> {
  return useSubmission(async (_key, fetch: FetchFile, name: string, kind: FileKind) => {
    await handFile(await fetch(), name, kind)
    return true as const
  })
}

/** The kind of a paper, by what the server says it is. */
export function kindOfPaper(media: string): FileKind {
  return media === 'application/pdf' ? 'pdf' : 'jpg'
}
