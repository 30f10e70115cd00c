/**
 * Long work in small steps. The arithmetic of a ballot takes longer than a frame, so it is written as generators
 * that yield after some milliseconds' work; who runs one decides when the page gets its turn.
 */

/** How far the work is, or null for a step that is not worth telling. */
export type Step = { readonly done: number; readonly total: number } | null

/** Work that returns a result after any number of steps. */
export type Work<Result> = Generator<Step, Result, void>

/** How a page runs work: all of it is handed in, so that the core knows no timer. */
export interface Pace {
  /** Give the page its turn, for instance by a timer of 0 ms. */
  readonly pause: () => Promise<void>
  /** Milliseconds since any moment. */
  readonly now: () => number
  /** After how many milliseconds the page gets its turn. */
  readonly slice: number
  /** Told of steps that are worth it. */
  readonly onProgress?: (done: number, total: number) => void
  /** Asked between slices; once it says true, the work ends with WorkCancelled. */
  readonly isCancelled?: () => boolean
}

/** The page does not want the result any more. */
export class WorkCancelled extends Error {}

/** Do all the work at once. */
export function finish<Result>(work: Work<Result>): Result {
  let step = work.next()
  while (step.done !== true) step = work.next()
  return step.value
}

/** Do the work in slices; the page stays alive. Raises what the work raises, or WorkCancelled. */
export async function inSlices<Result>(work: Work<Result>, pace: Pace): Promise<Result> {
  let started = pace.now()
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value
    if (step.value !== null) pace.onProgress?.(step.value.done, step.value.total)
    if (pace.now() - started < pace.slice) continue
    await pace.pause()
    if (pace.isCancelled?.() === true) throw new WorkCancelled('the work was cancelled')
    started = pace.now()
  }
}
