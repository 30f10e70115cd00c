/** The caller's homes, and the community that pages speak of. */
import { computed, reactive, readonly } from 'vue'
import { listHomes } from '@/api/homes'
import type { Home } from '@/api/types'
import { keep, read } from '@/platform/storage'

const CHOSEN = 'community'
/** The state of a home whose person is a resident, as the registry names it. */
const HELD = 'confirmed'

const state = reactive({ homes: [] as Home[], chosen: '' })

export const homes = readonly(state)

/** A community in which the caller lives or owns. */
export interface OwnCommunity {
  id: string
  name: string
}

/** Every community of the caller's, each once. */
export const communities = computed<OwnCommunity[]>(() => {
  const held = state.homes.filter(isHeld)
  const names = new Map(held.map((home) => [home.community_id, home.community]))
  return Array.from(names, ([id, name]) => ({ id, name }))
})

/** The community that the caller chose, else the first; null without any. */
export const community = computed<OwnCommunity | null>(
  () => communities.value.find(({ id }) => id === state.chosen) ?? communities.value[0] ?? null,
)

/** Whether the caller belongs to this home, and does not only ask to. */
export function isHeld(home: Pick<Home, 'state'>): boolean {
  return home.state === HELD
}

/** Fetches the caller's homes. Rejects with a `CallFailed`. */
export async function loadHomes(): Promise<Home[]> {
  state.chosen = read<string>(CHOSEN) ?? ''
  state.homes = await listHomes()
  return state.homes
}

/** Speaks of another community of the caller's from now on. */
export function chooseCommunity(id: string): void {
  state.chosen = id
  keep(CHOSEN, id)
}

/** Forgets what was known of the person who signed out. */
export function forgetHomes(): void {
  state.homes = []
}
