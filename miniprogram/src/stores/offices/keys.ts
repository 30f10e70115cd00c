/** The keys of an office on this device: made here, published by their public halves, never sent. */
import type { Assembly } from '@/api/voting'
import type { Person } from '@/api/offices'
import { keepJson, readKept } from '@/stores/voting/parts'
import { fromHex, toHex } from '@/voting/bytes'
import { BOX_KEY_BYTES, BoxKey } from '@/voting/seal'
import { SigningKey, fingerprintOf } from '@/voting/signing'
import { type OfficeParts, type Place, Withheld, secretsOfPlace } from './parts'

const KEYS = 'keys'
const SIGNING_KEY_BYTES = 32

export interface RoleKeys {
  signing: SigningKey
  box: BoxKey
}

/** The two secrets as the device keeps them, in hexadecimal digits. */
export interface KeptKeys {
  sign: string
  box: string
}

/** Where the keys of an office are: nowhere yet, here, or on another device. */
export type KeyState = 'none' | 'here' | 'elsewhere'

/** The person as the assembly lists who holds the office. Throws `Withheld` where nobody does. */
export function personOf(assembly: Assembly, place: Place): Person {
  const found = assembly.people.find(({ role, index }) => role === place.role && index === place.index)
  if (!found) throw new Withheld('notJoined')
  return found
}

/** Reads the keys that this device keeps for an office; null where there are none. */
export function keptKeys(parts: OfficeParts, place: Place): RoleKeys | null {
  const kept = readKept<KeptKeys>(secretsOfPlace(parts, place), KEYS)
  return kept && { signing: new SigningKey(fromHex(kept.sign)), box: new BoxKey(fromHex(kept.box)) }
}

/** Keeps keys for an office, as when they are made here or restored. */
export function keepKeys(parts: OfficeParts, place: Place, { signing, box }: RoleKeys): void {
  const kept: KeptKeys = { sign: toHex(signing.toBytes()), box: toHex(box.toBytes()) }
  keepJson(secretsOfPlace(parts, place), KEYS, kept)
}

export function keyState(parts: OfficeParts, assembly: Assembly, place: Place): KeyState {
  const { sign_key: published } = personOf(assembly, place)
  if (!published) return 'none'
  return keptKeys(parts, place)?.signing.publicHex === published ? 'here' : 'elsewhere'
}

/** The published keys that this device holds. Throws `Withheld` where it does not. */
export function ownKeys(parts: OfficeParts, assembly: Assembly, place: Place): RoleKeys {
  const state = keyState(parts, assembly, place)
  const keys = keptKeys(parts, place)
  if (state === 'none' || !keys) throw new Withheld(state === 'elsewhere' ? 'elsewhere' : 'notJoined')
  if (state === 'elsewhere') throw new Withheld('elsewhere')
  return keys
}

/** Makes the keys of an office, or takes those kept, and publishes them. Rejects with a `CallFailed`. */
export async function join(parts: OfficeParts, place: Place): Promise<Assembly> {
  const keys = keptKeys(parts, place) ?? (await makeKeys(parts, place))
  const told = { role: place.role, sign_key: keys.signing.publicHex, seal_key: keys.box.publicHex }
  const proof = keys.signing.sign('role-key', { assembly: place.assembly, ...told })
  return parts.office.publishKey(place.assembly, { ...told, proof })
}

async function makeKeys(parts: OfficeParts, place: Place): Promise<RoleKeys> {
  const bytes = await parts.draw(SIGNING_KEY_BYTES + BOX_KEY_BYTES)
  const signing = new SigningKey(bytes.subarray(0, SIGNING_KEY_BYTES))
  const made = { signing, box: new BoxKey(bytes.subarray(SIGNING_KEY_BYTES)) }
  keepKeys(parts, place, made)
  return made
}

/** The fingerprint of a person's keys, in groups; null before they were published. */
export function markOf({ sign_key: sign, seal_key: seal }: Person): string | null {
  return sign && seal ? fingerprintOf(sign, seal) : null
}
