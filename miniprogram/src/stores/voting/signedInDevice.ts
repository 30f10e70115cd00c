/** The device of whoever is signed in, made known to the server. */
import { appParts } from './appParts'
import { registeredDevice } from './device'
import { failureOf } from './parts'

/** Makes and registers the keys; where the server cannot be reached, that is done when they are needed. */
export async function makeKeys(): Promise<void> {
  const parts = appParts()
  if (parts) await registeredDevice(parts).catch(failureOf)
}
