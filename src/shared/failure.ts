/** Why something the user asked for could not be done. A closed union, so that every renderer can decide what to offer next. */
export type FailureReason =
  | 'missing-key'
  | 'wrong-key'
  | 'quota'
  | 'unknown-model'
  | 'refused'
  | 'cut-off'
  | 'prompt-too-long'
  | 'network'
  | 'bad-answer'
  | 'provider'
  | 'no-code'
  | 'syntax-error'
  | 'unsupported'
  | 'compiler-missing'
  | 'compile-failed'
  | 'interpreter-missing'
  | 'program-failed'
  | 'timed-out'
  | 'output-limit'
  | 'memory-limit'
  | 'disk-full'
  | 'untrusted-workspace'
  | 'cancelled'
  | 'invalid-input'
  | 'internal';

/** An error with a sentence for the user. `message` says what is wrong and what to do next; `cause` is for the output channel. */
export class Failure extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Failure';
    this.reason = reason;
  }
}

/** Turns anything thrown into a Failure: an abort becomes `cancelled`, anything unknown becomes `internal`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'CanceledError')) {
    return new Failure('cancelled', 'Cancelled.', { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('internal', `Something went wrong inside Slipstream: ${message}`, { cause: error });
}

/** Throws a `cancelled` Failure when the signal has been aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Failure('cancelled', 'Cancelled.');
}
