/** The registrar's codes: made here, never sent, never lost, erased after the close. */
import { beforeEach, describe, expect, it } from 'vitest'
import { Unreachable } from '@/api/wire'
import { join, keyState } from '@/stores/offices/keys'
import type { OfficeParts, Place } from '@/stores/offices/parts'
import {
  codesOf,
  codesState,
  eraseCodes,
  makeCodes,
  readDevice,
  reissue,
  sealTo,
} from '@/stores/offices/registrar'
import { publicCredential } from '@/voting/credentials'
import { BoxKey, openCode } from '@/voting/seal'
import { SigningKey, fingerprintOf, verifyStatement } from '@/voting/signing'
import { ASSEMBLY, OfficeServer, Response400, person } from './desk'

const PLACE: Place = { assembly: ASSEMBLY, role: 'registrar', index: 1 }
const UUID = 'Aa1111111111111'
const CREDENTIALS = `PUT /assemblies/${ASSEMBLY}/credentials`

let server: OfficeServer
let parts: OfficeParts

function elector(pseudonym: string): OfficeServer['roll'][0] {
  return { pseudonym, labels: ['1-1-101'], owners: ['甲**'], area: { [UUID]: 100 }, sealed: 0 }
}

beforeEach(async () => {
  server = new OfficeServer()
  server.people = [person('registrar', 1)]
  server.roll = [elector('E1'), elector('E2')]
  parts = server.device('registrar')
  await join(parts, PLACE)
})

const make = (): Promise<number> => makeCodes(parts, server.assembly(), PLACE)

describe('the registrar', () => {
  it('publishes keys with a proof that they are held, and finds them here', () => {
    const { sign_key: key, seal_key: seal, role, proof } = server.sent[0]?.body as Record<string, string>
    const document = { assembly: ASSEMBLY, role: String(role), sign_key: String(key), seal_key: String(seal) }
    expect(() => verifyStatement(String(key), 'role-key', document, String(proof))).not.toThrow()
    expect(keyState(parts, server.assembly(), PLACE)).toBe('here')
    expect(keyState(server.device('other'), server.assembly(), PLACE)).toBe('elsewhere')
  })

  it('hands in public credentials, signed, and no code', async () => {
    await make()
    const { document, signature } = server.sent[1]?.body as { document: never; signature: string }
    verifyStatement(server.people[0]?.sign_key ?? '', 'credentials', document, signature)
    const codes = codesOf(parts, PLACE)
    const { elections } = document as { elections: Record<string, Record<string, string>> }
    expect(elections[UUID]?.['E1']).toBe(publicCredential(codes['E1'] ?? '', UUID).toString())
    for (const code of Object.values(codes)) expect(JSON.stringify(server.sent)).not.toContain(code)
  })

  it('keeps the codes of a cut-off upload and sends the same again', async () => {
    server.answers.set(CREDENTIALS, () => {
      throw new Unreachable('cut')
    })
    await expect(make()).rejects.toThrow(Unreachable)
    expect(codesState(parts, PLACE)).toBe('cutOff')
    expect(() => codesOf(parts, PLACE)).toThrow()
    const draft = parts.secrets.read(`office/${ASSEMBLY}/registrar-1/codes-draft`)
    server.answers.delete(CREDENTIALS)
    await make()
    expect(JSON.stringify(codesOf(parts, PLACE))).toBe(draft)
  })

  it('makes codes for newcomers alone when the roll has changed', async () => {
    await make()
    const before = codesOf(parts, PLACE)
    server.roll.push(elector('E3'))
    await make()
    expect(codesOf(parts, PLACE)).toMatchObject(before)
    expect(codesOf(parts, PLACE)['E3']).toBeDefined()
  })

  it('reissues one code, and keeps the old one where the server refuses', async () => {
    await make()
    const before = codesOf(parts, PLACE)
    server.answers.set(CREDENTIALS, () => {
      throw new Response400('wrong-stage')
    })
    await expect(reissue(parts, server.assembly(), PLACE, 'E1')).rejects.toThrow('wrong-stage')
    expect(codesOf(parts, PLACE)).toEqual(before)
    server.answers.delete(CREDENTIALS)
    await reissue(parts, server.assembly(), PLACE, 'E1')
    expect(codesOf(parts, PLACE)['E1']).not.toBe(before['E1'])
    expect(codesOf(parts, PLACE)['E2']).toBe(before['E2'])
  })

  it('seals a code to the device that was shown, which alone opens it', async () => {
    await make()
    const [sign, box] = [new SigningKey(new Uint8Array(32).fill(3)), new BoxKey(new Uint8Array(32).fill(4))]
    const shown = readDevice(`yishiting:device:v1:${sign.publicHex}:${box.publicHex}\n`)
    expect(shown.mark).toBe(fingerprintOf(sign.publicHex, box.publicHex))
    await sealTo(parts, server.assembly(), PLACE, 'E2', shown)
    const { signature, ...delivery } = server.sent.slice(-1)[0]?.body as Record<string, string>
    const signed = { ...delivery, assembly: ASSEMBLY }
    verifyStatement(server.people[0]?.sign_key ?? '', 'sealed-code', signed, String(signature))
    expect(openCode(box, String(delivery['box']), ASSEMBLY, 'E2')).toBe(codesOf(parts, PLACE)['E2'])
  })

  it.each(['', 'yishiting:device:v2:00:00', 'https://example.org'])('takes %j for no device', (text) => {
    expect(() => readDevice(text)).toThrow('noDevice')
  })

  it('erases codes after the close and not before', async () => {
    await make()
    const codes = Object.values(codesOf(parts, PLACE))
    expect(() => eraseCodes(parts, server.assembly(), PLACE)).toThrow('stillOpen')
    server.stage = 'CLOSED'
    eraseCodes(parts, server.assembly(), PLACE)
    expect(codesState(parts, PLACE)).toBe('erased')
    const left = parts.secrets.read(`office/${ASSEMBLY}/registrar-1/codes`)
    expect([left, codes.length]).toEqual([undefined, 2])
    await expect(make()).rejects.toThrow('erased')
  })
})
