/** The roles in which the caller works, and the one in which the desk is shown now. */
import { computed, reactive } from 'vue'
import { listPosts } from '@/api/desk'
import type { OwnPost } from '@/api/types'
import { keep, read } from '@/platform/storage'
import type { PageName } from '../routes'
import { session } from '../session'

/** Roles that have a desk, in the order in which they are offered. */
export const DESK_ROLES = [
  'firm_dispatcher',
  'firm_worker',
  'community_officer',
  'street_officer',
  'department_officer',
  'chair',
] as const
export type DeskRole = (typeof DESK_ROLES)[number]

/** Pages that a desk may hold. */
export type DeskPage = Extract<
  PageName,
  | 'queue'
  | 'callBacks'
  | 'reviews'
  | 'residencies'
  | 'hotline'
  | 'intake'
  | 'templates'
  | 'figures'
  | 'terms'
  | 'books'
>

/** What each role has on its desk, in order. */
export const DESKS: Readonly<Record<DeskRole, readonly DeskPage[]>> = {
  firm_dispatcher: ['queue', 'books', 'intake', 'residencies', 'templates', 'figures'],
  firm_worker: ['queue', 'templates'],
  community_officer: [
    ...(['queue', 'callBacks', 'reviews', 'residencies', 'hotline'] as const),
    ...(['intake', 'templates', 'figures'] as const),
  ],
  street_officer: ['queue', 'hotline', 'intake', 'figures', 'terms', 'templates'],
  department_officer: ['queue', 'templates'],
  chair: ['figures'],
}

/** A community in which a role holds. */
export interface Place {
  id: string
  name: string
}

const ROLE = 'desk-role'
const COMMUNITY = 'desk-community'

const state = reactive({ posts: [] as OwnPost[], owner: '', role: '', community: '' })

/** The caller's posts; none before they are loaded, and none of whoever was signed in before. */
const posts = computed(() => (state.owner === session.session?.accountId ? state.posts : []))

/** The roles with a desk that the caller holds. */
export const roles = computed<DeskRole[]>(() =>
  DESK_ROLES.filter((role) => posts.value.some((post) => post.role === role)),
)

/** The role in which the caller works now; null without any. */
export const role = computed<DeskRole | null>(
  () => roles.value.find((one) => one === state.role) ?? roles.value[0] ?? null,
)

/** The communities in which that role holds. */
export const places = computed<Place[]>(() =>
  posts.value
    .filter((post) => post.role === role.value)
    .map((post) => ({ id: post.community_id, name: post.community })),
)

/** The community that pages of a single one speak of. */
export const place = computed<Place | null>(
  () => places.value.find(({ id }) => id === state.community) ?? places.value[0] ?? null,
)

/** What is on the desk of the present role. */
export const desk = computed<readonly DeskPage[]>(() => (role.value ? DESKS[role.value] : []))

/** Fetches the posts. Rejects with a `CallFailed`. */
export async function loadPosts(): Promise<OwnPost[]> {
  const owner = session.session?.accountId ?? ''
  const found = await listPosts()
  state.role = read<string>(ROLE) ?? ''
  state.community = read<string>(COMMUNITY) ?? ''
  state.posts = found
  state.owner = owner
  return found
}

/** Fetches the posts unless they are known. Rejects with a `CallFailed`. */
export async function ensurePosts(): Promise<void> {
  if (state.owner === '' || state.owner !== session.session?.accountId) await loadPosts()
}

export function chooseRole(chosen: DeskRole): void {
  state.role = chosen
  keep(ROLE, chosen)
}

export function choosePlace(id: string): void {
  state.community = id
  keep(COMMUNITY, id)
}

/** The name of a community among those of the present role, empty for another. */
export function placeName(id: string): string {
  return places.value.find((one) => one.id === id)?.name ?? ''
}
