/** Photos of a form: each is sent as soon as it is chosen, and can be sent again or taken out. */
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { uploadPhoto } from '@/api/tickets'
import { CallFailed } from '@/api/wire'
import { choosePictures, type LocalPicture } from '@/platform/pictures'

/** How many photos a report or an act may carry (backend/complaints/rules/values.py, MOST_PHOTOS). */
export const MOST_PHOTOS = 9

export type PhotoStage = 'waiting' | 'sent' | 'failed'

/** A photo of the form; `id` is what the server calls it once it is sent. */
export interface FormPhoto {
  path: LocalPicture
  stage: PhotoStage
  id: string
}

export interface FormPhotos {
  photos: Ref<FormPhoto[]>
  /** The ids of what was sent, in order. */
  ids: ComputedRef<string[]>
  has(stage: PhotoStage): boolean
  add(): Promise<void>
  retry(index: number): Promise<void>
  remove(index: number): void
  clear(): void
}

export function usePhotos(): FormPhotos {
  const photos = ref<FormPhoto[]>([])
  const ids = computed(() => photos.value.filter(({ stage }) => stage === 'sent').map(({ id }) => id))

  async function send(photo: FormPhoto): Promise<void> {
    photo.stage = 'waiting'
    try {
      photo.id = (await uploadPhoto(photo.path)).id
      photo.stage = 'sent'
    } catch (reason) {
      if (!(reason instanceof CallFailed)) throw reason
      photo.stage = 'failed'
    }
  }

  async function add(): Promise<void> {
    const paths = await choosePictures(MOST_PHOTOS - photos.value.length)
    const from = photos.value.length
    photos.value.push(...paths.map((path) => ({ path, stage: 'waiting' as const, id: '' })))
    await Promise.all(photos.value.slice(from).map(send))
  }

  async function retry(index: number): Promise<void> {
    const photo = photos.value[index]
    if (photo?.stage === 'failed') await send(photo)
  }

  return {
    photos,
    ids,
    has: (stage) => photos.value.some((photo) => photo.stage === stage),
    add,
    retry,
    remove: (index) => void photos.value.splice(index, 1),
    clear: () => void (photos.value = []),
  }
}
