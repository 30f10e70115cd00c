/** What an office does not do now, although nothing is wrong with the record. */
import { CallFailed } from '@/api/wire'

/** Why an act is not done although nothing is wrong with the record; the pages' words say more. */
export type Reason =
  | 'notJoined'
  | 'elsewhere'
  | 'noCodes'
  | 'cutOff'
  | 'erased'
  | 'stillOpen'
  | 'noElector'
  | 'noDevice'
  | 'markDiffers'
  | 'awaiting'
  | 'noShare'
  | 'notTallied'
  | 'noElections'
  | 'noResult'
  | 'noRemark'
  | 'backup'
  | 'roundLost'
  | 'unfinished'

/** The act is not done, and the person may do something about it. */
export class Withheld extends CallFailed {
  override readonly name = 'Withheld'
  readonly mayRetry = false
  constructor(readonly reason: Reason) {
    super(reason)
  }
}
