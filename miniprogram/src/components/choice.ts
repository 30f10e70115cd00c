/** One of the things that `AppChoice` offers. */
export interface Choice {
  key: string
  name: string
}
