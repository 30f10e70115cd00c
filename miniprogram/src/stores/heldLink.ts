/**
 * What a notice's link brought, until the voting page takes it up: in memory alone, not kept, not sent, not put
 * into an address. It stands apart from the voting code, which the app's start does not load.
 */

/** The text of a code for one assembly, as the link had it. */
export interface HeldLink {
  assembly: string
  code: string
}

let held: HeldLink | null = null

export function holdLink(link: HeldLink): void {
  held = link
}

/** Takes up what is held for an assembly; null where there is nothing. */
export function takeHeld(assembly: string): string | null {
  if (held?.assembly !== assembly) return null
  const { code } = held
  held = null
  return code
}
