/** Owners' assemblies as anybody may see them. */
import { server } from './server'
import type { AssemblyRow } from './types'

/** A community's posted assemblies, the latest first. */
export async function listAssemblies(communityId: string): Promise<AssemblyRow[]> {
  const path = { community_id: communityId }
  return (await server.call('get', '/api/v1/communities/{community_id}/assemblies', { path })).items
}
