/** What the community's officers decide: reviews, residents, tickets of the hotline. */
import { server } from './server'
import type { HotlineReport, Residencies, WaitingReviews } from './types'

/** Words and photos that wait for review. */
export function listReviews(communityId: string): Promise<WaitingReviews> {
  return server.call('get', '/api/v1/communities/{community_id}/reviews', {
    path: { community_id: communityId },
  })
}

/** Says whether the public may see a photo. */
export async function reviewPhoto(photoId: string, approve: boolean, key: string): Promise<void> {
  const path = { photo_id: photoId }
  await server.call('post', '/api/v1/photos/{photo_id}/review', { path, body: { approve }, key })
}

/** People who say that a home is theirs too, or were confirmed. */
export function listResidencies(
  communityId: string,
  state: 'asked' | 'confirmed',
  cursor?: string,
): Promise<Residencies> {
  const asked = { path: { community_id: communityId }, query: { state, cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/residencies', asked)
}

/** Confirms or refuses one. */
export async function decideResidency(id: string, confirm: boolean, key: string): Promise<void> {
  const path = { application_id: id }
  await server.call('post', '/api/v1/residencies/{application_id}/decision', { path, body: { confirm }, key })
}

/** Takes over a hotline's file; a dry run says what would become of each row and changes nothing. */
export function importHotline(
  communityId: string,
  file: string,
  isDryRun: boolean,
  key: string,
): Promise<HotlineReport> {
  return server.upload('/api/v1/communities/{community_id}/hotline-imports', 'file', file, {
    path: { community_id: communityId },
    query: { dry_run: isDryRun },
    key,
  })
}
