import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import type { Hub, HubFile, HubRepository } from './hub.ts';

/** How far a download is, counted over all of its files; what was there before counts as done. */
export interface DownloadProgress {
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called once it is known that there is room for all, before the first file is fetched. */
  readonly onStart?: () => Promise<void>;
  /** Pauses between the tries after a lost connection, in milliseconds; their number is the number of further tries. */
  readonly retryPauses?: readonly number[];
  /** Free bytes where a folder lies; the file system's own answer unless a test says otherwise. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Left free for everything else. */
const SPARE_BYTES = 64 * 1024 ** 2;
const RETRY_PAUSES = [1000, 4000, 15_000];

/**
 * Fetches files of a repository into a folder, each under its own path. A file that is complete is not fetched again; one that
 * was cut off goes on where it ended. Each is checked against the Hub's hash before it gets its name. Throws Failure.
 */
export async function downloadFiles(
  hub: Hub,
  repository: HubRepository,
  files: readonly HubFile[],
  targetOf: (file: HubFile) => string,
  options: DownloadOptions,
): Promise<void> {
  const { signal, onProgress, retryPauses = RETRY_PAUSES, freeBytes = freeBytesOf } = options;
  throwIfAborted(signal);
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const present = await Promise.all(files.map((file) => bytesPresent(file, targetOf(file))));
  const missing = totalBytes - present.reduce((sum, bytes) => sum + bytes, 0);
  const [first] = files;
  if (!first) return;
  const folder = dirname(targetOf(first));
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw explainDisk(error, folder);
  });
  if (missing > 0) {
    const free = await freeBytes(folder);
    if (free < missing + SPARE_BYTES) throw diskFull(folder, missing, free);
  }
  await options.onStart?.();
  let doneBytes = 0;
  for (const [index, file] of files.entries()) {
    const before = doneBytes;
    const report = (bytes: number): void => onProgress?.({ file: file.path, doneBytes: before + bytes, totalBytes });
    if (present[index] !== file.size || !(await hasSize(targetOf(file), file.size))) {
      await downloadFile(hub, repository, file, targetOf(file), { signal, retryPauses, report });
    }
    doneBytes += file.size;
    report(file.size);
  }
}

interface FileOptions {
  readonly signal: AbortSignal;
  readonly retryPauses: readonly number[];
  readonly report: (bytes: number) => void;
}

async function downloadFile(
  hub: Hub,
  repository: HubRepository,
  file: HubFile,
  target: string,
  { signal, retryPauses, report }: FileOptions,
): Promise<void> {
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true }).catch((error: unknown) => {
    throw explainDisk(error, target);
  });
  let damaged = false;
  for (let tries = 0; ;) {
    const before = await sizeOf(part);
    try {
      await fetchRest(hub, repository, file, part, signal, report);
      if (await isIntact(part, file)) break;
      // Once more from the start: what was kept of an earlier download may have been the damaged part.
      await rm(part, { force: true });
      if (damaged) {
        throw new Failure(
          'bad-answer',
          `${file.path} of ${repository.name} arrived damaged twice: it is not what the Hub says it is. It was deleted. Check the Hub endpoint and the proxy, and try again.`,
        );
      }
      damaged = true;
      continue;
    } catch (error) {
      const failure = explain(error, hub, repository.name, part, signal);
      const transient = failure.reason === 'network' || failure.reason === 'provider';
      // Each piece that arrives earns new tries: a shaky line gets there in the end.
      if ((await sizeOf(part)) > before) tries = 0;
      const pause = retryPauses[tries++];
      if (!transient || pause === undefined) throw failure;
      await sleep(pause, signal);
    }
  }
  await rename(part, target).catch((error: unknown) => {
    throw explainDisk(error, target);
  });
}

/** Appends what is missing of a file; starts anew where the server does not go on in the middle. */
async function fetchRest(
  hub: Hub,
  repository: HubRepository,
  file: HubFile,
  part: string,
  signal: AbortSignal,
  report: (bytes: number) => void,
): Promise<void> {
  let have = await sizeOf(part);
  if (have > file.size) {
    await rm(part, { force: true });
    have = 0;
  }
  report(have);
  if (have === file.size && have > 0) return;
  const idle = new AbortController();
  const all = AbortSignal.any([signal, idle.signal]);
  const timer = setTimeout(() => idle.abort(), hub.idleSeconds * 1000);
  try {
    const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
    const url = hub.fileUrl(repository.name, repository.commit, file.path);
    const response = await hub.request(url, repository.name, all, { headers });
    const goesOn = have > 0 && response.status === 206;
    const handle = await open(part, goesOn ? 'a' : 'w');
    try {
      let size = goesOn ? have : 0;
      for await (const bytes of response.body ?? []) {
        timer.refresh();
        size += bytes.length;
        if (size > file.size) {
          throw new Failure(
            'bad-answer',
            `${file.path} of ${repository.name} is longer than the Hub says. Check the Hub endpoint and the proxy, and try again.`,
          );
        }
        await handle.write(bytes);
        report(size);
      }
      if (size < file.size) throw lost(hub, repository.name);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (idle.signal.aborted && !signal.aborted) throw lost(hub, repository.name, error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function lost(hub: Hub, repository: string, cause?: unknown): Failure {
  return new Failure(
    'network',
    `The connection to ${hub.endpoint} was lost in the middle of ${repository}. What arrived is kept; download it again to go on from there.`,
    { cause },
  );
}

function explain(error: unknown, hub: Hub, repository: string, part: string, signal: AbortSignal): Failure {
  if (!signal.aborted && isDiskError(error)) return explainDisk(error, part);
  const failure = hub.explain(error, repository, signal);
  return failure.reason === 'network' && !(error instanceof Failure) ? lost(hub, repository, error) : failure;
}

async function isIntact(path: string, file: HubFile): Promise<boolean> {
  if ((await sizeOf(path)) !== file.size) return false;
  if (file.sha256 !== undefined) return (await hashOf(path, createHash('sha256'))) === file.sha256;
  if (file.blobSha1 === undefined) return true;
  return (await hashOf(path, createHash('sha1').update(`blob ${file.size}\0`))) === file.blobSha1;
}

async function hashOf(path: string, hash: ReturnType<typeof createHash>): Promise<string> {
  if ((await sizeOf(path)) > 0) for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** How much of a file needs no fetching. */
async function bytesPresent(file: HubFile, target: string): Promise<number> {
  if (await hasSize(target, file.size)) return file.size;
  return Math.min(await sizeOf(`${target}.part`), file.size);
}

async function hasSize(path: string, size: number): Promise<boolean> {
  return stat(path).then(
    (it) => it.size === size,
    () => false,
  );
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (it) => it.size,
    () => 0,
  );
}

async function freeBytesOf(folder: string): Promise<number> {
  // Where the system does not say, the download itself will tell.
  const found = await statfs(folder).catch(() => undefined);
  return found ? found.bavail * found.bsize : Number.POSITIVE_INFINITY;
}

const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EFBIG', 'EIO', 'ENOTDIR', 'EISDIR']);

function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && diskCodes.has(String(error.code));
}

/** Says in a sentence why nothing can be written to a place. */
export function explainDisk(error: unknown, path: string): Failure {
  const code = isDiskError(error) ? String(error.code) : '';
  const folder = dirname(path);
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) {
    return new Failure(
      'disk-full',
      `The disk with ${folder} is full. What arrived is kept; make room and download again to go on from there.`,
      { cause: error },
    );
  }
  return new Failure('disk-full', `Nothing can be written to ${folder}${code ? ` (${code})` : ''}.`, { cause: error });
}

function diskFull(folder: string, needed: number, free: number): Failure {
  return new Failure(
    'disk-full',
    `The download needs ${formatBytes(needed)}, but only ${formatBytes(free)} are free on the disk with ${folder}. Make room, or choose a smaller one.`,
  );
}

/** A size for people, in units of 1000 as disks and download pages count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
  throwIfAborted(signal);
}
