/** The vectors that Python's core wrote (tests/vectors/voting.json), and what is needed to read them. */
import { sha256 } from '@noble/hashes/sha2.js'

import { Chain, headerRecord, partialDecryptionEvent, setupEvent } from '@/voting/archive'
import type { Choices } from '@/voting/ballot'
import { concatBytes, encodeUtf8, fromHex } from '@/voting/bytes'
import { Election } from '@/voting/election'
import { VerificationError } from '@/voting/errors'
import type { Document } from '@/voting/signing'
import { Drawn } from '@/voting/random'

import file from '../../../../tests/vectors/voting.json?raw'

export type Reference =
  | { readonly text: string }
  | { readonly like: string; readonly edits: readonly (readonly [number, number, string])[] }
  | { readonly raw: string }
  | { readonly hex: string }

export interface Pieces {
  readonly election: Reference
  readonly trustees: Reference
  readonly credentials: Reference
  readonly ballots: readonly Reference[]
  readonly tally: Reference
  readonly sized: Reference
  readonly decryptions: readonly (readonly [number, Reference])[]
  readonly result: Reference
}

export interface Refusal {
  readonly code: string
  readonly rule: string
  readonly event: string | null
}

export interface Vectors {
  readonly texts: Readonly<Record<string, string>>
  readonly codes: readonly {
    readonly stream: string
    readonly code: string
    readonly uuid: string
    readonly secret: string
    readonly credential: string
  }[]
  readonly typed_codes: readonly { readonly typed: string; readonly code?: string; readonly rule?: string }[]
  readonly elections: Readonly<Record<string, { readonly raw: Reference; readonly fingerprint: string }>>
  readonly ballots: readonly {
    readonly election: string
    readonly stream: string
    readonly secret: string
    readonly choices: Choices
    readonly tracker: string
    readonly tracker_hex: string
    readonly ballot?: Reference
  }[]
  readonly unlawful: readonly { readonly election: string; readonly choices: Choices }[]
  readonly single_keys: readonly {
    readonly stream: string
    readonly name: string | null
    readonly secret: string
    readonly key: object
  }[]
  readonly ceremony: {
    readonly size: number
    readonly threshold: number
    readonly starts: readonly object[]
    readonly dealings: readonly object[]
    readonly dealt: readonly (readonly string[])[]
    readonly shares: readonly object[]
    readonly trustees: Reference
    readonly context: string
    readonly document: object
  }
  readonly decryptions: readonly {
    readonly stream: string
    readonly owner: number
    readonly secret: string
    readonly tally: Reference
    readonly sha256: string
  }[]
  readonly sealed: {
    readonly key: string
    readonly public: string
    readonly fresh: string
    readonly context: string
    readonly plaintext: string
    readonly box: string
    readonly refused: readonly (Refusal & {
      readonly title: string
      readonly box: string
      readonly context: string
    })[]
  }
  readonly signed: {
    readonly secret: string
    readonly public: string
    readonly fingerprint: string
    readonly statements: readonly {
      readonly kind: string
      readonly document: Document
      readonly bytes: string
      readonly signature: string
    }[]
    readonly refused: readonly (Refusal & {
      readonly title: string
      readonly key: string
      readonly kind: string
      readonly signature: string
    })[]
  }
  readonly archives: readonly {
    readonly name: string
    readonly pieces: Pieces
    readonly order: string
    readonly timestamp: number
    readonly sha256: string
    readonly stage: string
    readonly ballots: readonly (readonly [string, string])[]
    readonly num_tallied: number
    readonly total_weight: string
    readonly decrypted_by: readonly number[]
    readonly result: readonly (readonly string[])[]
    readonly head_hash: string
    readonly head_height: number
    readonly closing_hash: string
    readonly trustees_hash: string
    readonly credentials_hash: string
  }[]
  readonly attacks: readonly (Refusal & {
    readonly title: string
    readonly pieces: Pieces
    readonly order: string
    readonly final: boolean
  })[]
  readonly trustee_attacks: readonly (Refusal & { readonly title: string; readonly trustees: Reference })[]
  readonly file_attacks: readonly (Refusal & {
    readonly at?: number
    readonly xor?: number
    readonly cut?: number
    readonly append?: number
  })[]
  readonly pairs: readonly {
    readonly title: string
    readonly heads: { readonly pieces: Pieces; readonly order: string }
    readonly area: { readonly pieces: Pieces; readonly order: string }
    readonly rule: string | null
    readonly event?: string | null
  }[]
}

export const vectors = JSON.parse(file) as Vectors
const TIMESTAMP = 1_795_486_609

/** Return the bytes that a reference stands for. */
export function bytesOf(reference: Reference): Uint8Array {
  if ('hex' in reference) return fromHex(reference.hex)
  if ('raw' in reference) return encodeUtf8(reference.raw)
  if ('text' in reference) return encodeUtf8(vectors.texts[reference.text] as string)
  return encodeUtf8(edited(vectors.texts[reference.like] as string, reference.edits))
}

function edited(text: string, edits: readonly (readonly [number, number, string])[]): string {
  let [read, written] = [0, '']
  for (const [from, to, by] of edits) {
    written += text.slice(read, from) + by
    read = to
  }
  return written + text.slice(read)
}

/** Write an archive: the events of `order`, each letter taking the next piece of its kind. */
export function archiveOf(pieces: Pieces, order: string): Uint8Array {
  const chain = new Chain(TIMESTAMP)
  const [ballots, decryptions] = [[...pieces.ballots], [...pieces.decryptions]]
  const events: Readonly<Record<string, () => Uint8Array>> = {
    S: () =>
      setupEvent(chain, bytesOf(pieces.election), bytesOf(pieces.trustees), bytesOf(pieces.credentials)),
    B: () => chain.append('Ballot', bytesOf(ballots.shift() as Reference)),
    E: () => chain.append('EndBallots'),
    T: () => chain.append('EncryptedTally', bytesOf(pieces.tally), bytesOf(pieces.sized)),
    P: () => {
      const [owner, raw] = decryptions.shift() as readonly [number, Reference]
      return partialDecryptionEvent(chain, owner, bytesOf(raw))
    },
    R: () => chain.append('Result', bytesOf(pieces.result)),
  }
  const written = Array.from(order, (kind) => (events[kind] as () => Uint8Array)())
  return concatBytes(headerRecord(TIMESTAMP), ...written)
}

/** Return the first bytes of a stream of chance, as the script that wrote the vectors draws them. */
export function streamBytes(name: string, count: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, block) =>
    sha256(encodeUtf8(`${name}|${block}`)),
  )
  return concatBytes(...blocks).slice(0, count)
}

/** Return plenty of a stream of chance. */
export function chance(name: string): Drawn {
  return new Drawn(streamBytes(name, 20_000))
}

/** Return one of the elections of the ballots. */
export function electionOf(name: string): Election {
  return Election.parse(bytesOf((vectors.elections[name] as { readonly raw: Reference }).raw))
}

/** Return how something is refused, in the words of the vectors. */
export function refusalOf(check: () => unknown): Refusal {
  try {
    check()
  } catch (error) {
    if (error instanceof VerificationError) return { code: error.code, rule: error.rule, event: error.event }
    throw error
  }
  throw new Error('it is accepted')
}

/** Return the words of a refusal alone. */
export function wordsOf({ code, rule, event }: Refusal): Refusal {
  return { code, rule, event }
}
