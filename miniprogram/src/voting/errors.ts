/** What the voting core refuses, and why: typed errors with the stable codes of backend/voting/errors.py. */

/** Base of everything the core raises on purpose. `code` is stable and safe to show. */
export class VotingError extends Error {
  readonly code: string = 'voting-error'
}

/**
 * A check on evidence failed. `rule` is the stable name of the rule that was broken; `event` names the place
 * on the board ("height 12 Ballot") once the archive verifier knows it. The Chinese text for a rule is the page's.
 */
export class VerificationError extends VotingError {
  override readonly code: string = 'verification-failed'

  constructor(
    readonly rule: string,
    message: string,
    readonly event: string | null = null,
  ) {
    super(message)
  }

  /** Return the same refusal with its place on the board filled in. */
  at(event: string): VerificationError {
    return new VerificationError(this.rule, this.message, event)
  }

  /** Return the same refusal with more words in front. */
  about(what: string): VerificationError {
    return new VerificationError(this.rule, `${what}: ${this.message}`, this.event)
  }
}

/** Bytes that are not of the one canonical form the protocol allows. */
export class FormatError extends VerificationError {
  override readonly code: string = 'malformed'

  override at(event: string): FormatError {
    return new FormatError(this.rule, this.message, event)
  }

  override about(what: string): FormatError {
    return new FormatError(this.rule, `${what}: ${this.message}`, this.event)
  }
}

/** A secret share that does not fit the coefficients its sender has signed: the ground for a complaint. */
export class BadShareError extends VerificationError {
  constructor(
    rule: string,
    message: string,
    readonly sender: number,
    event: string | null = null,
  ) {
    super(rule, message, event)
  }
}

/** Run a check and tell where a refusal of it belongs. */
export function placed<Result>(place: string, check: () => Result): Result {
  try {
    return check()
  } catch (error) {
    throw error instanceof VerificationError ? error.at(place) : error
  }
}

/** Run a check and say in front of a refusal what was looked at. */
export function described<Result>(what: string, check: () => Result): Result {
  try {
    return check()
  } catch (error) {
    throw error instanceof VerificationError ? error.about(what) : error
  }
}
