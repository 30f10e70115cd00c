/** Pictures that only the caller may see, as addresses that `<image>` shows. */
import { addressOfPicture } from '@/platform/papers'
import { useLoaded, type Loaded } from '../loading'

export type PictureMedia = 'image/png' | 'image/svg+xml'

/** Prepares to fetch a picture. */
export function usePicture(fetch: () => Promise<ArrayBuffer>, media: PictureMedia): Loaded<string> {
  return useLoaded(async () => addressOfPicture(await fetch(), media))
}
