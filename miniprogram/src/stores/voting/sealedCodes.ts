/** Codes that the registrar sealed to this device (docs/formats.md 2 and 3). */
import type { Assembly, SealedCode } from '@/api/voting'
import { openCode } from '@/voting/seal'
import { VerificationError } from '@/voting/errors'
import { verifyStatement } from '@/voting/signing'
import type { Device } from './device'
import { trusting } from './parts'

const REGISTRAR = 'registrar'

/** An elector's code, opened on this device. */
export interface OpenedCode {
  pseudonym: string
  code: string
}

/**
 * Opens the codes that are for this device. Throws `Untrusted` for one that the assembly's registrar did not
 * sign, or that is for another elector.
 */
export function openSealed(assembly: Assembly, sealed: readonly SealedCode[], device: Device): OpenedCode[] {
  const own = sealed.filter(({ sign_key }) => sign_key === device.signing.publicHex)
  return own.map((one) => trusting(() => open(assembly, one, device)))
}

function open(assembly: Assembly, sealed: SealedCode, device: Device): OpenedCode {
  const { signature, signed_by: _, ...delivery } = sealed
  verifyStatement(registrarKey(assembly), 'sealed-code', { ...delivery, assembly: assembly.id }, signature)
  const { pseudonym, box } = sealed
  return { pseudonym, code: openCode(device.box, box, assembly.id, pseudonym) }
}

function registrarKey(assembly: Assembly): string {
  const key = assembly.people.find(({ role }) => role === REGISTRAR)?.sign_key
  if (!key) throw new VerificationError('registrar-key', 'the assembly names no key of a registrar')
  return key
}
