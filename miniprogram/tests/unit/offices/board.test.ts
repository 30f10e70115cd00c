/** Heads of a board: kept, continued, and never two stories. */
import { beforeEach, describe, expect, it } from 'vitest'
import { Client } from '@/api/client'
import { officeCalls } from '@/api/offices'
import { votingCalls } from '@/api/voting'
import type { WireRequest } from '@/api/wire'
import { evidenceOf, forgetArchives, keptHead, updateBoard } from '@/stores/offices/board'
import type { OfficeParts, Place } from '@/stores/offices/parts'
import { Chain, headerRecord } from '@/voting/archive'
import { concatBytes, encodeUtf8 } from '@/voting/bytes'
import type { Manifest } from '@/voting/manifest'
import { SigningKey } from '@/voting/signing'
import { ASSEMBLY, OfficeServer } from './desk'

const UUID = 'Aa1111111111111'
const PLACE: Place = { assembly: ASSEMBLY, role: 'auditor', index: 1 }
const KEY = new SigningKey(new Uint8Array(32).fill(9))
const MANIFEST = { uuid: UUID, drill: true, serverKey: KEY.publicHex } as unknown as Manifest

/** A server's board with one event for each word. */
class BoardServer {
  private words: string[] = []
  private archive = new Uint8Array(0)
  private tip = { height: 0, hash: '', bytes: 0 }
  readonly ranges: string[] = []
  key = KEY

  write(...words: string[]): void {
    this.words = words
    const chain = new Chain(1_700_000_000)
    const events = words.map((word) => chain.append('Ballot', encodeUtf8(word)))
    this.archive = concatBytes(headerRecord(1_700_000_000), ...events)
    this.tip = { height: chain.headHeight, hash: chain.headHash ?? '', bytes: this.archive.length }
  }

  device(): OfficeParts {
    const caller = { token: () => null, onTokenRefused: () => undefined }
    const transport = (request: WireRequest) => Promise.resolve(this.answer(request))
    const client = new Client({ base: '', transport, caller })
    return {
      ...new OfficeServer().device('auditor'),
      calls: votingCalls(client),
      office: officeCalls(client),
    }
  }

  private answer({ url, headers }: WireRequest): { status: number; text: string; bytes?: ArrayBuffer } {
    if (url.endsWith('/head')) {
      const document = { uuid: UUID, drill: true, at: this.words.join(), heads: this.tip, area: this.tip }
      return {
        status: 200,
        text: JSON.stringify({ document, signature: this.key.sign('board-head', document) }),
      }
    }
    const range = headers['Range'] ?? ''
    this.ranges.push(range)
    const [start, end] = range.replace('bytes=', '').split('-').map(Number) as [number, number]
    return { status: 206, text: '', bytes: this.archive.slice(start, end + 1).buffer }
  }
}

let server: BoardServer
let parts: OfficeParts

beforeEach(async () => {
  forgetArchives()
  server = new BoardServer()
  server.write('one', 'two')
  parts = server.device()
  await updateBoard(parts, PLACE, MANIFEST)
})

describe('a board', () => {
  it('that grew continues the head that was kept, and only what is new is fetched', async () => {
    const before = keptHead(parts, PLACE, MANIFEST)?.tips.heads.bytes
    server.write('one', 'two', 'three')
    const copy = await updateBoard(parts, PLACE, MANIFEST)
    expect([copy.before?.tips.heads.height, copy.head.tips.heads.height]).toEqual([1, 2])
    expect(server.ranges.slice(-1)[0]).toMatch(new RegExp(`^bytes=${before}-`))
    expect(keptHead(parts, PLACE, MANIFEST)?.tips.area.height).toBe(2)
  })

  it('is fetched whole after a restart and must still hold the head that was kept', async () => {
    forgetArchives()
    server.write('one', 'two', 'three')
    await updateBoard(parts, PLACE, MANIFEST)
    expect(server.ranges.slice(-1)[0]).toMatch(/^bytes=0-/)
  })

  it('that went back is refused, and both signed heads are put aside', async () => {
    server.write('one')
    await expect(updateBoard(parts, PLACE, MANIFEST)).rejects.toMatchObject({ rule: 'board-rollback' })
    const { heads } = JSON.parse(evidenceOf(parts, PLACE, UUID) ?? '') as {
      heads: { document: { at: string } }[]
    }
    expect(heads.map(({ document }) => document.at)).toEqual(['one,two', 'one'])
    expect(keptHead(parts, PLACE, MANIFEST)?.tips.heads.height).toBe(1)
  })

  it.each([true, false])(
    'that tells another story is refused, after a restart too: %s',
    async (restarted) => {
      if (restarted) forgetArchives()
      server.write('one', 'other', 'three')
      await expect(updateBoard(parts, PLACE, MANIFEST)).rejects.toMatchObject({
        rule: expect.stringMatching(/^(board-fork|archive-)/) as string,
      })
      expect(evidenceOf(parts, PLACE, UUID)).not.toBeNull()
    },
  )

  it('whose head another key signed is refused', async () => {
    server.key = new SigningKey(new Uint8Array(32).fill(8))
    await expect(updateBoard(parts, PLACE, MANIFEST)).rejects.toMatchObject({ rule: 'signature' })
  })
})
