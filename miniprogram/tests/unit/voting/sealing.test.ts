/** Boxes and statements: those of the offline tools are opened and checked, and ours are theirs. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'

import { concatBytes, decodeUtf8, encodeUtf8, fromHex, toHex } from '@/voting/bytes'
import {
  type Peer,
  beginText,
  boxesBytes,
  ceremonyDocument,
  concludeText,
  dealText,
  shareContext,
  verifyCeremonyText,
} from '@/voting/ceremonyMessages'
import { parseJson } from '@/voting/json'
import { CEREMONY_BYTES, assemble, readCertificates } from '@/voting/keyCeremony'
import { Drawn } from '@/voting/random'
import { BoxKey, openBox, openCode, seal, sealCode } from '@/voting/seal'
import {
  SigningKey,
  canonicalText,
  fingerprintOf,
  signCast,
  statementBytes,
  verifyStatement,
} from '@/voting/signing'
import { Seat } from '@/voting/transcript'
import { BELENIOS_2048 } from '@/voting/group'

import { chance, refusalOf, streamBytes, vectors } from './vectors'

const { sealed, signed } = vectors

describe('boxes', () => {
  const key = new BoxKey(fromHex(sealed.key))

  it('a code is sealed and opened as by the tools', () => {
    expect(key.publicHex).toBe(sealed.public)
    const drawn = new Drawn(fromHex(sealed.fresh))
    const [plaintext, context] = [encodeUtf8(sealed.plaintext), encodeUtf8(sealed.context)]
    expect(seal(sealed.public, plaintext, context, drawn)).toBe(sealed.box)
    expect(decodeUtf8(openBox(key, sealed.box, context))).toBe(sealed.plaintext)
  })

  it.each(sealed.refused)('$title is refused', ({ box, context, code, rule }) => {
    expect(refusalOf(() => openBox(key, box, encodeUtf8(context)))).toMatchObject({ code, rule })
  })

  it('a registrar seals a code that only the owner of the device opens', () => {
    const { code } = vectors.codes[0] as { readonly code: string }
    const box = sealCode(key.publicHex, code, 7, 'E-01', chance('seal'))
    expect(openCode(key, box, 7, 'E-01')).toBe(code)
    expect(refusalOf(() => openCode(key, box, 7, 'E-02')).rule).toBe('sealed-box')
    expect(refusalOf(() => openCode(new BoxKey(streamBytes('other', 32)), box, 7, 'E-01')).rule).toBe(
      'sealed-box',
    )
    expect(refusalOf(() => sealCode(key.publicHex, 'no code', 7, 'E-01', chance('seal'))).rule).toBe(
      'credential-code',
    )
  })

  it('a secret key does not show itself', () => {
    expect(JSON.stringify([key, new SigningKey(fromHex(signed.secret))])).not.toContain(sealed.key)
    expect(JSON.stringify(new SigningKey(fromHex(signed.secret)))).toBe(`{"publicHex":"${signed.public}"}`)
  })
})

describe('statements', () => {
  const key = new SigningKey(fromHex(signed.secret))

  it.each(signed.statements)('a $kind statement has the same bytes and signature', (vector) => {
    expect(decodeUtf8(statementBytes(vector.kind, vector.document))).toBe(vector.bytes)
    expect(key.sign(vector.kind, vector.document)).toBe(vector.signature)
    verifyStatement(signed.public, vector.kind, vector.document, vector.signature)
  })

  it.each(signed.refused)('$title is refused', (vector) => {
    const { document } = signed.statements[0] as (typeof signed.statements)[number]
    const check = (): void => verifyStatement(vector.key, vector.kind, document, vector.signature)
    expect(refusalOf(check)).toMatchObject({ code: vector.code, rule: vector.rule })
  })

  it('a device signs the fingerprint and the tracker of what it casts', () => {
    const [cast] = signed.statements
    expect(cast?.kind).toBe('cast')
    expect(signCast(key, 'A'.repeat(43), '0'.repeat(64))).toBe(cast?.signature)
  })

  it('the fingerprint covers both keys of a device', () => {
    expect(fingerprintOf(signed.public, 'b'.repeat(64))).toBe(signed.fingerprint)
  })

  it('a signature that holds only up to the cofactor is refused, as by the server (attack 3)', () => {
    const document = { tracker: '0'.repeat(64) }
    const signature = withTorsion(fromHex(signed.secret), statementBytes('cast', document))
    expect(ed25519.verify(signature, statementBytes('cast', document), fromHex(signed.public))).toBe(true)
    const check = (): void => verifyStatement(signed.public, 'cast', document, toHex(signature))
    expect(refusalOf(check).rule).toBe('signature')
  })

  it('what has no canonical form is not signed', () => {
    expect(refusalOf(() => canonicalText({ part: 0.5 })).rule).toBe('canonical-json')
    expect(refusalOf(() => canonicalText({ part: 2 ** 60 })).rule).toBe('canonical-json')
    expect(refusalOf(() => statementBytes('No Kind', {})).rule).toBe('statement-kind')
  })
})

/** Sign as a cheat: add a point of small order to R, so that both sides agree only after clearing the cofactor. */
function withTorsion(secret: Uint8Array, message: Uint8Array): Uint8Array {
  const { Point } = ed25519
  const order = Point.Fn.ORDER
  const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(secret)
  const nonce = BigInt(123_456_789)
  const small = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')
  const r = Point.BASE.multiply(nonce).add(small).toBytes()
  const digest = sha512(concatBytes(r, pointBytes, message))
  const challenge = BigInt(`0x${toHex(digest.reverse())}`) % order
  const s = (nonce + challenge * scalar) % order
  return concatBytes(r, fromHex(s.toString(16).padStart(64, '0')).reverse())
}

describe('the texts of a key ceremony', () => {
  const assembly = '7'
  const indexes = [1, 2, 3]
  const boxKeys = indexes.map((index) => new BoxKey(streamBytes(`channel ${index}`, 32)))
  const signKeys = indexes.map((index) => new SigningKey(streamBytes(`sign ${index}`, 32)))
  const peers: readonly Peer[] = indexes.map((_, place) => ({
    signKey: (signKeys[place] as SigningKey).publicHex,
    sealKey: (boxKeys[place] as BoxKey).publicHex,
  }))
  const begun = indexes.map((index, place) => {
    const drawn = new Drawn(streamBytes(`begin ${index}`, CEREMONY_BYTES.begin(2)))
    return beginText(new Seat(3, 2, index), boxKeys[place] as BoxKey, drawn)
  })
  const first = begun.map(({ body }) => body)
  const dealt = begun.map(({ start }, place) => {
    const drawn = new Drawn(streamBytes(`deal ${place + 1}`, CEREMONY_BYTES.deal + boxesBytes(3)))
    return dealText(start, assembly, first, peers, drawn)
  })
  const second = dealt.map(({ body }) => body)
  const conclude = (place: number, texts: readonly string[]): ReturnType<typeof concludeText> => {
    const drawn = new Drawn(streamBytes(`conclude ${place + 1}`, CEREMONY_BYTES.conclude))
    const { dealt: mine } = dealt[place] as (typeof dealt)[number]
    return concludeText(mine, assembly, texts, boxKeys[place] as BoxKey, drawn, `受托人${place + 1}`)
  }

  it('three trustees make a key through a carrier that reads nothing', () => {
    const shares = indexes.map((_, place) => conclude(place, second).share)
    const dealings = dealt.map(({ dealt: each }) => parseJson(JSON.stringify(each.dealing.toJson())))
    const keys = shares.map((share) => share.key.toJson(BELENIOS_2048))
    expect(assemble(first.map(parseJson), dealings, keys).keys.length).toBe(3)
    expect(JSON.stringify(shares.map((share) => share.toJson()))).toBe(
      JSON.stringify(vectors.ceremony.shares),
    )
  })

  it('a box key swapped by the carrier, and a box that is missing, are found out (attack 4)', () => {
    const swapped = [peers[0], peers[0], peers[2]] as readonly Peer[]
    const { start } = begun[0] as (typeof begun)[number]
    expect(refusalOf(() => dealText(start, assembly, first, swapped, chance('x'))).rule).toBe('channel-key')
    const empty = second.map((text, place) =>
      place === 1 ? text.replace(/"boxes":\{[^}]*\}/, '"boxes":{}') : text,
    )
    expect(refusalOf(() => conclude(0, empty)).rule).toBe('share-missing')
    const exchanged = [
      second[0],
      (second[1] as string).replace(/"boxes":\{"1":"..../, (found) => `${found.slice(0, -4)}AAAA`),
      second[2],
    ]
    expect(refusalOf(() => conclude(0, exchanged as readonly string[])).rule).toBe('sealed-box')
  })

  it('the context of a share and what a trustee signs are those of the tools', () => {
    const certificates = readCertificates(first.map(parseJson))
    expect(decodeUtf8(shareContext(assembly, 1, 2, certificates))).toBe(vectors.ceremony.context)
    expect(ceremonyDocument(assembly, 2, 1, '文')).toEqual(vectors.ceremony.document)
    const document = ceremonyDocument(assembly, 1, 1, first[0] as string)
    const signature = (signKeys[0] as SigningKey).sign('ceremony', document)
    verifyCeremonyText(peers[0] as Peer, document, signature)
    expect(refusalOf(() => verifyCeremonyText(peers[1] as Peer, document, signature)).rule).toBe('signature')
  })
})
