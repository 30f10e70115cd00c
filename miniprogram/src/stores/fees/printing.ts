/** Showing a page as it prints: one at a time, and saying so where it fails. */
import { showPage } from '@/platform/papers'
import { useSubmission, type Submission } from '../submitting'

/** Prepares to show the page that `fetch` brings. */
export function usePrinting(fetch: () => Promise<ArrayBuffer>): Submission<[], true> {
  return useSubmission(async () => {
    await showPage(fetch)
    return true as const
  })
}
