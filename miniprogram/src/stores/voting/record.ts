/** The fixed files of an election: fetched, checked to belong together, and compared with those seen before. */
import type { Assembly, AssemblyItem } from '@/api/voting'
import { encodeUtf8 } from '@/voting/bytes'
import { hexSha256 } from '@/voting/encoding'
import { VerificationError } from '@/voting/errors'
import { type Manifest, type Pinned, pinElection } from '@/voting/manifest'
import { type VotingParts, trusting } from './parts'

const pinned = new Map<string, Pinned>()

/**
 * Returns an election whose manifest, roll and election.json agree, and are what this device saw before. Rejects
 * with a `CallFailed`, `Untrusted` where they do not.
 */
export async function fetchPinned(parts: VotingParts, uuid: string, assembly: string): Promise<Pinned> {
  const known = pinned.get(uuid)
  if (known) return known
  const [manifest, roll, election] = await Promise.all([
    parts.calls.fixedFile(uuid, 'manifest.json'),
    parts.calls.fixedFile(uuid, 'roll.json'),
    parts.calls.fixedFile(uuid, 'election.json'),
  ])
  const found = trusting(() => pinElection({ manifest, roll, election }, uuid, assembly))
  trusting(() => checkSeenBefore(parts, found))
  pinned.set(uuid, found)
  return found
}

/** Forgets what was fetched, for tests; what the device saw stays kept. */
export function forgetPinned(): void {
  pinned.clear()
}

/** The fingerprint covers the manifest, and the manifest the roll: one digest stands for all three files. */
function checkSeenBefore({ secrets }: VotingParts, { manifest, election }: Pinned): void {
  const place = `pin/${manifest.uuid}`
  const seen = secrets.read(place)
  if (seen !== undefined && seen !== election.fingerprint) {
    throw new VerificationError('pin-changed', 'this election is not the one that this device saw before')
  }
  secrets.keep(place, election.fingerprint)
}

/**
 * Returns an assembly's items as they stand on the ballot of one election, with the texts that were posted.
 * Throws `Untrusted` where a text is not the one that the manifest pins.
 */
export function itemsOnBallot(assembly: Assembly, manifest: Manifest): AssemblyItem[] {
  return trusting(() =>
    manifest.items.map((item) => {
      const shown = assembly.items.find(({ id }) => id === item.id)
      const isSame = shown?.title === item.title && hexSha256(encodeUtf8(shown.text)) === item.textSha256
      if (!shown || !isSame) {
        throw new VerificationError('item-text', `item ${item.id} is shown other than it was fixed`)
      }
      return shown
    }),
  )
}
