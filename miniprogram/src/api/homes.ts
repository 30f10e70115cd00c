/** The caller's homes, and the communities they are in. */
import { server } from './server'
import type { Home, NamedCommunity, Residency, ResidencyForm } from './types'

export async function listHomes(): Promise<Home[]> {
  return (await server.call('get', '/api/v1/me/homes', {})).items
}

/** Says that a home is the caller's too; firm or community confirm it. */
export function askForHome(communityId: string, body: ResidencyForm, key: string): Promise<Residency> {
  const path = { community_id: communityId }
  return server.call('post', '/api/v1/communities/{community_id}/residencies', { path, body, key })
}

/** Takes the word back, or ends a bond that was confirmed. */
export async function endResidency(residencyId: string): Promise<void> {
  await server.call('delete', '/api/v1/residencies/{residency_id}', { path: { residency_id: residencyId } })
}

/** Communities whose name holds these words. */
export async function findCommunities(name: string): Promise<NamedCommunity[]> {
  return (await server.call('get', '/api/v1/communities', { query: { name } })).items
}
