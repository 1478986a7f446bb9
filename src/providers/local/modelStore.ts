import { mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { downloadFiles, explainDisk, type DownloadOptions } from '../../hub/download.ts';
import { checkRepositoryName, type Hub, type HubFile, type HubRepository } from '../../hub/hub.ts';
import { Failure } from '../../shared/failure.ts';
import { record } from '../trouble.ts';
import {
  commonFiles,
  estimateMemory,
  findQuantizations,
  isDtype,
  readShape,
  type Dtype,
  type LocalTask,
  type ModelShape,
  type SizedFile,
} from './quantization.ts';

/** A model as it is named behind `local/`: a repository or a folder, and maybe a quantization behind a colon. */
export interface LocalModelName {
  /** `owner/name`, or the absolute path of a folder. */
  readonly source: string;
  readonly isFolder: boolean;
  readonly dtype?: Dtype;
}

/** What a repository offers to download, with sizes, before anything is fetched. */
export interface DownloadPlan {
  readonly repository: HubRepository;
  readonly shape: ModelShape;
  readonly options: readonly DownloadOption[];
}

/** One quantization of a plan. */
export interface DownloadOption {
  readonly dtype: Dtype;
  readonly files: readonly HubFile[];
  /** What has yet to be fetched: 0 when all is there. */
  readonly downloadBytes: number;
  readonly diskBytes: number;
  readonly memoryBytes: number;
  readonly installed: boolean;
}

/** A model that is complete on this machine. */
export interface InstalledModel {
  /** Such as `onnx-community/Qwen2.5-Coder-0.5B-Instruct:q4`. */
  readonly name: string;
  readonly source: string;
  readonly folder: string;
  readonly dtype: Dtype;
  readonly task: LocalTask;
  readonly diskBytes: number;
  readonly memoryBytes: number;
  readonly externalData: Readonly<Record<string, number>>;
  readonly shape: ModelShape;
}

/** A model that was cancelled or broke off while it was fetched. */
export interface UnfinishedModel {
  readonly name: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** Kept in each folder of the store: where its files come from. */
interface Manifest {
  readonly version: 1;
  readonly repository: string;
  readonly commit: string;
  readonly files: readonly HubFile[];
}

const MANIFEST = 'slipstream-model.json';
const LOCK = 'slipstream-model.lock';

/** Reads a name such as `owner/name`, `owner/name:q4` or `/a/folder:fp32`. Throws Failure. */
export function parseLocalName(name: string): LocalModelName {
  const colon = name.lastIndexOf(':');
  const suffix = name.slice(colon + 1);
  const dtype = colon > 0 && isDtype(suffix) ? suffix : undefined;
  const source = dtype ? name.slice(0, colon) : name;
  const isFolder = isAbsolute(source);
  if (!isFolder) checkRepositoryName(source);
  return { source, isFolder, ...(dtype && { dtype }) };
}

/** The models in one folder of this machine: fetched from the Hub, listed, removed. */
export class ModelStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** What a repository offers, with the size of each download and the memory it will take. Throws Failure. */
  async plan(hub: Hub, name: string, signal: AbortSignal): Promise<DownloadPlan> {
    const repository = await hub.repository(name, signal);
    const quantizations = findQuantizations(repository.files);
    if (quantizations.length === 0) {
      throw new Failure(
        'unsupported',
        `${name} has no ONNX weights for text (onnx/model*.onnx) or speech (onnx/encoder_model*.onnx and decoder_model_merged*.onnx). Look for its name at ${hub.endpoint}/onnx-community, or run it in Ollama, LM Studio, llama.cpp or vLLM.`,
      );
    }
    const shape = readShape(parseJson(await hub.text(repository, 'config.json', signal), 'config.json', name));
    const common = repository.files.filter(({ path }) => commonFiles.includes(path));
    const folder = this.#folderOf(name);
    const options = await Promise.all(
      quantizations.map(async ({ dtype, files: weights, bytes }): Promise<DownloadOption> => {
        const files = [...common, ...weights];
        const present = await Promise.all(files.map(({ path, size }) => presentBytes(join(folder, path), size)));
        const diskBytes = sum(files.map(({ size }) => size));
        const complete = await Promise.all(
          files.map(async ({ path, size }) => (await sizeOf(join(folder, path))) === size),
        );
        return {
          dtype,
          files,
          downloadBytes: diskBytes - sum(present),
          diskBytes,
          memoryBytes: estimateMemory(dtype, bytes, shape),
          installed: complete.every(Boolean),
        };
      }),
    );
    return { repository, shape, options };
  }

  /** Fetches one quantization of a plan; what was fetched before is not fetched again. Throws Failure. */
  async download(hub: Hub, plan: DownloadPlan, dtype: Dtype, options: DownloadOptions): Promise<void> {
    const { repository } = plan;
    const chosen = plan.options.find((it) => it.dtype === dtype);
    if (!chosen) throw notOffered(repository.name, dtype, plan.options);
    const folder = this.#folderOf(repository.name);
    await using _lock = await lockFolder(folder, repository.name);
    const before = await readManifest(folder);
    if (before && before.commit !== repository.commit) {
      // The same size does not mean the same content: small files of another commit are fetched anew.
      for (const path of commonFiles) await rm(join(folder, path), { force: true });
      for (const { path, sha256 } of before.files) {
        const now = repository.files.find((it) => it.path === path);
        if (now?.sha256 !== sha256) await rm(join(folder, path), { force: true });
      }
    }
    const kept = (before?.files ?? []).filter(({ path }) => !chosen.files.some((it) => it.path === path));
    const manifest: Manifest = {
      version: 1,
      repository: repository.name,
      commit: repository.commit,
      files: [...kept, ...chosen.files],
    };
    const target = (file: HubFile): string => join(folder, file.path);
    await downloadFiles(hub, repository, chosen.files, target, {
      ...options,
      // Written before the first file, so that what is there can be removed also when the download never ends.
      onStart: async () => {
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, MANIFEST), JSON.stringify(manifest, undefined, 2));
        await options.onStart?.();
      },
    });
  }

  /** The models that are complete, by name. */
  async list(): Promise<InstalledModel[]> {
    const models: InstalledModel[] = [];
    for (const source of await this.#sources()) {
      const folder = this.#folderOf(source);
      models.push(...(await installedIn(folder, source, (await readManifest(folder))?.files)));
    }
    return models;
  }

  /** What was begun to be fetched and can be gone on with or removed. */
  async unfinished(): Promise<UnfinishedModel[]> {
    const models: UnfinishedModel[] = [];
    for (const source of await this.#sources()) {
      const folder = this.#folderOf(source);
      const expected = (await readManifest(folder))?.files ?? [];
      const complete = await installedIn(folder, source, expected);
      for (const { dtype, files, bytes } of findQuantizations(expected)) {
        if (complete.some((it) => it.dtype === dtype)) continue;
        const present = files.map(({ path, size }) => presentBytes(join(folder, path), size));
        models.push({ name: `${source}:${dtype}`, doneBytes: sum(await Promise.all(present)), totalBytes: bytes });
      }
    }
    return models;
  }

  /** Finds a model on this machine. Throws Failure when it is not there, not complete, or the choice is not clear. */
  async find({ source, isFolder, dtype }: LocalModelName): Promise<InstalledModel> {
    const folder = isFolder ? resolve(source) : this.#folderOf(source);
    const installed = await installedIn(folder, source, isFolder ? undefined : (await readManifest(folder))?.files);
    const found = dtype ? installed.find((it) => it.dtype === dtype) : installed[0];
    if (found) return found;
    if (isFolder) {
      if ((await sizeOf(folder)) === undefined) throw new Failure('unknown-model', `There is no folder ${folder}.`);
      if (dtype && installed.length > 0) throw notOffered(folder, dtype, installed);
      throw new Failure(
        'unknown-model',
        `${folder} holds no model that can be run: config.json, tokenizer.json, tokenizer_config.json and onnx/model*.onnx are needed.`,
      );
    }
    const there = installed.length > 0 ? ` There is ${installed.map((it) => it.dtype).join(', ')}.` : '';
    throw new Failure(
      'unknown-model',
      `${source}${dtype ? ` in ${dtype}` : ''} is not on this machine.${there} Download it with "Slipstream: Download Local Model", or \`slipstream local download ${source}${dtype ? `:${dtype}` : ''}\`.`,
    );
  }

  /** Removes one quantization, or all of a repository with what is left of unfinished downloads. False when nothing was there. */
  async remove({ source, isFolder, dtype }: LocalModelName): Promise<boolean> {
    if (isFolder) {
      throw new Failure('invalid-input', 'A folder of yours is not removed by Slipstream. Only downloaded models are.');
    }
    const folder = this.#folderOf(source);
    const manifest = await readManifest(folder);
    if (!manifest) return false;
    const quantizations = findQuantizations(manifest.files);
    const others = quantizations.filter((it) => it.dtype !== dtype);
    await using _lock = await lockFolder(folder, source);
    if (dtype === undefined || others.length === 0) {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      // The owner's folder, when it was the last of its models.
      await rmdir(dirname(folder)).catch(() => undefined);
      return true;
    }
    const chosen = quantizations.find((it) => it.dtype === dtype);
    if (!chosen) return false;
    for (const { path } of chosen.files) {
      await rm(join(folder, path), { force: true });
      await rm(join(folder, `${path}.part`), { force: true });
    }
    const files = manifest.files.filter((file) => !chosen.files.includes(file));
    await writeFile(join(folder, MANIFEST), JSON.stringify({ ...manifest, files }, undefined, 2));
    return true;
  }

  #folderOf(repository: string): string {
    return join(this.folder, ...repository.split('/'));
  }

  /** The repositories of which something is here. */
  async #sources(): Promise<string[]> {
    const found: string[] = [];
    const visit = async (folder: string, depth: number): Promise<void> => {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      if (depth > 0 && entries.some(({ name }) => name === MANIFEST)) {
        const manifest = await readManifest(folder);
        if (manifest) found.push(manifest.repository);
        return;
      }
      if (depth === 2) return;
      for (const entry of entries) if (entry.isDirectory()) await visit(join(folder, entry.name), depth + 1);
    };
    await visit(this.folder, 0);
    return found.sort();
  }
}

/** Keeps other windows from writing to a folder of the store. Throws Failure when one does already. */
async function lockFolder(folder: string, name: string): Promise<AsyncDisposable> {
  const lock = join(folder, LOCK);
  await mkdir(folder, { recursive: true });
  for (let tries = 0; ; tries++) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explainDisk(error, lock);
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (tries > 0 || isRunning(holder)) {
      throw new Failure('invalid-input', `${name} is being downloaded or removed already, maybe in another window.`);
    }
    // Left behind by a process that was ended.
    await rm(lock, { force: true });
  }
}

function isRunning(processId: number): boolean {
  try {
    return processId > 0 && process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The quantizations that lie complete in a folder; `expected` are the files with the sizes that they should have. */
async function installedIn(
  folder: string,
  source: string,
  expected: readonly SizedFile[] | undefined,
): Promise<InstalledModel[]> {
  const files = await filesIn(folder);
  const has = (path: string): boolean => files.some((file) => file.path === path);
  if (!['config.json', 'tokenizer.json', 'tokenizer_config.json'].every(has)) return [];
  const complete = ({ path, size }: SizedFile): boolean => files.some((it) => it.path === path && it.size === size);
  if (expected?.some((file) => commonFiles.includes(file.path) && !complete(file))) return [];
  const config = await readFile(join(folder, 'config.json'), 'utf8');
  const shape = readShape(parseJson(config, 'config.json', source));
  const quantizations = findQuantizations(expected ?? files).filter((it) => it.files.every(complete));
  return quantizations.map(({ dtype, task, bytes, externalData }) => ({
    name: `${source}:${dtype}`,
    source,
    folder,
    dtype,
    task,
    diskBytes: bytes,
    memoryBytes: estimateMemory(dtype, bytes, shape),
    externalData,
    shape,
  }));
}

async function filesIn(folder: string): Promise<SizedFile[]> {
  const files: SizedFile[] = [];
  for (const inner of ['', 'onnx']) {
    const names = await readdir(join(folder, inner)).catch(() => []);
    for (const name of names) {
      const size = await sizeOf(join(folder, inner, name));
      if (size !== undefined) files.push({ path: inner ? `${inner}/${name}` : name, size });
    }
  }
  return files;
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    const manifest = record(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
    const known =
      manifest['version'] === 1 && Array.isArray(manifest['files']) && typeof manifest['repository'] === 'string';
    return known ? (manifest as unknown as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

function parseJson(text: string, file: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('bad-answer', `${file} of ${source} is not JSON. Remove the model and download it again.`, {
      cause,
    });
  }
}

function notOffered(source: string, dtype: Dtype, options: readonly { readonly dtype: Dtype }[]): Failure {
  const offered = options.map((it) => it.dtype).join(', ');
  return new Failure('unknown-model', `${source} does not offer ${dtype}. It offers ${offered}.`);
}

/** How much of a file has been fetched. */
async function presentBytes(path: string, size: number): Promise<number> {
  if ((await sizeOf(path)) === size) return size;
  return Math.min((await sizeOf(`${path}.part`)) ?? 0, size);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (it) => it.size,
    () => undefined,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
