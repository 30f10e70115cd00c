/** The verifier accepts what Python's accepts, and refuses every attack with the same code, rule and place. */
import { beforeAll, describe, expect, it } from 'vitest'

import { hexSha256 } from '@/voting/encoding'
import { Trustees } from '@/voting/trustees'
import { type VerifiedArchive, verifyArchive, verifyPair, verifyingArchive } from '@/voting/verifier'

import { archiveOf, bytesOf, refusalOf, vectors, wordsOf } from './vectors'

const archive = (name: string): (typeof vectors.archives)[number] => {
  return vectors.archives.find((each) => each.name === name) as (typeof vectors.archives)[number]
}

describe('archives', () => {
  it.each(vectors.archives)('$name is written with the same bytes and proves the same', (vector) => {
    const file = archiveOf(vector.pieces, vector.order)
    expect(hexSha256(file)).toBe(vector.sha256)
    const found = verifyArchive(file, { final: true })
    expect(told(found)).toEqual({
      stage: vector.stage,
      ballots: vector.ballots,
      num_tallied: vector.num_tallied,
      total_weight: vector.total_weight,
      decrypted_by: vector.decrypted_by,
      result: vector.result,
      head_hash: vector.head_hash,
      head_height: vector.head_height,
      closing_hash: vector.closing_hash,
      trustees_hash: vector.trustees_hash,
      credentials_hash: vector.credentials_hash,
    })
  })

  it('tells after each ballot how far it is', () => {
    const { pieces } = archive('small')
    const work = verifyingArchive(archiveOf(pieces, 'SBB'))
    const steps: unknown[] = []
    for (let step = work.next(); step.done !== true; step = work.next())
      if (step.value !== null) steps.push(step.value)
    expect(steps).toEqual([
      { done: 1, total: 2 },
      { done: 2, total: 2 },
    ])
  })

  it('a ballot proven in the other archive is not proven again', () => {
    const heads = verifyArchive(archiveOf(archive('heads').pieces, 'SBBBB'))
    const work = verifyingArchive(archiveOf(archive('areas').pieces, 'SBBBB'), { proven: heads })
    const alone = verifyingArchive(archiveOf(archive('areas').pieces, 'SBBBB'))
    const count = (steps: typeof work): number => {
      let counted = 0
      while (steps.next().done !== true) counted += 1
      return counted
    }
    expect(count(work)).toBeLessThan(count(alone) - 4 * 7)
  })

  it('a ballot that a worker of this device has checked is not proven again, but has to be on the list', () => {
    const { pieces } = archive('heads')
    const isStranger = ({ title }: { readonly title: string }): boolean => title === "8: a stranger's"
    const stranger = vectors.attacks.find(isStranger) as (typeof vectors.attacks)[number]
    const ballots = [...pieces.ballots, ...stranger.pieces.ballots]
    const checked = new Set(ballots.map((raw) => hexSha256(bytesOf(raw))))
    expect(verifyArchive(archiveOf(pieces, 'SBBBB'), { checked }).numTallied).toBe(3)
    const check = (): unknown => verifyArchive(archiveOf(stranger.pieces, 'SB'), { checked })
    expect(refusalOf(check).rule).toBe('ballot-credential')
  })
})

function told(found: VerifiedArchive): object {
  return {
    stage: found.stage,
    ballots: found.ballotHashes.map((hash, place) => [
      hash,
      (found.ballotCredentials[place] as bigint).toString(),
    ]),
    num_tallied: found.numTallied,
    total_weight: found.totalWeight.toString(),
    decrypted_by: found.decryptedBy,
    result: found.result?.map((row) => row.map(String)),
    head_hash: found.headHash,
    head_height: found.headHeight,
    closing_hash: found.closingHash,
    trustees_hash: found.trusteesHash,
    credentials_hash: found.credentialsHash,
  }
}

describe('attacks', () => {
  let heads: VerifiedArchive
  beforeAll(() => {
    heads = verifyArchive(archiveOf(archive('heads').pieces, 'SBBBB'))
  })

  it.each(vectors.attacks)('$title: $rule', (vector) => {
    const file = archiveOf(vector.pieces, vector.order)
    expect(refusalOf(() => verifyArchive(file, { final: vector.final, proven: heads }))).toEqual(
      wordsOf(vector),
    )
  })

  it.each(vectors.trustee_attacks)('$title', (vector) => {
    expect(refusalOf(() => Trustees.parse(bytesOf(vector.trustees)))).toEqual(wordsOf(vector))
  })

  it('every changed byte of a file, every cut and every addition is refused alike', () => {
    const { pieces, order } = archive('small')
    const file = archiveOf(pieces, order)
    for (const vector of vectors.file_attacks) {
      const changed =
        vector.cut === undefined
          ? new Uint8Array(file.length + (vector.append ?? 0))
          : file.slice(0, vector.cut)
      changed.set(file.subarray(0, changed.length))
      if (vector.at !== undefined)
        changed[vector.at] = (changed[vector.at] as number) ^ (vector.xor as number)
      expect({ vector, ...refusalOf(() => verifyArchive(changed)) }).toEqual({ vector, ...wordsOf(vector) })
    }
  })

  it.each(vectors.pairs)('two archives: $title', ({ heads, area, rule, event }) => {
    const first = verifyArchive(archiveOf(heads.pieces, heads.order))
    const second = verifyArchive(archiveOf(area.pieces, area.order), { proven: first })
    if (rule === null) verifyPair(first, second)
    else expect(refusalOf(() => verifyPair(first, second))).toMatchObject({ rule, event })
  })
})
