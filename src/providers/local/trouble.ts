import { Failure } from '../../shared/failure.ts';
import type { LoadRequest } from './protocol.ts';

/** Says in a sentence why a model could not be loaded or did not go on, by what the libraries said. */
export function explainLocalTrouble(error: unknown, { folder, dtype, device }: LoadRequest): Failure {
  if (error instanceof Failure) return error;
  const text = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (isOutOfMemory(text)) return outOfMemory(options);
  if (/external buffers/i.test(text)) {
    return new Failure(
      'unsupported',
      'The native runtime for local models does not work inside this editor. Set the device for local models to wasm.',
      options,
    );
  }
  if (/Unsupported model type|Unknown model class|not supported|Could not locate class/i.test(text)) {
    return new Failure(
      'unsupported',
      `The model in ${folder} is of a kind that @huggingface/transformers cannot run (${shorten(text)}). Choose another model.`,
      options,
    );
  }
  if (/Unsupported device|execution provider|backend not found|no available backend|EP_FAIL|adapter/i.test(text)) {
    return new Failure(
      'unsupported',
      `The device "${device}" does not work on this machine (${shorten(text)}). Set the device to cpu.`,
      options,
    );
  }
  if (
    /protobuf|parse|Unexpected|JSON|INVALID_GRAPH|Invalid model|corrupt|out of bounds|external data|End of file/i.test(
      text,
    )
  ) {
    return new Failure(
      'bad-answer',
      `A file of the model in ${folder} is damaged, or is not what its name says (${shorten(text)}). Remove the model and download it again.`,
      options,
    );
  }
  if (/not found locally|Local file missing|ENOENT|doesn.t exist|does not exist/i.test(text)) {
    return new Failure(
      'unknown-model',
      `A file of the model in ${folder} is missing for ${dtype} (${shorten(text)}). Download the model again.`,
      options,
    );
  }
  return new Failure(
    'provider',
    `The model in ${folder} could not go on with ${dtype} on ${device} (${shorten(text)}). Choose another quantization or model.`,
    options,
  );
}

/** True for what the runtimes say when memory is short. */
export function isOutOfMemory(text: string): boolean {
  return /out of memory|bad_alloc|tensor shape is too large|failed to allocate|allocation failed|array buffer allocation|memory access out of bounds|ENOMEM|ERR_FS_FILE_TOO_LARGE|Cannot enlarge memory|heap limit/i.test(
    text,
  );
}

/** The sentence for a model that does not fit. */
export function outOfMemory(options?: { cause: unknown }): Failure {
  return new Failure(
    'memory-limit',
    'The local model ran out of memory. Close other programs, choose a smaller quantization such as q4, a smaller model, or a shorter part to convert.',
    options,
  );
}

function shorten(text: string): string {
  // Before this mark, the runtime tells places in its own source.
  const line = text
    .replace(/^.*\[ONNXRuntimeError\] : \d+ : /s, '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
