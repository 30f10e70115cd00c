/** What one thread of a device sends another: verified archives and refusals arrive as they were. */
import { describe, expect, it } from 'vitest'
import { FormatError, VerificationError } from '@/voting/errors'
import {
  type RecordBytes,
  receivedArchives,
  receivedRefusal,
  sentArchives,
  sentRefusal,
  verifyingRecord,
} from '@/voting/recordWork'
import { verifyArchive } from '@/voting/verifier'
import { finish } from '@/voting/work'
import { archiveOf, vectors } from './vectors'

function lawfulPair() {
  const { heads, area } = vectors.pairs.find(({ rule }) => rule === null) as (typeof vectors.pairs)[number]
  const byHeads = verifyArchive(archiveOf(heads.pieces, heads.order))
  return { heads: byHeads, area: verifyArchive(archiveOf(area.pieces, area.order), { proven: byHeads }) }
}

describe('archives', () => {
  it('arrive with everything they prove', () => {
    const verified = lawfulPair()
    const received = receivedArchives(structuredClone(sentArchives(verified)))
    expect(received).toEqual(verified)
    expect(received.heads.election.fingerprint).toBe(verified.heads.election.fingerprint)
    expect(received.area.trustees.publicKey).toBe(verified.area.trustees.publicKey)
  })
})

describe('refusals', () => {
  it.each([
    new VerificationError('ballot-credential', 'not on the list', 'height 3 Ballot'),
    new FormatError('canonical-json', 'not canonical'),
  ])('arrive with class, rule, words and place: %s', (refusal) => {
    const received = receivedRefusal(structuredClone(sentRefusal(refusal)))
    expect(received.constructor).toBe(refusal.constructor)
    expect(sentRefusal(received)).toEqual(sentRefusal(refusal))
  })

  it('are raised for a record whose fixed files are not of one election', () => {
    const empty = new Uint8Array(0)
    const record: RecordBytes = {
      uuid: 'bMbSftYRa2PjDE',
      assembly: 'a',
      fixed: { manifest: empty, roll: empty, election: empty },
      heads: empty,
      area: empty,
    }
    expect(() => finish(verifyingRecord(record))).toThrow(VerificationError)
  })
})
