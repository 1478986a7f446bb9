import { existsSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { downloadFiles, type DownloadProgress } from '../hub/download.ts';
import { checkRepositoryName, type Hub } from '../hub/hub.ts';
import { Failure } from '../shared/failure.ts';
import { bundledTokenizers, loadBundledTokenizer } from './bundledTokenizers.ts';
import type { BytePairTokenizer } from './bytePairTokenizer.ts';
import { readTokenizerJson, type JsonTokenizer } from './tokenizerJson.ts';
import { tokenizerPresets } from './tokenizerPresets.ts';

const MAIN_FILE = 'tokenizer.json';
const CONFIG_FILE = 'tokenizer_config.json';
const TEMPLATE_FILE = 'chat_template.jinja';

/** Either kind of tokenizer. */
export type TextTokenizer = BytePairTokenizer | JsonTokenizer;

/** A tokenizer with what its repository says besides. */
export interface LoadedTokenizer {
  /** What the user called it. */
  readonly name: string;
  readonly tokenizer: TextTokenizer;
  /** Its `tokenizer_config.json`; empty where there is none. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The template in a file of its own, which newer repositories have. */
  readonly templateFile?: string;
}

export interface LoadTokenizerOptions {
  readonly hub: Hub;
  readonly assetFolder: string;
  /** Where downloaded tokenizers are kept. */
  readonly storageFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/**
 * Finds a tokenizer by the id of a preset, a `tokenizer.json`, a folder with one, or a repository of the Hub, and fetches it
 * when need be. Gives what {@link openTokenizer} takes: the id of a bundled one, or the path of a `tokenizer.json`. Throws Failure.
 */
export async function locateTokenizer(
  name: string,
  options: Omit<LoadTokenizerOptions, 'assetFolder'>,
): Promise<string> {
  if (bundledTokenizers.some(({ id }) => id === name)) return name;
  const repository = tokenizerPresets.find(({ id }) => id === name)?.repository;
  const file = repository === undefined ? await localFile(name) : undefined;
  return file ?? fetchTokenizer(repository ?? name, options);
}

/** Opens a tokenizer that is on this machine; `name` is what the user called it. Throws Failure. */
export async function openTokenizer(place: string, name: string, assetFolder: string): Promise<LoadedTokenizer> {
  if (bundledTokenizers.some(({ id }) => id === place)) {
    return { name, ...(await loadBundledTokenizer(place, assetFolder)) };
  }
  return readFrom(place, name);
}

/** Loads a tokenizer, fetched first when need be. Throws Failure. */
export async function loadTokenizer(name: string, options: LoadTokenizerOptions): Promise<LoadedTokenizer> {
  return openTokenizer(await locateTokenizer(name, options), name, options.assetFolder);
}

/** Whether the tokenizer of a repository was fetched before. */
export function isFetched(repository: string, storageFolder: string): boolean {
  return existsSync(join(storageFolder, ...repository.split('/'), MAIN_FILE));
}

async function localFile(name: string): Promise<string | undefined> {
  if (!existsSync(name)) {
    if (!/^(?:[./~\\]|[A-Za-z]:)|\.json$/.test(name)) return undefined;
    throw new Failure('invalid-input', `There is no file or folder ${name}.`);
  }
  if (!(await stat(name)).isDirectory()) return name;
  const file = join(name, MAIN_FILE);
  if (!existsSync(file)) throw new Failure('invalid-input', `The folder ${name} has no ${MAIN_FILE}.`);
  return file;
}

/** Fetches what belongs to the tokenizer of a repository, once; gives the path of its `tokenizer.json`. */
async function fetchTokenizer(
  name: string,
  { hub, storageFolder, signal, onProgress }: Omit<LoadTokenizerOptions, 'assetFolder'>,
): Promise<string> {
  if (!name.includes('/')) {
    const known = tokenizerPresets.map(({ id }) => id).join(', ');
    const sentence = `There is no tokenizer "${name}". There are: ${known}; a repository of the Hub such as Qwen/Qwen2-7B-Instruct, a folder, or a tokenizer.json.`;
    throw new Failure('invalid-input', sentence);
  }
  checkRepositoryName(name);
  const folder = join(storageFolder, ...name.split('/'));
  const main = join(folder, MAIN_FILE);
  // It gets its name last, once it is complete, so that the others are there as well.
  if (existsSync(main)) return main;
  const repository = await hub.repository(name, signal);
  const files = [CONFIG_FILE, TEMPLATE_FILE, MAIN_FILE].flatMap((path) =>
    repository.files.filter((file) => file.path === path),
  );
  if (!files.some(({ path }) => path === MAIN_FILE)) {
    const sentence = `${name} has no ${MAIN_FILE}. Choose a repository that has one, at ${hub.endpoint}/${name}/tree/main.`;
    throw new Failure('unsupported', sentence);
  }
  const targetOf = ({ path }: { readonly path: string }): string => join(folder, path);
  await downloadFiles(hub, repository, files, targetOf, { signal, ...(onProgress && { onProgress }) });
  try {
    JSON.parse(await readFile(main, 'utf8'));
  } catch (cause) {
    // It would be found here for ever, however often it were chosen.
    await rm(main, { force: true });
    const sentence = `The ${MAIN_FILE} that ${hub.endpoint} has of ${name} is damaged: it is not JSON. Choose another repository or mirror.`;
    throw new Failure('unsupported', sentence, { cause });
  }
  return main;
}

async function readFrom(file: string, name: string): Promise<LoadedTokenizer> {
  const folder = dirname(file);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure('invalid-input', `${file} cannot be read.`, { cause });
  });
  const optional = (path: string): Promise<string | undefined> =>
    readFile(join(folder, path), 'utf8').catch(() => undefined);
  const templateFile = await optional(TEMPLATE_FILE);
  const config = parseConfig(await optional(CONFIG_FILE));
  const tokenizer = await readTokenizerJson(text, config, file);
  return { name, tokenizer, config, ...(templateFile !== undefined && { templateFile }) };
}

function parseConfig(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    return z.parse(z.record(z.string(), z.unknown()), JSON.parse(text));
  } catch (cause) {
    throw new Failure('unsupported', `${CONFIG_FILE} beside the tokenizer is damaged. Fetch it again.`, { cause });
  }
}
