/**
 * The registrar's codes, made and kept on this device alone: one per elector, of which only the public
 * credentials leave it. Between "kept" and "handed in" they are a draft, so that no public list exists whose
 * codes are lost (backend/tools/registrar.py).
 */
import type { RollElector } from '@/api/offices'
import type { Assembly } from '@/api/voting'
import { Refused } from '@/api/wire'
import { keepJson, readKept } from '@/stores/voting/parts'
import { CODE_BYTES, newCode, publicCredential } from '@/voting/credentials'
import { Drawn } from '@/voting/random'
import { BOX_KEY_BYTES, sealCode } from '@/voting/seal'
import { fingerprintOf } from '@/voting/signing'
import type { Work } from '@/voting/work'
import { ownKeys } from './keys'
import {
  type OfficeParts,
  type OnProgress,
  type Place,
  Withheld,
  guarded,
  secretsOfPlace,
  working,
} from './parts'
import { isOverFor } from './times'

const CODES = 'codes'
const DRAFT = 'codes-draft'
const ERASED = 'codes-erased'
const DEVICE = /^yishiting:device:v1:([0-9a-f]{64}):([0-9a-f]{64})$/

/** Codes by pseudonym. Secret. */
export type Codes = Readonly<Record<string, string>>

/** How far the codes are: none; made but cut off before the server had the list; made; erased. */
export type CodesState = 'none' | 'cutOff' | 'made' | 'erased'

type Lists = Record<string, Record<string, string>>

export function codesState(parts: OfficeParts, place: Place): CodesState {
  const kept = secretsOfPlace(parts, place)
  if (kept.read(ERASED) !== undefined) return 'erased'
  if (kept.read(DRAFT) !== undefined) return 'cutOff'
  return kept.read(CODES) === undefined ? 'none' : 'made'
}

/** The codes that the server has the public list of. Throws `Withheld` where there are none. */
export function codesOf(parts: OfficeParts, place: Place): Codes {
  const state = codesState(parts, place)
  const codes = readKept<Codes>(secretsOfPlace(parts, place), CODES)
  if (state !== 'made' || codes === null)
    throw new Withheld(state === 'none' || state === 'made' ? 'noCodes' : state)
  return codes
}

/** Electors that have no code yet, as after a change of the roll. */
export function withoutCode(codes: Codes, roll: readonly RollElector[]): number {
  return roll.filter(({ pseudonym }) => codes[pseudonym] === undefined).length
}

/** Makes a code for every elector without one, and hands in all public credentials. */
export async function makeCodes(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  onProgress?: OnProgress,
): Promise<number> {
  if (codesState(parts, place) === 'erased') throw new Withheld('erased')
  const kept = secretsOfPlace(parts, place)
  const roll = await parts.office.roll(place.assembly)
  const before = readKept<Codes>(kept, DRAFT) ?? readKept<Codes>(kept, CODES) ?? {}
  await handIn(parts, assembly, place, roll, await completed(parts, roll, before), onProgress)
  return roll.length
}

/** Gives one elector a new code before the opening; the old one stops working. */
export async function reissue(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  pseudonym: string,
  onProgress?: OnProgress,
): Promise<void> {
  const before = codesOf(parts, place)
  const roll = await parts.office.roll(place.assembly)
  if (!roll.some((elector) => elector.pseudonym === pseudonym)) throw new Withheld('noElector')
  const { [pseudonym]: _old, ...others } = before
  try {
    await handIn(parts, assembly, place, roll, await completed(parts, roll, others), onProgress)
  } catch (reason) {
    if (reason instanceof Refused && !reason.mayRetry) restore(parts, place, before)
    throw reason
  }
}

/** Refused for certain: the codes of before stand. */
function restore(parts: OfficeParts, place: Place, before: Codes): void {
  const kept = secretsOfPlace(parts, place)
  keepJson(kept, CODES, before)
  kept.erase(DRAFT)
}

async function completed(parts: OfficeParts, roll: readonly RollElector[], before: Codes): Promise<Codes> {
  const lacking = roll.filter(({ pseudonym }) => before[pseudonym] === undefined)
  const drawn = new Drawn(await parts.draw(CODE_BYTES * lacking.length))
  const made = new Map(lacking.map(({ pseudonym }) => [pseudonym, newCode(drawn)]))
  return Object.fromEntries(
    roll.map(({ pseudonym }) => [pseudonym, before[pseudonym] ?? (made.get(pseudonym) as string)]),
  )
}

async function handIn(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  roll: readonly RollElector[],
  codes: Codes,
  onProgress?: OnProgress,
): Promise<void> {
  const { signing } = ownKeys(parts, assembly, place)
  const kept = secretsOfPlace(parts, place)
  keepJson(kept, DRAFT, codes)
  const elections = await working(parts, derivingLists(roll, codes), onProgress)
  const document = { assembly: place.assembly, elections }
  const signature = signing.sign('credentials', document)
  await parts.office.sendCredentials(place.assembly, { document, signature })
  keepJson(kept, CODES, codes)
  kept.erase(DRAFT)
}

/** Derives the public credential of every elector in each of its elections, in steps of one. */
function* derivingLists(roll: readonly RollElector[], codes: Codes): Work<Lists> {
  const lists: Lists = {}
  const wanted = roll.flatMap(({ pseudonym, area }) => Object.keys(area).map((uuid) => ({ pseudonym, uuid })))
  for (const [done, { pseudonym, uuid }] of wanted.entries()) {
    const list = (lists[uuid] ??= {})
    list[pseudonym] = publicCredential(codes[pseudonym] as string, uuid).toString()
    yield { done: done + 1, total: wanted.length }
  }
  return lists
}

/** A device as its owner's screen shows it. */
export interface ShownDevice {
  signKey: string
  sealKey: string
  /** Eight groups of four digits, to be compared with those on the owner's screen. */
  mark: string
}

/** Reads an owner's device code. Throws `Withheld` where it is none. */
export function readDevice(text: string): ShownDevice {
  const [, signKey, sealKey] = DEVICE.exec(text.trim()) ?? []
  if (!signKey || !sealKey) throw new Withheld('noDevice')
  return { signKey, sealKey, mark: fingerprintOf(signKey, sealKey) }
}

/** Seals an elector's code to a device whose fingerprint was compared, and has the server carry it. */
export function sealTo(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  pseudonym: string,
  device: ShownDevice,
): Promise<void> {
  return guarded(async () => {
    const code = codesOf(parts, place)[pseudonym]
    if (code === undefined) throw new Withheld('noElector')
    const { signing } = ownKeys(parts, assembly, place)
    const drawn = new Drawn(await parts.draw(BOX_KEY_BYTES))
    const box = sealCode(device.sealKey, code, place.assembly, pseudonym, drawn)
    const delivery = { pseudonym, sign_key: device.signKey, seal_key: device.sealKey, box }
    const signature = signing.sign('sealed-code', { ...delivery, assembly: place.assembly })
    await parts.office.sendSealed(place.assembly, { ...delivery, signature })
  })
}

/** Erases every code, after the close. Throws `Withheld` before. */
export function eraseCodes(parts: OfficeParts, assembly: Assembly, place: Place): void {
  if (!isOverFor(assembly, parts.wallClock())) throw new Withheld('stillOpen')
  const kept = secretsOfPlace(parts, place)
  for (const name of [CODES, DRAFT]) {
    const length = kept.read(name)?.length ?? 0
    if (length > 0) kept.keep(name, '0'.repeat(length))
    kept.erase(name)
  }
  kept.keep(ERASED, 'true')
}
