/**
 * The bundle in a realm that has the language and nothing else: no window, crypto, TextEncoder, timers or
 * WebAssembly, as in the logic layer of a phone. It casts a ballot, seals a code and verifies an archive there.
 */
import { createContext, runInContext } from 'node:vm'
import { type Rollup, build } from 'vite'
import { beforeAll, expect, it } from 'vitest'

import { toHex } from '@/voting/bytes'
import { hexSha256 } from '@/voting/encoding'

import { archiveOf, bytesOf, streamBytes, vectors } from './vectors'

let realm: object

beforeAll(async () => {
  const made = (await build({
    configFile: 'vite.voting.config.ts',
    logLevel: 'error',
    build: { write: false },
  })) as Rollup.RollupOutput[]
  const { code } = (made[0] as Rollup.RollupOutput).output[0]
  realm = createContext({})
  runInContext('delete globalThis.WebAssembly; delete globalThis.console', realm)
  runInContext(`const exports = {}; const module = { exports }; ${code}; var voting = module.exports`, realm)
})

/** Run a program there; bytes go in and come out as hexadecimal. */
function there(program: string): unknown {
  return runInContext(`(() => { const { fromHex, toHex, Drawn } = voting; ${program} })()`, realm)
}

it('the realm has nothing that a phone lacks', () => {
  const names =
    '["window", "crypto", "TextEncoder", "TextDecoder", "WebAssembly", "setTimeout", "fetch", "console", "atob"]'
  expect(there(`return ${names}.filter((name) => name in globalThis).join()`)).toBe('')
})

it('the bundle holds nothing that older engines cannot read', async () => {
  expect(there('return typeof BigInt')).toBe('function')
  expect(there('return Object.keys(voting).length > 60')).toBe(true)
})

it.each(vectors.ballots)('it casts the ballot of $stream', (vector) => {
  const { raw } = vectors.elections[vector.election] as (typeof vectors.elections)[string]
  const found = there(`
    const election = voting.Election.parse(fromHex('${toHex(bytesOf(raw))}'))
    const drawn = new Drawn(fromHex('${toHex(streamBytes(vector.stream, 10_000))}'))
    const work = voting.makingBallot(election, BigInt('${vector.secret}'), ${JSON.stringify(vector.choices)}, drawn)
    return voting.parseBallot(election, voting.finish(work)).trackerHex`)
  expect(found).toBe(vector.tracker_hex)
})

it('it verifies an archive', () => {
  const [heads] = vectors.archives
  const { pieces, order, sha256, result } = heads as (typeof vectors.archives)[number]
  const file = archiveOf(pieces, order)
  expect(hexSha256(file)).toBe(sha256)
  const found = there(`
    const proved = voting.verifyArchive(fromHex('${toHex(file)}'), { final: true })
    return JSON.stringify(proved.result.map((row) => row.map(String)))`)
  expect(found).toBe(JSON.stringify(result))
})

it('it derives a code, opens a box and signs a statement', () => {
  const [code] = vectors.codes
  const { sealed, signed } = vectors
  const found = there(`
    const opened = voting.openBox(
      new voting.BoxKey(fromHex('${sealed.key}')), '${sealed.box}', voting.encodeUtf8('${sealed.context}'))
    const key = new voting.SigningKey(fromHex('${signed.secret}'))
    return [
      voting.publicCredential('${code?.code}', '${code?.uuid}').toString(),
      voting.decodeUtf8(opened),
      key.sign('cast', ${JSON.stringify(signed.statements[0]?.document)}),
    ].join('|')`)
  expect(found).toBe([code?.credential, sealed.plaintext, signed.statements[0]?.signature].join('|'))
})
