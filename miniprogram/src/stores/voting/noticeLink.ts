/** The code of a paper notice: from its link PUBLIC_URL/vote/ASSEMBLY#CODE, from its QR code, or typed. */
import { FormatError } from '@/voting/errors'
import { normaliseCode } from '@/voting/credentials'

const LINK = /\/vote\/([\w-]{1,64})#([^#]+)$/

/** A code and, where it came by a link, the assembly it is for. */
export interface NoticeCode {
  assembly: string | null
  code: string
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
