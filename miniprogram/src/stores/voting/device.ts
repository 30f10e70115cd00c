/**
 * The keys of this device: made once an account signs in here, kept under that account, registered with the
 * server by their public halves. The registrar seals a voting code to the box key; the signing key signs what
 * is cast.
 */
import { Refused } from '@/api/wire'
import { DEVICE as PLACE } from '@/stores/deviceKeys'
import { fromHex, toHex } from '@/voting/bytes'
import { BOX_KEY_BYTES, BoxKey } from '@/voting/seal'
import { SigningKey, fingerprintOf } from '@/voting/signing'
import { type VotingParts, failureOf, keepJson, readKept } from './parts'

const SIGNING_KEY_BYTES = 32
const UNKNOWN = 'device-unknown'

export interface Device {
  signing: SigningKey
  box: BoxKey
  /** As the server knows it; null before it was told. */
  id: string | null
}

interface Kept {
  sign: string
  box: string
  id: string | null
}

/** Returns this device's keys, made now if there are none. */
export async function deviceOf({ secrets, draw }: VotingParts): Promise<Device> {
  const kept = readKept<Kept>(secrets, PLACE)
  if (kept) {
    const { sign, box, id } = kept
    return { signing: new SigningKey(fromHex(sign)), box: new BoxKey(fromHex(box)), id }
  }
  const bytes = await draw(SIGNING_KEY_BYTES + BOX_KEY_BYTES)
  const made: Device = {
    signing: new SigningKey(bytes.subarray(0, SIGNING_KEY_BYTES)),
    box: new BoxKey(bytes.subarray(SIGNING_KEY_BYTES)),
    id: null,
  }
  return keepDevice(secrets, made)
}

/** Returns this device, registered. Rejects with a `CallFailed`. */
export async function registeredDevice(parts: VotingParts): Promise<Device & { id: string }> {
  const device = await deviceOf(parts)
  if (device.id !== null) return { ...device, id: device.id }
  const keys = { sign_key: device.signing.publicHex, seal_key: device.box.publicHex }
  const proof = device.signing.sign('device-key', { account_id: parts.accountId, ...keys })
  const { device_id: id } = await parts.calls.registerDevice({ ...keys, proof })
  const known = { ...device, id }
  keepDevice(parts.secrets, known)
  return known
}

/** Takes note that the server does not know the device, so that it is registered again next time. */
export async function forgetIfUnknown(parts: VotingParts, reason: unknown): Promise<void> {
  if (!(reason instanceof Refused) || reason.code !== UNKNOWN) return
  keepDevice(parts.secrets, { ...(await deviceOf(parts)), id: null })
}

/** What the device shows for the registrar's camera (docs/formats.md 2). */
export function deviceCode({ signing, box }: Device): string {
  return `yishiting:device:v1:${signing.publicHex}:${box.publicHex}`
}

/** The fingerprint of both keys, as people compare it: eight groups of four digits. */
export function deviceMark({ signing, box }: Device): string[] {
  return fingerprintOf(signing.publicHex, box.publicHex).split(' ')
}

/** This device as a page shows it. */
export interface DeviceView {
  code: string
  mark: string[]
  isRegistered: boolean
}

/** Shows the device, registered if the server can be reached: its code is of use without, for the moment. */
export async function deviceView(parts: VotingParts): Promise<DeviceView> {
  await registeredDevice(parts).catch(failureOf)
  const device = await deviceOf(parts)
  return { code: deviceCode(device), mark: deviceMark(device), isRegistered: device.id !== null }
}

function keepDevice(secrets: VotingParts['secrets'], device: Device): Device {
  const { signing, box, id } = device
  const kept: Kept = { sign: toHex(signing.toBytes()), box: toHex(box.toBytes()), id }
  keepJson(secrets, PLACE, kept)
  return device
}
