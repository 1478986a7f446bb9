import { setTimeout as wait } from 'node:timers/promises';
import { toFailure } from '../shared/failure.ts';

/** How often and how patiently a request is repeated. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly tries: number;
  readonly firstDelaySeconds: number;
  readonly maxDelaySeconds: number;
  /** A server that asks for more than this is not waited for. */
  readonly maxRetryAfterSeconds: number;
  /** From 0 to 1, spreads the delays so that many clients do not come back at once. */
  readonly random: () => number;
  /** Milliseconds since 1970, for a Retry-After that names a date. */
  readonly now: () => number;
  readonly sleep: (seconds: number, signal: AbortSignal) => Promise<void>;
}

/** Sleeps, or throws `cancelled` as soon as the signal is aborted. */
export async function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(seconds * 1000, undefined, { signal });
  } catch (error) {
    throw toFailure(error);
  }
}

export const defaultRetryPolicy: RetryPolicy = {
  tries: 4,
  firstDelaySeconds: 0.5,
  maxDelaySeconds: 8,
  maxRetryAfterSeconds: 60,
  random: Math.random,
  now: Date.now,
  sleep,
};

/** Seconds a server asks us to wait: `retry-after-ms`, or `Retry-After` as seconds or as a date. */
export function retryAfterSeconds(headers: Headers, now: number): number | undefined {
  const milliseconds = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (milliseconds >= 0) return milliseconds / 1000;
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** Exponential backoff with jitter: between half and all of the doubled delay. `retry` counts from 0. */
export function backoffSeconds(retry: number, policy: RetryPolicy): number {
  const full = Math.min(policy.maxDelaySeconds, policy.firstDelaySeconds * 2 ** retry);
  return full * (0.5 + policy.random() / 2);
}
