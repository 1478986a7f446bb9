import { Failure, type FailureReason } from '../shared/failure.ts';
import { redactedError, redactSecrets } from './redact.ts';
import { retryAfterSeconds } from './retry.ts';

/** Whom a sentence is about and what it may offer next. */
export interface Party {
  /** The provider as the user knows it. */
  readonly label: string;
  readonly baseUrl: string;
  readonly model?: string;
  readonly needsKey: boolean;
  readonly keyVariables: readonly string[];
  readonly keyPage?: string;
  readonly startHint?: string;
  /** What is sent, where it is not a prompt: it decides what is advised. */
  readonly work?: 'speech';
  /** Texts that must not come out in any message. */
  readonly secrets: readonly string[];
}

/** A request that failed: what to tell the user, and whether another try could help. */
export interface Trouble {
  readonly failure: Failure;
  readonly retryable: boolean;
  readonly retryAfterSeconds?: number;
  /** The optional request parameter that the server named as the reason. */
  readonly rejectedParameter?: string;
}

/** Request parameters that not every server or model takes, and that an answer can do without. */
export const optionalParameters = [
  'reasoning_effort',
  'temperature',
  'max_completion_tokens',
  'max_tokens',
  'stream_options',
] as const;

const MESSAGE_LIMIT = 300;

/** Makes the one kind of error that leaves this folder: its sentence and its cause are free of secrets. */
export function providerFailure(reason: FailureReason, sentence: string, party: Party, cause?: unknown): Failure {
  return new Failure(
    reason,
    redactSecrets(sentence, party.secrets),
    cause === undefined ? undefined : { cause: redactedError(cause, party.secrets) },
  );
}

/** What to do about a key: the sentences differ only in what went before. */
export function keyAdvice(party: Party): string {
  const variable = party.keyVariables[0];
  const page = party.keyPage ? ` A key is made at ${party.keyPage}` : '';
  return `Set it with the command "Slipstream: Set API Key"${variable ? ` or the environment variable ${variable}` : ''}.${page}`;
}

/** No key where one is needed. */
export function missingKey(party: Party): Failure {
  return providerFailure('missing-key', `${party.label} needs an API key. ${keyAdvice(party)}`, party);
}

/** Reads an answer with an error status. */
export function httpTrouble(status: number, headers: Headers, body: string, party: Party, now: number): Trouble {
  const details = errorDetails(body);
  const cause = new Error(`HTTP ${status}: ${shorten(body, 2000)}`);
  if (status >= 300 && status < 400) {
    const target = headers.get('location') ?? 'another address';
    return final(
      'bad-answer',
      `${party.label} at ${party.baseUrl} points to ${shorten(target, 200)} instead of answering. Set the base URL to the address of the API itself.`,
      party,
      cause,
    );
  }
  const wait = retryAfterSeconds(headers, now);
  return classify(status, details, party, cause, wait);
}

/** Reads an error object that a server sent in the middle of a stream. */
export function streamTrouble(error: unknown, party: Party, cause: unknown): Trouble {
  const details = errorDetails(JSON.stringify({ error }));
  const number = Number(details.code);
  const overloaded = /overloaded|rate.?limit|unavailable|internal|server_error/i.test(
    `${details.code} ${details.type} ${details.message}`,
  );
  const status = number >= 400 && number < 600 ? number : overloaded ? 503 : 400;
  return classify(status, details, party, cause, undefined);
}

function classify(
  status: number,
  details: ErrorDetails,
  party: Party,
  cause: unknown,
  wait: number | undefined,
): Trouble {
  const { message, code, type, parameter } = details;
  const said = message ? ` It says: ${endSentence(shorten(message, MESSAGE_LIMIT))}` : '';
  const model = party.model ?? 'the model';
  const text = `${code} ${type} ${message}`;

  // Google says 400 to a wrong key.
  const namesKey = /api.?key.{0,20}(not valid|invalid|expired)|(invalid|incorrect).{0,10}api.?key/i.test(text);
  if (
    status === 401 ||
    (status < 500 && namesKey) ||
    (status === 403 && /key|token|auth|credential|permission/i.test(text))
  ) {
    const what =
      status !== 403 ? `did not accept the API key (${status}).` : `does not let this API key use ${model} (403).`;
    return final('wrong-key', `${party.label} ${what}${said} Check the key. ${keyAdvice(party)}`, party, cause);
  }
  if (status === 403) {
    return final(
      'wrong-key',
      `${party.label} refuses this account or place (403).${said} Check the key and what it may do, or choose another provider.`,
      party,
      cause,
    );
  }
  if (
    status === 402 ||
    /insufficient_quota|insufficient.?balance|billing|credit balance|exceeded your current quota/i.test(text)
  ) {
    return final(
      'quota',
      `The account at ${party.label} has no credit or quota left (${status}).${said} Add credit there, or choose another model.`,
      party,
      cause,
    );
  }
  if (status === 429) {
    return {
      failure: providerFailure(
        'quota',
        `${party.label} limits how often this account may ask (429).${said}${waitAdvice(wait)} Or choose another model.`,
        party,
        cause,
      ),
      retryable: true,
      ...(wait !== undefined && { retryAfterSeconds: wait }),
    };
  }
  if (
    status === 413 ||
    /context_length|context length|context window|context size|prompt is too long|too many tokens|exceed_context/i.test(
      text,
    )
  ) {
    const advice =
      party.work === 'speech'
        ? `A piece of the recording is larger than ${model} takes.${said} Choose another transcriber.`
        : `The prompt is longer than ${model} takes.${said} Convert a smaller part, or choose a model with a longer context.`;
    return final('prompt-too-long', advice, party, cause);
  }
  if (/content_filter|content_policy|responsibleai|safety/i.test(text)) {
    const advice =
      party.work === 'speech' ? 'Choose another transcriber.' : 'Choose another model, or convert another part.';
    return final('refused', `${party.label} refused the request by its content rules.${said} ${advice}`, party, cause);
  }
  if (
    code === 'model_not_found' ||
    /model\b.{0,120}(not found|not exist|does not exist|not supported by any provider|unknown model)|(unknown|invalid|no such|not a valid) model/i.test(
      text,
    ) ||
    (status === 404 && details.structured)
  ) {
    return final(
      'unknown-model',
      `${party.label} has no model "${model}" for this account (${status}).${said} Choose another model.`,
      party,
      cause,
    );
  }
  if (status === 404) {
    return final(
      'bad-answer',
      `There is no model API at ${party.baseUrl} (404). Check the base URL of ${party.label}; it usually ends with /v1.`,
      party,
      cause,
    );
  }
  if (status === 400 || status === 422) {
    const rejected = optionalParameters.find((name) => parameter === name || new RegExp(`\\b${name}\\b`).test(message));
    return {
      failure: providerFailure(
        'provider',
        `${party.label} did not accept the request (${status}).${said} Choose another model or change its settings.`,
        party,
        cause,
      ),
      retryable: false,
      ...(rejected && { rejectedParameter: rejected }),
    };
  }
  if (status === 408 || status === 409 || status === 425 || status >= 500) {
    return {
      failure: providerFailure(
        'provider',
        `${party.label} has a problem of its own (${status}).${said}${waitAdvice(wait)} Or choose another model.`,
        party,
        cause,
      ),
      retryable: true,
      ...(wait !== undefined && { retryAfterSeconds: wait }),
    };
  }
  return final('provider', `${party.label} did not accept the request (${status}).${said}`, party, cause);
}

const transientCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Reads an error of the connection itself. `begun` tells whether an answer had begun to arrive. */
export function connectionTrouble(error: unknown, party: Party, begun: boolean): Trouble {
  if (begun) return { failure: connectionLost(party, error), retryable: true };
  const code = errorCode(error);
  const start = party.startHint ? ` Start it (${party.startHint}), or set its base URL.` : ' Check the base URL.';
  if (code === 'ECONNREFUSED') {
    return final('network', `Nothing answers for ${party.label} at ${party.baseUrl}.${start}`, party, error);
  }
  if (code === 'ENOTFOUND') {
    return final(
      'network',
      `The address of ${party.label}, ${party.baseUrl}, is not known. Check the connection to the network and the base URL.`,
      party,
      error,
    );
  }
  if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
    return final(
      'network',
      `The certificate of ${party.label} at ${party.baseUrl} is not trusted (${code}). Check the proxy settings and the system's certificates.`,
      party,
      error,
    );
  }
  return {
    failure: providerFailure(
      'network',
      `${party.label} could not be reached at ${party.baseUrl}${code ? ` (${code})` : ''}. Check the connection to the network and try again.`,
      party,
      error,
    ),
    retryable: code !== undefined && transientCodes.has(code),
  };
}

/** The connection ended before the answer did. */
export function connectionLost(party: Party, cause?: unknown): Failure {
  return providerFailure(
    'network',
    `The connection to ${party.label} was lost in the middle of the answer. What arrived is kept. Try again.`,
    party,
    cause,
  );
}

/** A server that answers, but not as the protocol has it. */
export function badAnswer(party: Party, what: string, cause?: unknown): Failure {
  return providerFailure(
    'bad-answer',
    `${party.label} at ${party.baseUrl} ${what}. Check that the base URL is that of the model API, or try again later.`,
    party,
    cause,
  );
}

interface ErrorDetails {
  readonly message: string;
  readonly code: string;
  readonly type: string;
  readonly parameter: string;
  /** True when the body was the JSON error of an API, not some page. */
  readonly structured: boolean;
}

/** Finds what went wrong in the error bodies of the different servers. */
function errorDetails(body: string): ErrorDetails {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    const page = /^\s*</.test(body);
    return { message: page ? '' : body, code: '', type: '', parameter: '', structured: false };
  }
  // Google wraps its errors in an array.
  const outer = record(Array.isArray(value) ? (value as unknown[])[0] : value);
  const inner = record(outer['error']);
  const text = (...candidates: unknown[]): string =>
    candidates.map((it) => (typeof it === 'number' ? String(it) : it)).find((it) => typeof it === 'string') ?? '';
  const metadata = record(inner['metadata']);
  const message = text(inner['message'], outer['error'], outer['message'], outer['detail']);
  const raw = text(metadata['raw']);
  return {
    message: raw ? `${message}: ${raw}` : message || (outer['detail'] ? JSON.stringify(outer['detail']) : ''),
    code: text(inner['code'], outer['code']),
    type: text(inner['type'], inner['status'], outer['error_type'], outer['type']),
    parameter: text(inner['param']),
    structured: true,
  };
}

/** An object to look into, whatever came. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function errorCode(error: unknown): string | undefined {
  for (let current = error, depth = 0; current !== undefined && depth < 6; depth++) {
    const { code, cause, errors } = record(current);
    if (typeof code === 'string') return code;
    current = cause ?? (Array.isArray(errors) ? (errors as unknown[])[0] : undefined);
  }
  return undefined;
}

function final(reason: FailureReason, sentence: string, party: Party, cause: unknown): Trouble {
  return { failure: providerFailure(reason, sentence, party, cause), retryable: false };
}

function waitAdvice(wait: number | undefined): string {
  if (wait === undefined) return ' Wait a little and try again.';
  return ` Try again in ${formatDuration(wait)}.`;
}

function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3600)} hours`;
}

/** One line of bounded length, whatever the server sent. */
function shorten(text: string, limit: number): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

function endSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
