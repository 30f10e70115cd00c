/**
 * The code of a paper notice, from its link PUBLIC_URL/vote/ASSEMBLY#CODE, from its QR code, or typed. It is
 * held in memory alone: not kept, not sent, not put into an address.
 */
import { FormatError } from '@/voting/errors'
import { normaliseCode } from '@/voting/credentials'

const LINK = /\/vote\/([\w-]{1,64})#([^#]+)$/

/** A code and, where it came by a link, the assembly it is for. */
export interface NoticeCode {
  assembly: string | null
  code: string
}

let held: NoticeCode | null = null

/** Holds a code that came by a link, until the voting page takes it up. */
export function holdCode(found: NoticeCode): void {
  held = found
}

/** Takes up the code that is held for an assembly; null where there is none. */
export function takeCode(assembly: string): string | null {
  if (held?.assembly !== assembly) return null
  const { code } = held
  held = null
  return code
}

/** Reads what was typed or scanned: a code, or a notice's link; null where it is neither. */
export function readNotice(text: string): NoticeCode | null {
  const [, assembly = null, typed = text] = LINK.exec(text.trim()) ?? []
  try {
    return { assembly, code: normaliseCode(decodeURIComponent(typed)) }
  } catch (reason) {
    if (reason instanceof FormatError || reason instanceof URIError) return null
    throw reason
  }
}
