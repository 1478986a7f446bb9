import { Failure, type FailureReason } from '../../shared/failure.ts';
import type { LoadRequest } from './protocol.ts';

interface Explanation {
  /** What the libraries say. */
  readonly said: RegExp;
  readonly reason: FailureReason;
  /** The sentence for the user; `what` is what was said, in short. */
  readonly sentence: (request: LoadRequest, what: string) => string;
}

const outOfMemorySaid =
  /out of memory|bad_alloc|tensor shape is too large|failed to allocate|allocation failed|memory access out of bounds|ENOMEM|ERR_FS_FILE_TOO_LARGE|Cannot enlarge memory|heap limit/i;
const outOfMemorySentence =
  'The local model ran out of memory. Close other programs, choose a smaller quantization such as q4, a smaller model, or a shorter part to convert.';

/** The first that matches counts. */
const explanations: readonly Explanation[] = [
  { said: outOfMemorySaid, reason: 'memory-limit', sentence: () => outOfMemorySentence },
  {
    said: /external buffers/i,
    reason: 'unsupported',
    sentence: () =>
      'The native runtime for local models does not work inside this editor. Set the device for local models to wasm.',
  },
  {
    said: /unsupported model type|unknown model class|could not locate class|NOT_IMPLEMENTED|not (yet )?implemented|no op registered|unsupported model IR|opset/i,
    reason: 'unsupported',
    sentence: ({ folder }, what) =>
      `The model in ${folder} is of a kind that @huggingface/transformers cannot run (${what}). Choose another model or quantization.`,
  },
  {
    said: /unsupported device|execution provider|no available backend|EP_FAIL|adapter/i,
    reason: 'unsupported',
    sentence: ({ device }, what) =>
      `The device "${device}" does not work on this machine (${what}). Set the device to cpu.`,
  },
  {
    said: /not found locally|local file missing|ENOENT/i,
    reason: 'unknown-model',
    sentence: ({ folder, dtype }, what) =>
      `A file of the model in ${folder} is missing for ${dtype} (${what}). Download the model again.`,
  },
  {
    said: /protobuf|JSON|unexpected token|must contain|load model from .* failed|can't create a session|external data|deserialize|corrupt/is,
    reason: 'bad-answer',
    sentence: ({ folder }, what) =>
      `A file of the model in ${folder} is damaged, or is not what its name says (${what}). Remove the model and download it again.`,
  },
];

/** Says in a sentence why a model could not be loaded or did not go on, by what the libraries said. */
export function explainLocalTrouble(error: unknown, request: LoadRequest): Failure {
  if (error instanceof Failure) return error;
  const text = error instanceof Error ? error.message : String(error);
  const found = explanations.find(({ said }) => said.test(text));
  const what = shorten(text);
  if (found) return new Failure(found.reason, found.sentence(request, what), { cause: error });
  const { folder, dtype, device } = request;
  return new Failure(
    'provider',
    `The model in ${folder} could not go on with ${dtype} on ${device} (${what}). Choose another quantization or model.`,
    { cause: error },
  );
}

/** True for what the runtimes say when memory is short. */
export function isOutOfMemory(text: string): boolean {
  return outOfMemorySaid.test(text);
}

/** The sentence for a model that does not fit. */
export function outOfMemory(options?: { cause: unknown }): Failure {
  return new Failure('memory-limit', outOfMemorySentence, options);
}

function shorten(text: string): string {
  // Before this mark, the runtime tells places in its own source.
  const line = text
    .replace(/^.*\[ONNXRuntimeError\] : \d+ : /s, '')
    // Settings of the library, which are ours.
    .replace(/^.*file was (not found locally at "[^"]*").*$/s, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
