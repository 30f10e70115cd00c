/**
 * The checks that bind the two archives of an election to its manifest and roll (backend/voting/record/checks.py).
 * All take archives that `verifyingArchive` accepted and documents that were parsed strictly; each raises
 * VerificationError naming the rule that is broken.
 */
import { questionOf } from './agenda'
import type { Election } from './election'
import { hexSha256 } from './encoding'
import { VerificationError } from './errors'
import { compactText } from './json'
import type { Manifest, Pinned, RollFile } from './manifest'
import type { Trustees } from './trustees'
import { type VerifiedArchive, verifyPair } from './verifier'

/** Both archives of one election. */
export interface Archives {
  readonly heads: VerifiedArchive
  readonly area: VerifiedArchive
}

/** Refuse archives that are not one vote under this manifest, with heads 1 and areas as on the roll. */
export function checkArchives({ manifest, roll }: Pinned, { heads, area }: Archives): void {
  verifyPair(heads, area)
  checkManifest(manifest, heads.election)
  checkQuestions(manifest, heads.election)
  checkCredentialLists(manifest, { heads, area })
  checkRoll(roll, { heads, area })
  checkTrustees(manifest, heads.trustees)
  checkRevotes(manifest, heads)
}

/** Refuse an election that does not carry this manifest's uuid and hash. */
function checkManifest(manifest: Manifest, election: Election): void {
  if (election.uuid !== manifest.uuid) {
    throw new VerificationError('manifest-uuid', 'the archives are of another election than the manifest')
  }
  if (election.description !== hexSha256(manifest.raw)) {
    throw new VerificationError('manifest-hash', 'election.json names another manifest')
  }
}

/** Refuse questions that are not exactly the items, in order. */
function checkQuestions(manifest: Manifest, election: Election): void {
  const { items } = manifest
  if (election.questions.length !== items.length) {
    const message = `${election.questions.length} questions stand for ${items.length} items`
    throw new VerificationError('question-count', message)
  }
  for (const [place, item] of items.entries()) {
    const found = election.questions[place]
    if (!found || compactText(found.toJson()) !== compactText(questionOf(item).toJson())) {
      throw new VerificationError('question-shape', `question ${place} is not the one of item ${item.id}`)
    }
  }
}

/** Refuse a credential list other than the pinned one: other weights would extract votes. */
function checkCredentialLists(manifest: Manifest, { heads, area }: Archives): void {
  if (heads.credentialsHash !== manifest.headsSha256) {
    throw new VerificationError('heads-list-hash', 'the list of heads is not the one that the manifest pins')
  }
  if (area.credentialsHash !== manifest.areaSha256) {
    throw new VerificationError('area-list-hash', 'the list of areas is not the one that the manifest pins')
  }
}

/** Refuse lists that do not follow from the roll. */
function checkRoll({ electors }: RollFile, { heads, area }: Archives): void {
  for (const { pseudonym, credential, area: weight } of electors.values()) {
    if (heads.credentials.get(credential) !== BigInt(1)) {
      throw new VerificationError('roll-heads', `${pseudonym} is not one head in the list of heads`)
    }
    if (area.credentials.get(credential) !== BigInt(weight)) {
      throw new VerificationError('roll-area', `${pseudonym} has another area in the list of areas`)
    }
  }
  if (heads.credentials.size !== electors.size || area.credentials.size !== electors.size) {
    throw new VerificationError('roll-strangers', 'a list names credentials that are not on the roll')
  }
}

/** Refuse a key held otherwise than the manifest says, or by a ceremony that could be played falsely. */
function checkTrustees(manifest: Manifest, trustees: Trustees): void {
  const size = manifest.trustees.length
  const held = trustees.members.map(({ threshold, keys }) => `${threshold}/${keys.length}`).join()
  const expected =
    manifest.threshold === null ? Array(size).fill('1/1').join() : `${manifest.threshold}/${size}`
  if (held !== expected) {
    throw new VerificationError('trustees', `the key is held by ${held}, the manifest says ${expected}`)
  }
  trustees.checkBound()
}

/** Refuse a credential with more ballots than one and the changes allowed. */
function checkRevotes(manifest: Manifest, heads: VerifiedArchive): void {
  const counts = new Map<bigint, number>()
  for (const credential of heads.ballotCredentials) {
    const count = (counts.get(credential) ?? 0) + 1
    counts.set(credential, count)
    if (count > 1 + manifest.maxChanges) {
      const message = `a credential cast ${count} ballots, ${manifest.maxChanges} changes are allowed`
      throw new VerificationError('max-changes', message)
    }
  }
}
