const MASK = '[redacted]';

/** Shapes of keys and of places that carry them, for secrets that we were not told of, such as one a server repeats in part. */
const secretPatterns: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[^\s"',;]{4,}/gi, `$1 ${MASK}`],
  [/\b(x-api-key|x-goog-api-key|api-key|authorization)("?\s*[:=]\s*"?)(?!Bearer|Basic)[^\s"',;]{4,}/gi, `$1$2${MASK}`],
  [/\b(sk|pk|rk|gsk|hf|api|xai|nvapi|r8)[-_][A-Za-z0-9*._-]{8,}/g, MASK],
  [/\bAIza[A-Za-z0-9*_-]{8,}/g, MASK],
  [/([?&](?:key|api_key|apikey|token|access_token)=)[^&\s"']+/gi, `$1${MASK}`],
  [/(\bhttps?:\/\/)[^\s/@:]+:[^\s/@]+@/gi, `$1${MASK}@`],
];

/** Takes known secrets, and whatever has the shape of one, out of a text. The one place where that is done. */
export function redactSecrets(text: string, secrets: readonly (string | undefined)[] = []): string {
  let result = text;
  // Longest first, so that a secret that contains another one leaves no rest.
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= 4);
  for (const secret of [...known].sort((a, b) => b.length - a.length)) {
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
      result = result.replaceAll(form, MASK);
    }
  }
  for (const [pattern, replacement] of secretPatterns) result = result.replace(pattern, replacement);
  return result;
}

/**
 * A copy of an error that is safe to log: name, message, stack and the chain of causes, all redacted. Everything else an SDK
 * hangs on its errors (requests, headers, bodies) is left behind.
 */
export function redactedError(error: unknown, secrets: readonly (string | undefined)[] = [], depth = 0): Error {
  if (!(error instanceof Error)) return new Error(redactSecrets(String(error), secrets));
  const cause =
    error.cause === undefined || depth >= 4 ? undefined : { cause: redactedError(error.cause, secrets, depth + 1) };
  const copy = new Error(redactSecrets(error.message, secrets), cause);
  copy.name = error.name;
  if (error.stack !== undefined) copy.stack = redactSecrets(error.stack, secrets);
  return copy;
}
