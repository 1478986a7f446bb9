import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codeBlockEnded, ReasoningSplitter } from '../../src/providers/local/answerText.ts';
import { parseLocalName } from '../../src/providers/local/modelStore.ts';
import { estimateMemory, findQuantizations, readShape } from '../../src/providers/local/quantization.ts';
import { explainLocalTrouble } from '../../src/providers/local/trouble.ts';
import type { LoadRequest } from '../../src/providers/local/protocol.ts';

describe('local models', () => {
  it('know where a block of code ends', () => {
    const whole = 'Sure:\n```cpp\nint main() {\n  puts("```");\n}\n```\n';
    for (let length = 0; length < whole.length - 1; length++) {
      assert.equal(codeBlockEnded(whole.slice(0, length)), false, whole.slice(0, length));
    }
    assert.equal(codeBlockEnded(whole.trimEnd()), true);
    assert.equal(codeBlockEnded(whole), true);
    assert.equal(codeBlockEnded('```\n```'), true);
    assert.equal(codeBlockEnded('````md\n```\n```\n'), false);
    assert.equal(codeBlockEnded('no code at all'), false);
  });

  it('tell reasoning from the answer, however it is cut into pieces', () => {
    const read = (pieces: readonly string[]): [string, string] => {
      const splitter = new ReasoningSplitter();
      const chunks = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.finish()];
      const of = (type: string): string => chunks.map((it) => (it.type === type ? it.text : '')).join('');
      return [of('reasoning'), of('text')];
    };
    assert.deepEqual(read(['a < b']), ['', 'a < b']);
    assert.deepEqual(read(['<th']), ['', '<th']);
    assert.deepEqual(read(['<think>never ends']), ['never ends', '']);
    const text = '\n<think>Is 1 </ 2?</think>The </think> answer.';
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
        assert.deepEqual(read(pieces), ['Is 1 </ 2?', 'The </think> answer.']);
      }),
    );
  });

  it('are named by repository or folder, and quantization', () => {
    assert.deepEqual(parseLocalName('a/b'), { source: 'a/b', isFolder: false });
    assert.deepEqual(parseLocalName('a/b:q4f16'), { source: 'a/b', isFolder: false, dtype: 'q4f16' });
    assert.deepEqual(parseLocalName('/models/b:fp32'), { source: '/models/b', isFolder: true, dtype: 'fp32' });
    assert.deepEqual(parseLocalName('/models/b:other'), { source: '/models/b:other', isFolder: true });
    for (const name of ['', 'a/b/c', '../b', 'a/b:q5', 'a b', 'a/b:']) {
      assert.throws(() => parseLocalName(name), /not the name of a Hub repository/, name);
    }
  });

  it('offer the quantizations that are whole, with the weights that lie beside the graph', () => {
    const file = (path: string, size: number) => ({ path, size });
    const found = findQuantizations([
      file('onnx/model.onnx', 1),
      file('onnx/model.onnx_data', 20),
      file('onnx/model.onnx_data_1', 300),
      file('onnx/model_q4.onnx', 7),
      file('onnx/decoder_model.onnx', 9),
      file('onnx/encoder_model_fp16.onnx', 1),
      file('onnx/encoder_model_quantized.onnx', 4),
      file('onnx/decoder_model_merged_quantized.onnx', 5),
      file('onnx/decoder_model_merged_quantized.onnx_data', 60),
      file('model.onnx', 9),
    ]);
    assert.deepEqual(
      found.map(({ dtype, task, bytes, files, externalData }) => [dtype, task, bytes, files.length, externalData]),
      [
        ['q4', 'text', 7, 1, {}],
        ['q8', 'speech', 69, 3, { 'decoder_model_merged_quantized.onnx': 1 }],
        ['fp32', 'text', 321, 3, { 'model.onnx': 2 }],
      ],
    );
  });

  it('read the shape of a model and estimate its memory from it', () => {
    const qwen = { num_hidden_layers: 24, num_attention_heads: 14, num_key_value_heads: 2, hidden_size: 896 };
    const shape = readShape({ model_type: 'qwen2', max_position_embeddings: 32_768, ...qwen });
    assert.deepEqual(shape, { architecture: 'qwen2', contextTokens: 32_768, cacheNumbersPerToken: 2 * 24 * 2 * 64 });
    const weights = 483e6;
    assert.equal(estimateMemory('q4', weights, shape), weights + 6144 * 4 * 4096 + 350e6);
    assert.equal(estimateMemory('q4f16', weights, shape), weights + 6144 * 2 * 4096 + 350e6);
    const nested = readShape({ text_config: { n_layer: 2, n_head: 4, n_embd: 64, n_positions: 128 } });
    assert.deepEqual(nested, { contextTokens: 128, cacheNumbersPerToken: 2 * 2 * 64 });
    assert.deepEqual(readShape('no config'), {});
    assert.equal(estimateMemory('q8', 5, {}), 350e6 + 5);
  });

  it('say in a sentence what the libraries said', () => {
    const request = { folder: '/m', dtype: 'q4', device: 'cuda' } as LoadRequest;
    const cases: [string, string, RegExp][] = [
      ['std::bad_alloc', 'memory-limit', /ran out of memory/],
      ['RangeError: Array buffer allocation failed', 'memory-limit', /ran out of memory/],
      ['Load model failed: Protobuf parsing failed.', 'bad-answer', /damaged/],
      ['Unsupported model type: mamba', 'unsupported', /mamba/],
      ['Unsupported device: "cuda". Should be one of: cpu.', 'unsupported', /device "cuda" does not work/],
      ['file was not found locally at "/m/onnx/model_q4.onnx"', 'unknown-model', /missing for q4/],
      ['External buffers are not allowed', 'unsupported', /to wasm/],
      ['something else', 'provider', /something else/],
    ];
    for (const [said, reason, sentence] of cases) {
      const failure = explainLocalTrouble(new Error(said), request);
      assert.equal(failure.reason, reason, said);
      assert.match(failure.message, sentence);
    }
    const places = '/home/builder/onnx/op.cc:83 f(int) [ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Bad input';
    const { message } = explainLocalTrouble(new Error(places), request);
    assert.match(message, /\(INVALID_ARGUMENT : Bad input\)/);
  });
});
