/** Encrypting what was filled in, while the voter reads it through once more. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Chosen } from './choices'
import { type MadeBallot, encryptBallot } from './encrypting'
import type { VotingParts } from './parts'
import type { Slip } from './slips'

/** A filled-in ballot, encrypted and ready to be cast. */
export interface ReadyBallot {
  slip: Slip
  made: MadeBallot
}

export interface Reviewing {
  /** From 0 to 1. */
  progress: Ref<number>
  /** Empty until all are encrypted. */
  ready: ShallowRef<readonly ReadyBallot[]>
  encrypt(
    parts: VotingParts,
    slips: readonly Slip[],
    secrets: ReadonlyMap<string, bigint>,
    chosenIn: (slip: Slip) => Chosen,
  ): Promise<void>
  /** Throws away what was encrypted, and stops what is being encrypted. */
  discard(): void
}

export function useReviewing(): Reviewing {
  const progress = ref(0)
  const ready: ShallowRef<readonly ReadyBallot[]> = shallowRef([])
  let run = 0

  function discard(): void {
    run += 1
    ready.value = []
    progress.value = 0
  }

  const encrypt: Reviewing['encrypt'] = async (parts, slips, secrets, chosenIn) => {
    discard()
    const mine = run
    const all: ReadyBallot[] = []
    for (const [place, slip] of slips.entries()) {
      const tell = (share: number): void => {
        if (mine === run) progress.value = (place + share) / slips.length
      }
      const secret = secrets.get(slip.pinned.manifest.uuid)
      if (secret === undefined) throw new RangeError('a slip that no code opened')
      all.push({ slip, made: await encryptBallot(parts, slip.pinned, secret, chosenIn(slip), tell) })
      if (mine !== run) return
    }
    progress.value = 1
    ready.value = all
  }

  return { progress, ready, encrypt, discard }
}
