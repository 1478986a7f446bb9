import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../../shared/failure.ts';
import type { Device } from './protocol.ts';

/** Which runtime was taken, and how `from_pretrained` is told to use it. */
export interface OnnxRuntime {
  readonly kind: 'native' | 'wasm';
  readonly options: { readonly device: 'auto' | Device; readonly session_options: Record<string, unknown> };
}

export interface OnnxRuntimeOptions {
  readonly device: Device;
  /** Where the WebAssembly runtime lies. */
  readonly runtimeFolder: string;
  readonly threads?: number;
}

/** Under this name `@huggingface/transformers` looks for a runtime that is there already. */
const RUNTIME_SYMBOL = Symbol.for('onnxruntime');
/** More do not help: the memory is the limit. */
const MAXIMUM_WASM_THREADS = 8;

/**
 * Chooses the runtime before `@huggingface/transformers` is loaded: the native one where it is installed, else WebAssembly,
 * which every platform has. Throws Failure when the device needs the native one.
 */
export async function prepareOnnxRuntime(options: OnnxRuntimeOptions): Promise<OnnxRuntime> {
  const { device, threads } = options;
  // Read by the native runtime when it is loaded.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const limits = threads === undefined ? {} : { intraOpNumThreads: threads };
  if (device !== 'wasm' && (await hasNativeRuntime()))
    return { kind: 'native', options: { device, session_options: limits } };
  if (device !== 'wasm' && device !== 'cpu') {
    throw new Failure(
      'unsupported',
      `This build of Slipstream has no native runtime for ${process.platform} ${process.arch}, which the device "${device}" needs. Set the device to cpu.`,
    );
  }
  Object.assign(globalThis, { [RUNTIME_SYMBOL]: await webAssemblyRuntime(options) });
  return { kind: 'wasm', options: { device: 'auto', session_options: { executionProviders: ['wasm'] } } };
}

async function hasNativeRuntime(): Promise<boolean> {
  const runtime: unknown = await import('onnxruntime-node').catch(() => undefined);
  return typeof runtime === 'object' && runtime !== null && 'InferenceSession' in runtime;
}

/** The WebAssembly runtime, made to read weights that lie beside the graph from disk as the native one does. */
async function webAssemblyRuntime({ runtimeFolder, threads }: OnnxRuntimeOptions): Promise<unknown> {
  const runtime = await import('onnxruntime-web');
  const { env, InferenceSession } = runtime;
  const file = (suffix: string): string => pathToFileURL(join(runtimeFolder, `ort-wasm-simd-threaded${suffix}`)).href;
  env.wasm.wasmPaths = { mjs: file('.mjs'), wasm: file('.wasm') };
  env.wasm.numThreads = Math.min(threads ?? availableParallelism(), MAXIMUM_WASM_THREADS);
  const create = (model: string, sessionOptions: Parameters<typeof InferenceSession.create>[1]): Promise<unknown> =>
    InferenceSession.create(model, { ...sessionOptions, externalData: externalDataOf(model) });
  return { ...runtime, InferenceSession: { create } };
}

function externalDataOf(model: string): { path: string; data: string }[] {
  const found: { path: string; data: string }[] = [];
  for (let part = 0; ; part++) {
    const data = `${model}_data${part === 0 ? '' : `_${part}`}`;
    if (!existsSync(data)) return found;
    found.push({ path: basename(data), data });
  }
}
