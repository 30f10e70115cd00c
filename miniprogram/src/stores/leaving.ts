/** Forgetting whoever was signed in, on this device. */
import { forgetHomes } from './homes'
import { endSession } from './session'

/** Ends the session and forgets what was known of the person; secrets stay under their account. */
export function leave(): void {
  endSession()
  forgetHomes()
}
