/** Papers of a form: chosen, sent, and named by the ids that the server gave them. */
import { ref, type Ref } from 'vue'
import type { Paper } from '@/api/feeTypes'
import { uploadPaper } from '@/api/publishing'
import { chooseFile } from '@/platform/choosing'
import { useSubmission, type Submission } from '../submitting'
import { communityId } from './desk'

/** What a voucher or contract may be (backend/disclosure/service/papers.py). */
const ENDINGS = ['pdf', 'jpg', 'jpeg', 'png', 'webp']

export interface FormPapers {
  papers: Ref<readonly Paper[]>
  sending: Submission<[name: string, path: string], Paper>
  add(): Promise<void>
  clear(): void
}

export function usePapers(): FormPapers {
  const papers = ref<readonly Paper[]>([])
  const sending = useSubmission((_key, name: string, path: string) => uploadPaper(communityId(), name, path))

  async function add(): Promise<void> {
    const file = await chooseFile(ENDINGS)
    if (!file) return
    const sent = await sending.submit(file.name.replace(/\.\w+$/, ''), file.path)
    if (sent) papers.value = [...papers.value, sent]
  }

  return { papers, sending, add, clear: () => void (papers.value = []) }
}
