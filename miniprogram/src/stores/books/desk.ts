/** What every page of the books does: speak of the desk's community, and load once it is known. */
import { useLoaded, type Loaded } from '../loading'
import { usePage } from '../page'
import { place } from '../staff/posts'

/** The community that the books are of, empty until it is known. */
export function communityId(): string {
  return place.value?.id ?? ''
}

/** Prepares a page that shows what `fetch` brings for the desk's community. */
export function useBooks<T>(title: () => string, fetch: (communityId: string) => Promise<T>): Loaded<T> {
  const loaded = useLoaded(() => fetch(communityId()))
  usePage(title, () => void (communityId() && loaded.load()))
  return loaded
}
