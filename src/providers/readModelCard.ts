import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Hub, HubFetch, HubRepository } from '../hub/hub.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import {
  modelCard,
  readArchitecture,
  readGgufArchitecture,
  statedTrainingTokens,
  type Architecture,
  type ModelCard,
} from './modelCard.ts';
import { record } from './trouble.ts';

interface ReadOptions {
  readonly signal: AbortSignal;
  /** Tokens that the key-value cache is worked out for; the model's own context where absent. */
  readonly contextTokens?: number;
}

/** What the header of the weights tells. */
interface Counted {
  readonly countedFrom: string;
  readonly parameters: number;
  readonly architecture?: Architecture;
}

/** A card is a few pages; what is longer is no card. */
const MAXIMUM_README_BYTES = 4 * 1024 ** 2;
/** The longest header of a safetensors file that the format allows. */
const MAXIMUM_HEADER_BYTES = 100_000_000;

/** Reads the card of a repository; of the weights only the headers are fetched. Throws Failure. */
export async function readModelCard(hub: Hub, name: string, options: ReadOptions): Promise<ModelCard> {
  const { signal, contextTokens } = options;
  const repository = await hub.repository(name, signal);
  const { commit, gated, licence, released, files } = repository;
  const has = (path: string): boolean => files.some((file) => file.path === path);
  const config = has('config.json')
    ? readArchitecture(parseConfig(await hub.text(repository, 'config.json', signal), name))
    : undefined;
  const counted = await countInRepository(hub, repository, signal);
  if (!config && !counted) {
    throw new Failure(
      'unsupported',
      `${name} has neither config.json nor weights as safetensors or GGUF, so nothing can be told about its architecture. Choose a repository with one of them.`,
    );
  }
  // A card without the text beside it is still a card.
  const readme = has('README.md')
    ? await hub.text(repository, 'README.md', signal, MAXIMUM_README_BYTES).catch((error: unknown) => {
        throwIfAborted(signal);
        if (error instanceof Failure && error.reason === 'output-limit') return '';
        throw error;
      })
    : '';
  const trainingTokens = statedTrainingTokens(readme);
  const weights = files.filter(({ path }) => /\.(safetensors|gguf)$/.test(path));
  return modelCard(
    {
      name,
      source: 'hub',
      commit,
      gated,
      ...(licence !== undefined && { licence }),
      ...(released !== undefined && { released }),
      architecture: config ?? counted?.architecture ?? {},
      ...(counted && { parameters: counted.parameters, countedFrom: counted.countedFrom }),
      // Each GGUF file is the whole model in another quantization.
      ...(weights.some(({ path }) => path.endsWith('.safetensors')) && {
        weightBytes: weights.reduce((sum, { path, size }) => sum + (path.endsWith('.safetensors') ? size : 0), 0),
      }),
      ...(trainingTokens !== undefined && { trainingTokens }),
    },
    contextTokens,
  );
}

/** Reads the card of a folder with a model, or of one GGUF file; of the weights only the headers are read. Throws Failure. */
export async function readLocalModelCard(path: string, { signal, contextTokens }: ReadOptions): Promise<ModelCard> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new Failure('invalid-input', `There is no folder or file ${path}. Check the path.`, { cause });
  });
  throwIfAborted(signal);
  if (!found.isDirectory() && !path.endsWith('.gguf')) {
    throw new Failure('invalid-input', `${path} is neither a folder nor a GGUF file. Name the folder of a model.`);
  }
  const names = found.isDirectory() ? (await readdir(path)).sort() : [];
  const config = names.includes('config.json')
    ? readArchitecture(parseConfig(await readFile(join(path, 'config.json'), 'utf8'), path))
    : undefined;
  const safetensors = names.filter((name) => name.endsWith('.safetensors')).map((name) => join(path, name));
  const gguf = found.isDirectory()
    ? names.filter((name) => name.endsWith('.gguf')).map((name) => join(path, name))
    : [path];
  const counted = safetensors.length > 0 ? await countSafetensors(safetensors, signal) : await countGguf(gguf, signal);
  if (!config && !counted) {
    throw new Failure(
      'unsupported',
      `${path} has neither config.json nor weights as safetensors or GGUF. Name the folder that holds the model.`,
    );
  }
  const readme = names.includes('README.md') ? await readFile(join(path, 'README.md'), 'utf8') : '';
  const trainingTokens = statedTrainingTokens(readme);
  const weights = safetensors.length > 0 ? safetensors : gguf.slice(0, 1);
  const sizes = await Promise.all(weights.map(async (file) => (await stat(file)).size));
  return modelCard(
    {
      name: path,
      source: 'folder',
      gated: false,
      architecture: config ?? counted?.architecture ?? {},
      ...(counted && { parameters: counted.parameters, countedFrom: counted.countedFrom }),
      ...(sizes.length > 0 && { weightBytes: sizes.reduce((sum, size) => sum + size, 0) }),
      ...(trainingTokens !== undefined && { trainingTokens }),
    },
    contextTokens,
  );
}

function parseConfig(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('unsupported', `config.json of ${name} is not JSON. Choose another model.`, { cause });
  }
}

async function countInRepository(
  hub: Hub,
  repository: HubRepository,
  signal: AbortSignal,
): Promise<Counted | undefined> {
  const { name, commit, files } = repository;
  const fetch: HubFetch = (input, init) => hub.request(input, name, signal, init);
  const path = ['model.safetensors', 'model.safetensors.index.json'].find((it) =>
    files.some((file) => file.path === it),
  );
  try {
    if (path !== undefined) {
      const { parseSafetensorsMetadata } = await import('@huggingface/hub');
      const { parameterCount } = await parseSafetensorsMetadata({
        repo: name,
        path,
        revision: commit,
        hubUrl: hub.endpoint,
        fetch,
        computeParametersCount: true,
      });
      return {
        countedFrom: path,
        parameters: Object.values(parameterCount).reduce((total, count) => total + count, 0),
      };
    }
    const [gguf] = files.map((file) => file.path).filter((it) => it.endsWith('.gguf'));
    if (gguf === undefined) return undefined;
    const library = await import('@huggingface/gguf');
    const url = hub.fileUrl(name, commit, gguf);
    const isShard = /-\d{5}-of-\d{5}\.gguf$/.test(gguf);
    if (isShard) {
      const { shards, parameterCount } = await library.ggufAllShards(url, { fetch });
      return {
        countedFrom: gguf,
        parameters: parameterCount,
        architecture: readGgufArchitecture(record(shards[0]?.metadata)),
      };
    }
    const { metadata, parameterCount } = await library.gguf(url, { fetch, computeParametersCount: true });
    return { countedFrom: gguf, parameters: parameterCount, architecture: readGgufArchitecture(record(metadata)) };
  } catch (error) {
    if (signal.aborted || !(error instanceof Error) || !isHeaderFault(error)) throw hub.explain(error, name, signal);
    throw damaged(path ?? 'The GGUF file', name, error);
  }
}

/** The libraries throw plain errors for what is no header; what the network throws has a code or is a Failure. */
function isHeaderFault(error: Error): boolean {
  return (
    error.name === 'SafetensorParseError' ||
    error instanceof RangeError ||
    /gguf|magic|version|not implemented|unsupported/i.test(error.message)
  );
}

function damaged(file: string, name: string, cause: unknown): Failure {
  return new Failure('unsupported', `${file} of ${name} is damaged: its header cannot be read.`, { cause });
}

/** The header of a safetensors file: eight bytes of length, then JSON (https://huggingface.co/docs/safetensors). */
async function countSafetensors(paths: readonly string[], signal: AbortSignal): Promise<Counted> {
  let parameters = 0;
  for (const path of paths) {
    throwIfAborted(signal);
    const file = await open(path);
    try {
      const length = Buffer.alloc(8);
      await file.read(length, 0, 8, 0);
      const size = Number(length.readBigUInt64LE());
      if (size > MAXIMUM_HEADER_BYTES) throw new SyntaxError('The header is too long.');
      const header = Buffer.alloc(size);
      const { bytesRead } = await file.read(header, 0, size, 8);
      const tensors = Object.entries(record(JSON.parse(header.subarray(0, bytesRead).toString())));
      for (const [name, tensor] of tensors) {
        if (name === '__metadata__') continue;
        const { shape } = record(tensor);
        if (!Array.isArray(shape)) throw new SyntaxError('A tensor has no shape.');
        parameters += (shape as unknown[]).reduce<number>((product, size_) => product * Number(size_), 1);
      }
    } catch (cause) {
      throw damaged(basename(path), 'the folder', cause);
    } finally {
      await file.close();
    }
  }
  return { countedFrom: basename(paths[0] ?? ''), parameters };
}

async function countGguf(paths: readonly string[], signal: AbortSignal): Promise<Counted | undefined> {
  const [path] = paths;
  if (path === undefined) return undefined;
  const { gguf } = await import('@huggingface/gguf');
  throwIfAborted(signal);
  try {
    const { metadata, parameterCount } = await gguf(path, { allowLocalFile: true, computeParametersCount: true });
    return {
      countedFrom: basename(path),
      parameters: parameterCount,
      architecture: readGgufArchitecture(record(metadata)),
    };
  } catch (cause) {
    throw damaged(basename(path), 'the folder', cause);
  }
}
