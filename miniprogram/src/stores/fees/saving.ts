/** Saving the code of a receipt. */
import { CallFailed } from '@/api/wire'
import { failureText } from '@/locales/failures'
import { words } from '@/locales/words'
import { savePicture } from '@/platform/pictures'
import { tell } from '../notices'

/** Fetches a code and saves it to the album, or as a file; says how it went. */
export async function saveCode(fetch: () => Promise<ArrayBuffer>, number: string): Promise<void> {
  const said = words.value.fees.receipt
  try {
    await savePicture(await fetch(), `${number}.png`)
    tell(said.saved)
  } catch (reason) {
    tell(reason instanceof CallFailed ? failureText(words.value, reason).title : said.notSaved)
  }
}
