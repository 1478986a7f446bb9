import { Failure, throwIfAborted } from '../shared/failure.ts';

/** The part of the global `fetch` that is used. */
export type HubFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Where the Hub is and who asks. */
export interface HubOptions {
  /** `https://huggingface.co`, or a mirror of it. */
  readonly endpoint?: string;
  /** Gives the user's token, if there is one; asked anew for each request, so that a token set in between is used. */
  readonly token?: (signal: AbortSignal) => Promise<string | undefined>;
  readonly fetch?: HubFetch;
  /** Seconds without a byte after which a connection counts as lost. */
  readonly idleSeconds?: number;
}

/** A file of a repository, before anything of it has been fetched. */
export interface HubFile {
  /** Below the repository's root, with slashes. */
  readonly path: string;
  readonly size: number;
  /** SHA-256 of the content, for files in large file storage. */
  readonly sha256?: string;
  /** SHA-1 of the content as a Git blob, for the other files. */
  readonly blobSha1?: string;
}

/** A repository at one commit. */
export interface HubRepository {
  readonly name: string;
  /** The commit that `files` are of; what is fetched is fetched from it, whatever is pushed meanwhile. */
  readonly commit: string;
  readonly gated: boolean;
  readonly task?: string;
  /** As the repository's card names it, such as `apache-2.0`. */
  readonly licence?: string;
  /** ISO 8601 date on which the repository was made. */
  readonly released?: string;
  readonly files: readonly HubFile[];
}

/** The public Hub. */
export const HUB_ENDPOINT = 'https://huggingface.co';
const IDLE_SECONDS = 60;
const LICENCE_TAG = 'license:';

/** `https://hub.example/` and the like without the slash at the end; the public Hub when nothing is set. Throws Failure. */
export function hubEndpoint(setting: string | undefined): string {
  const endpoint = setting?.trim().replace(/\/+$/, '');
  if (!endpoint) return HUB_ENDPOINT;
  if (!/^https?:\/\/[^/]/i.test(endpoint) || !URL.canParse(endpoint)) {
    throw new Failure(
      'invalid-input',
      `The Hub endpoint is not an http or https address. Correct it in the settings, such as ${HUB_ENDPOINT}.`,
    );
  }
  return endpoint;
}

/** Throws Failure when this cannot be the name of a repository. */
export function checkRepositoryName(name: string): void {
  const part = '[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_-])?';
  if (!new RegExp(`^${part}(?:/${part})?$`).test(name) || name.includes('..') || name.includes('--')) {
    throw new Failure(
      'invalid-input',
      `"${name}" is not the name of a Hub repository. Names look like onnx-community/Qwen2.5-Coder-0.5B-Instruct.`,
    );
  }
}

/** Reads repositories of the Hugging Face Hub, or of a mirror that answers as it does. */
export class Hub {
  readonly endpoint: string;
  readonly idleSeconds: number;
  readonly #token: NonNullable<HubOptions['token']>;
  readonly #fetch: HubFetch;

  constructor(options: HubOptions = {}) {
    this.endpoint = hubEndpoint(options.endpoint);
    this.idleSeconds = options.idleSeconds ?? IDLE_SECONDS;
    this.#token = options.token ?? (async () => undefined);
    // Looked up at each call: the editor puts its proxy support into the global one.
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /** What a repository holds at a revision. Throws Failure. */
  async repository(name: string, signal: AbortSignal, revision = 'main'): Promise<HubRepository> {
    checkRepositoryName(name);
    throwIfAborted(signal);
    const { modelInfo, listFiles } = await import('@huggingface/hub');
    const fetch: HubFetch = (input, init) => this.request(input, name, signal, init);
    const common = { hubUrl: this.endpoint, fetch };
    try {
      const info = await modelInfo({ ...common, name, revision, additionalFields: ['sha', 'tags', 'createdAt'] });
      const commit = info.sha || revision;
      const files: HubFile[] = [];
      for await (const entry of listFiles({ ...common, repo: name, revision: commit, recursive: true })) {
        if (entry.type !== 'file' || !isSafePath(entry.path)) continue;
        files.push({
          path: entry.path,
          size: entry.lfs?.size ?? entry.size,
          ...(entry.lfs ? { sha256: entry.lfs.oid } : entry.oid !== undefined && { blobSha1: entry.oid }),
        });
      }
      const licence = info.tags?.find((tag) => tag.startsWith(LICENCE_TAG))?.slice(LICENCE_TAG.length);
      return {
        name,
        commit,
        gated: Boolean(info.gated),
        ...(info.task && { task: info.task }),
        ...(licence && { licence }),
        ...(info.createdAt && { released: info.createdAt.slice(0, 10) }),
        files,
      };
    } catch (error) {
      throw this.explain(error, name, signal);
    }
  }

  /** The address of one file at a revision. */
  fileUrl(repository: string, revision: string, path: string): string {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    return `${this.endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${encoded}`;
  }

  /** The text of a small file, such as a configuration. Throws Failure, also when it is longer than `maximumBytes`. */
  async text(
    repository: HubRepository,
    path: string,
    signal: AbortSignal,
    maximumBytes = 64 * 1024 ** 2,
  ): Promise<string> {
    const file = repository.files.find((it) => it.path === path);
    if (!file) throw new Failure('unsupported', `The repository ${repository.name} has no file ${path}.`);
    if (file.size > maximumBytes) {
      throw new Failure('output-limit', `${path} of ${repository.name} is larger than ${maximumBytes} bytes.`);
    }
    try {
      const url = this.fileUrl(repository.name, repository.commit, path);
      return await (await this.request(url, repository.name, signal)).text();
    } catch (error) {
      throw this.explain(error, repository.name, signal);
    }
  }

  /** Sends one request with the user's token. Anything but a success is thrown as a Failure. */
  async request(
    input: string | URL | Request,
    repository: string,
    signal: AbortSignal,
    init?: RequestInit,
  ): Promise<Response> {
    const token = await this.#token(signal);
    throwIfAborted(signal);
    const headers = new Headers(init?.headers);
    headers.set('user-agent', 'slipstream');
    // The weights are compressed enough; a length that is not that of the file would break resuming.
    headers.set('accept-encoding', 'identity');
    if (token && /^[\x21-\x7e]+$/.test(token)) headers.set('authorization', `Bearer ${token}`);
    const response = await this.#fetch(input, { ...init, headers, signal });
    if (response.ok) return response;
    const message = await response.text().catch(() => '');
    throw this.#refusal(response, message, repository, Boolean(token));
  }

  /** Turns whatever was thrown into a Failure with a sentence. */
  explain(error: unknown, repository: string, signal: AbortSignal): Failure {
    if (signal.aborted) return new Failure('cancelled', 'Cancelled.');
    if (error instanceof Failure) return error;
    if (error instanceof SyntaxError) {
      return new Failure(
        'bad-answer',
        `${this.endpoint} did not answer as the Hub does. Check the Hub endpoint in the settings.`,
        { cause: error },
      );
    }
    const code = errorCode(error);
    return new Failure(
      'network',
      `${repository} could not be read from ${this.endpoint}${code ? ` (${code})` : ''}. Check the connection to the network, the proxy and the Hub endpoint, then try again.`,
      { cause: error },
    );
  }

  #refusal(response: Response, body: string, repository: string, hasToken: boolean): Failure {
    const { status } = response;
    const code = response.headers.get('x-error-code') ?? '';
    const cause = new Error(`HTTP ${status} ${code}: ${body.slice(0, 500)}`);
    const page = `${this.endpoint}/${repository}`;
    const setToken =
      'set your token with "Slipstream: Set API Key" (Hugging Face) or the environment variable HF_TOKEN';
    if (code === 'GatedRepo' || (status === 403 && /gated|awaiting|restricted/i.test(body))) {
      return hasToken
        ? new Failure(
            'wrong-key',
            `Your Hugging Face token has no access to ${repository}, which is gated. Accept its conditions at ${page}, wait until access is granted, and try again.`,
            { cause },
          )
        : new Failure('missing-key', `${repository} is gated. Accept its conditions at ${page}, then ${setToken}.`, {
            cause,
          });
    }
    if (status === 401 && hasToken) {
      return new Failure(
        'wrong-key',
        `The Hub did not accept your Hugging Face token, or has no repository ${repository} for it (401). Check the name and the token at https://huggingface.co/settings/tokens.`,
        { cause },
      );
    }
    if (status === 401 || (status === 404 && code !== 'EntryNotFound')) {
      return new Failure(
        'unknown-model',
        `${this.endpoint} has no repository ${repository} that everybody may read (${status}). Check the name; for a private one, ${setToken}.`,
        { cause },
      );
    }
    if (status === 404) {
      return new Failure('unsupported', `A file that ${repository} lists is not there (404). Try again later.`, {
        cause,
      });
    }
    if (status === 403) {
      return new Failure('wrong-key', `${this.endpoint} does not let you read ${repository} (403).`, { cause });
    }
    if (status === 429) {
      return new Failure(
        'quota',
        `${this.endpoint} limits how often it may be asked (429). Wait a while and try again.`,
        {
          cause,
        },
      );
    }
    return new Failure('provider', `${this.endpoint} has a problem of its own (${status}). Try again later.`, {
      cause,
    });
  }
}

/** False for a path that would lead out of the folder that it is put into. */
function isSafePath(path: string): boolean {
  return !/[\\:\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function errorCode(error: unknown): string | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; depth++) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    current = current.cause;
  }
  return undefined;
}
