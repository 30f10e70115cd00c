/** An owner votes on a device, with the real voting code, against a server that fails in every way it may. */
import { beforeEach, describe, expect, it } from 'vitest'

import { Untrusted } from '@/api/wire'
import { holdLink } from '@/stores/heldLink'
import { deviceCode, deviceOf, registeredDevice } from '@/stores/voting/device'
import { useFlow } from '@/stores/voting/flow'
import type { VotingParts } from '@/stores/voting/parts'
import { findOnBoard, keptReceipts, walkToBallot } from '@/stores/voting/receipts'
import { forgetPinned } from '@/stores/voting/record'
import { encodeUtf8 } from '@/voting/bytes'
import { publicCredential } from '@/voting/credentials'
import { Drawn } from '@/voting/random'
import { sealCode } from '@/voting/seal'

import { ASSEMBLY, House, chance, type Wishes } from './house'

beforeEach(forgetPinned)

async function entered(wishes: Wishes = {}) {
  const house = await House.open(wishes)
  const device = house.device()
  const flow = await flowOn(device)
  return { house, device, flow }
}

async function flowOn(device: VotingParts) {
  const flow = useFlow(
    () => device,
    () => ASSEMBLY,
  )
  await flow.load()
  return flow
}

type Entered = Awaited<ReturnType<typeof entered>>

function codeOf(house: House, name = 'E1'): string {
  return house.codes.get(name) as string
}

/** Chooses "for" and two candidates. */
function fill({ house, flow }: Entered): void {
  flow.enter(codeOf(house))
  const [slip] = flow.filling.open.value
  if (!slip) throw new Error(`no slip: ${flow.coding.failure.value}`)
  flow.filling.tap(slip, 'fund', 'for')
  flow.filling.tap(slip, 'committee', 'c1')
  flow.filling.tap(slip, 'committee', 'c3')
}

async function reviewed(wishes: Wishes = {}): Promise<Entered> {
  const all = await entered(wishes)
  fill(all)
  await all.flow.review()
  return all
}

describe('a ballot', () => {
  it('is encrypted, signed and cast, and its receipt is kept', async () => {
    const { house, flow, device } = await reviewed()
    expect(flow.reviewing.progress.value).toBe(1)
    const [ready] = flow.reviewing.ready.value
    await flow.cast()
    expect(flow.step.value).toBe('done')
    expect(flow.casting.outcomes.value.map(({ state }) => state)).toEqual(['cast'])
    expect(house.board.map(({ tracker }) => tracker)).toEqual([ready?.made.tracker])
    expect(house.board[0]?.credential).toBe(publicCredential(codeOf(house), house.poll.uuid))
    const [kept] = keptReceipts(device)
    expect([kept?.tracker, kept?.labels]).toEqual([ready?.made.tracker, ['1-1-101']])
    expect(await findOnBoard(device, kept as NonNullable<typeof kept>)).toEqual({ height: 1, boardHeight: 1 })
    expect(await walkToBallot(device, kept as NonNullable<typeof kept>)).toEqual({
      height: 1,
      boardHeight: 1,
    })
  })

  it('leaves neither code nor choice in what is sent or kept', async () => {
    const { house, flow, device } = await reviewed()
    await flow.cast()
    const sent = house.seen.map(({ path, body }) => path + body).join('\n')
    const kept = [...device.memory].join('\n')
    for (const secret of [codeOf(house), codeOf(house).replace(/-/g, ''), '"for"', '"c1"']) {
      expect(sent).not.toContain(secret)
      expect(kept).not.toContain(secret)
    }
  })

  it('is made anew after a change of mind', async () => {
    const { flow } = await reviewed()
    const before = flow.reviewing.ready.value[0]?.made.tracker
    flow.change()
    expect(flow.reviewing.ready.value).toEqual([])
    await flow.review()
    expect(flow.reviewing.ready.value[0]?.made.tracker).not.toBe(before)
  })

  it('is not encrypted before every item is answered', async () => {
    const all = await entered()
    fill(all)
    const [slip] = all.flow.filling.open.value
    if (slip) all.flow.filling.tap(slip, 'committee', 'c1')
    if (slip) all.flow.filling.tap(slip, 'committee', 'c3')
    expect(all.flow.filling.missing.value).toBe(1)
    await all.flow.review()
    expect(all.flow.step.value).toBe('choose')
  })
})

describe('choices', () => {
  it('name no more candidates than there are seats', async () => {
    const all = await entered()
    fill(all)
    const [slip] = all.flow.filling.open.value
    if (!slip) throw new Error('no slip')
    expect(all.flow.filling.tap(slip, 'committee', 'c2')).toBe(true)
    expect(all.flow.filling.tap(slip, 'committee', 'c4')).toBe(false)
    expect(all.flow.filling.chosenIn(slip)['committee']).toEqual(['c1', 'c3', 'c2'])
  })

  it('are blank or names, never both', async () => {
    const all = await entered()
    fill(all)
    const [slip] = all.flow.filling.open.value
    if (!slip) throw new Error('no slip')
    all.flow.filling.tap(slip, 'committee', 'blank')
    expect(all.flow.filling.chosenIn(slip)['committee']).toEqual(['blank'])
    all.flow.filling.tap(slip, 'committee', 'c2')
    expect(all.flow.filling.chosenIn(slip)['committee']).toEqual(['c2'])
  })
})

describe('a lost network', () => {
  it('on the way back casts once: the same ballot goes again and its receipt comes', async () => {
    const { house, flow, device } = await reviewed()
    house.losesAnswers = 1
    await flow.cast()
    expect(flow.casting.outcomes.value.map(({ state }) => state)).toEqual(['unknown'])
    await flow.resend()
    expect(flow.casting.outcomes.value.map(({ state }) => state)).toEqual(['cast'])
    expect(house.board).toHaveLength(1)
    expect(keptReceipts(device)[0]?.receipt).not.toBeNull()
  })

  it('on the way there casts once, from another start of the app', async () => {
    const { house, flow, device } = await reviewed()
    house.losesCasts = 1
    await flow.cast()
    expect(house.board).toHaveLength(0)
    const later = await flowOn(device)
    expect(later.hall.content.value?.unanswered).toHaveLength(1)
    await later.resend()
    expect(house.board).toHaveLength(1)
    expect((await flowOn(device)).hall.content.value?.unanswered).toEqual([])
  })

  it('whose key the server forgot is settled by the board', async () => {
    const { house, flow, device } = await reviewed({ maxChanges: 1 })
    house.losesAnswers = 1
    await flow.cast()
    house.answers.clear()
    await flow.resend()
    expect(flow.casting.outcomes.value.map(({ state }) => state)).toEqual(['cast'])
    expect(house.board).toHaveLength(1)
    expect(keptReceipts(device)[0]?.receipt).toBeNull()
  })

  it('leaves a call that is being carried out to be asked for again', async () => {
    const { house, flow } = await reviewed()
    const path = `POST /elections/${house.poll.uuid}/ballots`
    house.refuse.set(path, { status: 409, code: 'request-in-progress' })
    await flow.cast()
    expect(flow.casting.outcomes.value.map(({ state }) => state)).toEqual(['unknown'])
    house.refuse.delete(path)
    await flow.resend()
    expect(house.board).toHaveLength(1)
  })
})

describe('a refusal', () => {
  it.each(['voting-closed', 'voting-not-open', 'already-voted', 'not-your-entry'])(
    'with %s is final',
    async (code) => {
      const { house, flow, device } = await reviewed()
      house.refuse.set(`POST /elections/${house.poll.uuid}/ballots`, { status: 409, code })
      await flow.cast()
      const [outcome] = flow.casting.outcomes.value
      expect(outcome?.state).toBe('refused')
      expect((await flowOn(device)).hall.content.value?.unanswered).toEqual([])
    },
  )

  it('of the device makes it known again next time', async () => {
    const { house, flow, device } = await reviewed()
    const path = `POST /elections/${house.poll.uuid}/ballots`
    house.refuse.set(path, { status: 404, code: 'device-unknown' })
    await flow.cast()
    expect((await deviceOf(device)).id).toBeNull()
  })

  it('of the paper that came first is told before anything is filled in', async () => {
    const house = await House.open()
    house.channel = 'paper'
    const flow = await flowOn(house.device())
    flow.enter(codeOf(house))
    expect(flow.filling.slips.value.map(({ standing }) => standing)).toEqual(['paper'])
    expect(flow.filling.open.value).toEqual([])
  })

  it('of a second ballot is told before, unless changes are allowed', async () => {
    const { house, flow, device } = await reviewed({ maxChanges: 1 })
    await flow.cast()
    const again = await flowOn(device)
    again.enter(codeOf(house))
    const [slip] = again.filling.slips.value
    expect([slip?.standing, slip?.changesLeft]).toEqual(['open', 1])
    house.board.push({ tracker: 'x', credential: BigInt(1), height: 2, raw: new Uint8Array(0) })
    const last = await flowOn(device)
    last.enter(codeOf(house))
    expect(last.filling.slips.value.map(({ standing }) => standing)).toEqual(['voted'])
  })
})

describe('a code', () => {
  it("comes by the notice's link and is taken up once", async () => {
    const house = await House.open()
    holdLink({ assembly: ASSEMBLY, code: codeOf(house) })
    expect((await flowOn(house.device())).step.value).toBe('choose')
    expect((await flowOn(house.device())).step.value).toBe('code')
  })

  it.each([
    ['typed with spaces and wide letters', (code: string) => ` ${code.replace(/-/g, ' ')} `],
    ['scanned as a link', (code: string) => `https://vote.example/vote/${ASSEMBLY}#${code}`],
  ])('is understood %s', async (_, written) => {
    const { house, flow } = await entered()
    flow.enter(written(codeOf(house)))
    expect(flow.step.value).toBe('choose')
  })

  it('with a mistyped digit is none', async () => {
    const { house, flow } = await entered()
    const code = codeOf(house)
    flow.enter((code.startsWith('2') ? '3' : '2') + code.slice(1))
    expect([flow.coding.isUnreadable.value, flow.step.value]).toEqual([true, 'code'])
  })

  it('of another elector opens nothing', async () => {
    const { house, flow } = await entered()
    flow.enter(codeOf(house, 'E2'))
    expect(flow.coding.failure.value).toMatchObject({ rule: 'credential-mismatch' })
    expect(flow.step.value).toBe('code')
  })

  it('from a notice of another assembly opens nothing', async () => {
    const { house, flow } = await entered()
    flow.enter(`https://vote.example/vote/other#${codeOf(house)}`)
    expect(flow.coding.failure.value).toMatchObject({ rule: 'other-assembly' })
  })
})

describe('a code sealed to this device', () => {
  async function sealedTo(house: House, device: VotingParts, signer = house.registrar) {
    const { signing, box } = await deviceOf(device)
    const delivery = {
      pseudonym: 'E1',
      sign_key: signing.publicHex,
      seal_key: box.publicHex,
      box: sealCode(box.publicHex, codeOf(house), ASSEMBLY, 'E1', new Drawn(await chance(32))),
    }
    const signature = signer.sign('sealed-code', { ...delivery, assembly: ASSEMBLY })
    house.sealed = [{ ...delivery, signature, signed_by: signer.publicHex }]
  }

  it('is opened and used without a tap', async () => {
    const house = await House.open()
    const device = house.device()
    await sealedTo(house, device)
    expect((await flowOn(device)).step.value).toBe('choose')
  })

  it('by another than the registrar is refused', async () => {
    const house = await House.open()
    const device = house.device()
    await sealedTo(house, device, house.key)
    const flow = await flowOn(device)
    expect(flow.hall.failure.value).toBeInstanceOf(Untrusted)
  })

  it('for another device is left alone', async () => {
    const house = await House.open()
    await sealedTo(house, house.device())
    expect((await flowOn(house.device())).step.value).toBe('code')
  })
})

describe('a server that lies', () => {
  it.each([
    ['roll-hash', (house: House) => (house.poll.roll = swapped(house.poll.roll, '9000', '9001'))],
    [
      'election-manifest',
      (house: House) =>
        (house.poll.manifest = swapped(house.poll.manifest, '"max_changes":0', '"max_changes":1')),
    ],
    ['item-text', (house: House) => void (house.assembly.items[0] = { ...itemOf(house), text: '别的' })],
    ['item-text', (house: House) => void (house.assembly.items[0] = { ...itemOf(house), title: '别的' })],
  ])('is found out by %s', async (rule, lie) => {
    const house = await House.open()
    lie(house)
    const flow = await flowOn(house.device())
    expect(flow.hall.failure.value).toMatchObject({ name: 'Untrusted', rule })
  })

  it('about an election that this device saw before is found out', async () => {
    const { device, house } = await entered()
    device.memory.set(`pin/${house.poll.uuid}`, 'another')
    forgetPinned()
    expect((await flowOn(device)).hall.failure.value).toMatchObject({ rule: 'pin-changed' })
  })

  it('about the receipt is not believed, and the ballot is kept to be asked for again', async () => {
    const { house, flow, device } = await reviewed()
    house.signed = (kind, document) => ({
      document,
      signature: house.registrar.sign(kind, document),
      key: '',
    })
    await flow.cast()
    expect(flow.casting.outcomes.value[0]).toMatchObject({ state: 'unknown', failure: { name: 'Untrusted' } })
    expect(keptReceipts(device)).toEqual([])
  })

  it('that lost a ballot is found out by its own receipt', async () => {
    const { house, flow, device } = await reviewed()
    await flow.cast()
    house.board.length = 0
    const [kept] = keptReceipts(device)
    for (const look of [findOnBoard, walkToBallot]) {
      await expect(look(device, kept as NonNullable<typeof kept>)).rejects.toMatchObject({
        rule: 'receipt-broken',
      })
    }
  })

  it('that says it has a ballot is found out by the board itself', async () => {
    const { house, flow, device } = await reviewed()
    await flow.cast()
    const [kept] = keptReceipts(device)
    house.archived = [encodeUtf8('x'.repeat(house.board[0]?.raw.length ?? 0))]
    expect((await findOnBoard(device, kept as NonNullable<typeof kept>)).height).toBe(1)
    await expect(walkToBallot(device, kept as NonNullable<typeof kept>)).rejects.toMatchObject({
      rule: 'board-fork',
    })
  })
})

describe('a device', () => {
  it('keeps its keys, and is registered once with a proof', async () => {
    const house = await House.open()
    const device = house.device()
    const first = await registeredDevice(device)
    const again = await registeredDevice(device)
    expect(again.signing.publicHex).toBe(first.signing.publicHex)
    expect(house.seen.filter(({ path }) => path === '/me/devices')).toHaveLength(1)
    expect(deviceCode(first)).toMatch(/^yishiting:device:v1:[0-9a-f]{64}:[0-9a-f]{64}$/)
  })
})

function itemOf(house: House): House['assembly']['items'][number] {
  return house.assembly.items[0] as House['assembly']['items'][number]
}

function swapped(raw: Uint8Array, from: string, to: string): Uint8Array {
  return encodeUtf8(new TextDecoder().decode(raw).replace(from, to))
}
