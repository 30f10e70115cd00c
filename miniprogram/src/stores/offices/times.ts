/** Whether voting is over, as an office may believe it. */
import type { Assembly } from '@/api/voting'

/** Stages after the close, in the server's words. */
const CLOSED = new Set(['CLOSED', 'TALLIED', 'AUDITED', 'AUDIT_REFUSED', 'PRELIMINARY', 'FINAL'])

/**
 * Tells whether the vote has closed. The server must say so, and so must this device's own clock, lest a server
 * that sets its clock forward have ballots decrypted early. In a drill time runs as it is set: there the server
 * is believed.
 */
export function isOverFor(
  { stage, closes_at: closesAt, drill }: Pick<Assembly, 'stage' | 'closes_at' | 'drill'>,
  now: number,
): boolean {
  if (!CLOSED.has(stage) || !closesAt) return false
  return drill || now >= Date.parse(closesAt)
}
