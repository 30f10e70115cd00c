/** Trustees make a key together over a server that is trusted with nothing, and back their shares up. */
import { describe, expect, it } from 'vitest'
import { makeBackup, restoreBackup } from '@/stores/offices/backup'
import { ceremonyStanding, dealtOf, shareOf, takeStep } from '@/stores/offices/ceremony'
import { join } from '@/stores/offices/keys'
import type { OfficeParts, Place } from '@/stores/offices/parts'
import { lagrange } from '@/voting/decryption'
import { BELENIOS_2048 } from '@/voting/group'
import { type Json, parseJson } from '@/voting/json'
import { assemble } from '@/voting/keyCeremony'
import { ASSEMBLY, OfficeServer, person } from './desk'

interface Trustee {
  parts: OfficeParts
  place: Place
}

async function gathered(size: number, threshold: number | null): Promise<[OfficeServer, Trustee[]]> {
  const server = new OfficeServer()
  server.threshold = threshold
  server.people = Array.from({ length: size }, (_, place) => person('trustee', place + 1))
  const trustees = Array.from({ length: size }, (_, place): Trustee => {
    const index = place + 1
    return { parts: server.device(`t${index}`, index), place: { assembly: ASSEMBLY, role: 'trustee', index } }
  })
  for (const { parts, place } of trustees) await join(parts, place)
  return [server, trustees]
}

async function round(server: OfficeServer, trustees: readonly Trustee[]): Promise<void> {
  for (const { parts, place } of trustees) await takeStep(parts, server.assembly(), place)
}

function texts(server: OfficeServer, number: number): Map<string, Json>[] {
  return server.messages
    .filter((one) => one.round === number)
    .map(({ body }) => parseJson(body) as Map<string, Json>)
}

describe('a ceremony', () => {
  it('of single keys takes one round, and each keeps the secret of the key it published', async () => {
    const [server, trustees] = await gathered(2, null)
    await round(server, trustees)
    for (const [place, { parts, place: own }] of trustees.entries()) {
      const key = texts(server, 1)[place]?.get('public_key')
      expect(BELENIOS_2048.text(BELENIOS_2048.powerG(BigInt(shareOf(parts, own).secret)))).toBe(key)
    }
    const [first] = trustees as [Trustee]
    expect((await ceremonyStanding(first.parts, server.assembly(), first.place)).isDone).toBe(true)
  })

  it('with a threshold gives shares of which enough make the published key', async () => {
    const [server, trustees] = await gathered(3, 2)
    for (let number = 1; number <= 3; number += 1) await round(server, trustees)
    const dealings = texts(server, 2).map((text) => text.get('dealing') as Json)
    const keys = texts(server, 3).map((text) => Object.fromEntries(text))
    const made = assemble(texts(server, 1), dealings, keys)
    const shares = trustees.slice(0, 2).map(({ parts, place }) => BigInt(shareOf(parts, place).secret))
    const { q } = BELENIOS_2048
    const whole = shares.reduce((sum, share, place) => {
      return (sum + share * lagrange(BELENIOS_2048, [1, 2], place + 1)) % q
    }, BigInt(0))
    expect(BELENIOS_2048.powerG(whole)).toBe(made.publicKey)
    for (const { parts, place } of trustees)
      expect(() => dealtOf(parts, place)?.checkOutcome(made)).not.toThrow()
  }, 60_000)

  it('sends a text that was cut off again, byte for byte', async () => {
    const [server, trustees] = await gathered(3, 2)
    const [first] = trustees as [Trustee]
    await takeStep(first.parts, server.assembly(), first.place)
    const [sent] = server.messages.splice(0)
    await takeStep(first.parts, server.assembly(), first.place)
    expect(server.messages[0]).toEqual(sent)
  })

  it('is refused when a message was changed on its way', async () => {
    const [server, trustees] = await gathered(2, null)
    await round(server, trustees)
    const [message] = server.messages
    if (message) message.body = message.body.replace('"trustee 1"', '"trustee 9"')
    const [, second] = trustees as [Trustee, Trustee]
    const standing = ceremonyStanding(second.parts, server.assembly(), second.place)
    await expect(standing).rejects.toMatchObject({ rule: 'signature' })
  })

  it('is refused when a trustee’s keys are not those seen before', async () => {
    const [server, trustees] = await gathered(2, null)
    const [first] = trustees as [Trustee]
    await ceremonyStanding(first.parts, server.assembly(), first.place)
    await join(server.device('impostor', 2), { assembly: ASSEMBLY, role: 'trustee', index: 2 })
    const standing = ceremonyStanding(first.parts, server.assembly(), first.place)
    await expect(standing).rejects.toMatchObject({ rule: 'trustee-key-changed' })
  })
})

describe('a back-up', () => {
  it('restores share and keys on another device, by text and code together', async () => {
    const [server, trustees] = await gathered(1, null)
    await round(server, trustees)
    const { parts, place } = trustees[0] as Trustee
    const { text, code } = await makeBackup(parts, place)
    expect(text).not.toContain(shareOf(parts, place).secret)
    const other = server.device('other')
    const wrong = code.replace(/^./, (digit) => (digit === '2' ? '3' : '2'))
    expect(() => restoreBackup(other, place, { text, code: wrong })).toThrow('backup')
    expect(() => restoreBackup(other, { ...place, index: 2 }, { text, code })).toThrow('backup')
    restoreBackup(other, place, { text: ` ${text}\n`, code: code.replace(/-/g, ' ') })
    expect(shareOf(other, place)).toEqual(shareOf(parts, place))
  })
})
