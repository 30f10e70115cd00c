/** One receipt on a page: shown, saved, and held against the board. */
import { ref, shallowRef } from 'vue'
import type { CallFailed } from '@/api/wire'
import { words } from '@/locales/words'
import { savePicture } from '@/platform/files'
import { tell } from '@/stores/notices'
import { fromHex, toBase64 } from '@/voting/bytes'
import { appParts, neededParts } from './appParts'
import { failureOf } from './parts'
import { type KeptReceipt, type OnBoard, findOnBoard, keptReceipts, walkToBallot } from './receipts'

/** A receipt as a page shows it; `short` is the tracker as other tools write it. */
export interface ReceiptView {
  title: string
  labels: string
  castAt: string
  tracker: string
  short: string
  url: string
  isSigned: boolean
}

export function useReceipt(tracker: () => string) {
  const receipt = shallowRef<ReceiptView | null>(null)
  const found = shallowRef<OnBoard | null>(null)
  const walked = shallowRef<OnBoard | null>(null)
  /** How much of the board was fetched, from 0 to 1; null while it is not. */
  const share = ref<number | null>(null)
  const failure = shallowRef<CallFailed | null>(null)
  const isBusy = ref(false)

  function kept(): KeptReceipt | undefined {
    const parts = appParts()
    return parts ? keptReceipts(parts).find((one) => one.tracker === tracker()) : undefined
  }

  function read(): void {
    const own = kept()
    receipt.value = own ? viewOf(own) : null
  }

  async function trying(act: (own: KeptReceipt) => Promise<void>): Promise<void> {
    const own = kept()
    if (!own || isBusy.value) return
    isBusy.value = true
    failure.value = null
    try {
      await act(own)
    } catch (reason) {
      failure.value = failureOf(reason)
    } finally {
      isBusy.value = false
    }
  }

  const check = (): Promise<void> =>
    trying(async (own) => {
      found.value = null
      found.value = await findOnBoard(neededParts(), own)
    })
  /** Fetches the whole board and looks for the ballot itself, instead of taking the server's word. */
  const walk = (): Promise<void> =>
    trying(async (own) => {
      walked.value = null
      share.value = 0
      try {
        walked.value = await walkToBallot(neededParts(), own, (part) => (share.value = part))
      } finally {
        share.value = null
      }
    })
  const save = (): Promise<void> => trying(savePictureOf)

  return { receipt, found, walked, share, failure, isBusy, read, check, walk, save }
}

function viewOf({ title, labels, castAt, tracker, url, receipt }: KeptReceipt): ReceiptView {
  const short = toBase64(fromHex(tracker)).replace('=', '')
  const isSigned = receipt !== null
  return { title, labels: labels.join('、'), castAt, tracker, short, url: url ?? '', isSigned }
}

async function savePictureOf({ uuid, tracker }: KeptReceipt): Promise<void> {
  const picture = await neededParts().calls.receiptPicture(uuid, tracker)
  const { savedAlbum, savedFile, notSaved } = words.value.voting.receipts
  try {
    const saved = await savePicture(picture, `receipt-${tracker.slice(0, 8)}.png`)
    tell(saved === 'album' ? savedAlbum : savedFile)
  } catch {
    tell(notSaved)
  }
}
