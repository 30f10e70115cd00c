/** Files that were posted with an item: fetched, and held against the hash that the item names. */
import { hexSha256 } from '@/voting/encoding'
import { VerificationError } from '@/voting/errors'
import { type VotingParts, trusting } from './parts'

/** Fetches a file. Rejects with a `CallFailed`; `Untrusted` where it is not the one that was posted. */
export async function fetchAttachment(
  { calls }: Pick<VotingParts, 'calls'>,
  assemblyId: string,
  sha256: string,
): Promise<Uint8Array> {
  const bytes = await calls.attachment(assemblyId, sha256)
  trusting(() => {
    if (hexSha256(bytes) !== sha256) throw new VerificationError('attachment', 'the file is another one')
  })
  return bytes
}
