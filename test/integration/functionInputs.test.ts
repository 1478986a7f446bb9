import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Compiler } from '../../src/cpp/compiler.ts';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createRunner } from '../../src/execution/createRunner.ts';
import { createTemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { compareRows } from '../../src/functionInputs/compareRows.ts';
import { findInputs } from '../../src/functionInputs/findInputs.ts';
import { readRows } from '../../src/functionInputs/inputRow.ts';
import { proposeInputs, type ProposalRequest } from '../../src/functionInputs/proposeInputs.ts';
import { regressionTest, writeTest } from '../../src/functionInputs/regressionTest.ts';
import { Providers } from '../../src/providers/registry.ts';
import { findInterpreter, type Interpreter } from '../../src/python/interpreter.ts';
import { DEFAULT_RULE } from '../../src/verification/compareOutputs.ts';
import { DEFAULT_FLOAT_TOLERANCE, pythonLiteral } from '../../src/verification/values.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';
import { ProviderServer } from '../fixtures/providerServer.ts';

const source = `def spread(values, *, wide=False):
    if not values:
        raise ValueError("nothing")
    values.sort()
    print("sorted", len(values))
    return (values[-1] - values[0]) % 7, {str(v): v / 2 for v in values}, set(values) if wide else None
`;
const cpp = `#include <algorithm>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>
struct ValueError : std::runtime_error { using std::runtime_error::runtime_error; };
std::tuple<std::int64_t, std::map<std::string, double>, std::optional<std::set<std::int64_t>>> spread(std::vector<std::int64_t>& values, bool wide) {
  if (values.empty()) throw ValueError("nothing");
  std::sort(values.begin(), values.end());
  std::cout << "sorted " << values.size() << std::endl;
  std::map<std::string, double> halves;
  for (auto v : values) halves[std::to_string(v)] = v / 2.0;
  std::optional<std::set<std::int64_t>> all;
  if (wide) all = std::set<std::int64_t>(values.begin(), values.end());
  return {(values.back() - values.front()) % 7, halves, all};
}
int main() {}
`;

const LARGE = [40n, 11n, 6n].map((value) => ({ kind: 'int', value }) as const);

describe('Inputs of a function', function () {
  this.timeout(120_000);
  const { signal } = new AbortController();
  const system = { environment: process.env, platform: process.platform };
  const runner = createRunner(system);
  const limits = { timeoutSeconds: 20, outputBytes: 1 << 20, memoryBytes: 2 ** 30 };
  const flags = ['-std=c++20', '-O0'];
  let assets: AssetFolder;
  let compiler: Compiler;
  let python: Interpreter;

  before(async () => {
    const [found] = await findCompilers({ ...system, signal });
    assert.ok(found, 'the tests need a C++ compiler');
    compiler = found;
    python = await findInterpreter({ ...system, signal });
    assets = await createAssetFolder();
  });
  after(() => assets[Symbol.asyncDispose]());

  const what = () => ({ runner, python, functionName: 'spread', source, limits, assetFolder: assets.path });
  const runPython = (args: readonly string[], folder: string): Promise<{ code: number; text: string }> =>
    new Promise((resolve) => {
      execFile(python.path, [...args], { cwd: folder }, (error, stdout, stderr) =>
        resolve({ code: error ? 1 : 0, text: stdout + stderr }),
      );
    });

  it('are found without any C++: in the file, in a run, at the edges and at random, with what Python gives', async () => {
    const program = `${source}\nfor size in range(3):\n    try:\n        spread(list(range(size, 0, -1)), wide=size > 1)\n    except ValueError:\n        pass\n`;
    const request = { ...what(), examples: ['spread([3, 1])'], program, args: [], seed: 1, inputs: 40 };
    const found = await findInputs(request, { signal });
    assert.deepEqual(found.notes, []);
    assert.deepEqual(
      found.parameters.map(({ name, isKeywordOnly }) => [name, isKeywordOnly]),
      [
        ['values', false],
        ['wide', true],
      ],
    );
    const shown = found.rows
      .slice(0, 4)
      .map(({ origin, args, python: gives }) => [origin, args.map(pythonLiteral).join(), gives]);
    assert.deepEqual(shown, [
      ['example', '[3, 1],False', "(2, {'1': 0.5, '3': 1.5}, None), prints \"sorted 2\\n\""],
      ['profile', '[],False', 'ValueError: nothing'],
      ['profile', '[1],False', '(0, {\'1\': 0.5}, None), prints "sorted 1\\n"'],
      ['profile', '[2, 1],True', "(1, {'1': 0.5, '2': 1.0}, {1, 2}), prints \"sorted 2\\n\""],
    ]);
    assert.ok(found.rows.some(({ origin, keep }) => origin === 'random' && !keep));
    const untyped = await findInputs({ ...what(), examples: [], args: [], seed: 1, inputs: 40 }, { signal });
    assert.deepEqual(untyped.rows, []);
    assert.match(untyped.notes.join(), /Nothing tells what `values`, `wide` take/);
  });

  it('become a test that passes, and fails once the C++ or the Python is another', async () => {
    await using folder = await createTemporaryFolder();
    const { rows } = readRows(
      '{"args": ["[3, 1, 2]", "True"]}\n{"args": ["[]", "False"]}\n{"args": ["[5]", "False"]}\n',
      {
        functionName: 'spread',
      },
    );
    const common = { rule: DEFAULT_RULE, tolerance: DEFAULT_FLOAT_TOLERANCE };
    const compared = await compareRows(
      { ...what(), ...common, compiler, flags, cpp, seed: 1, platform: process.platform },
      rows,
      { signal },
    );
    assert.equal(compared.verification.outcome, 'equal', JSON.stringify(compared.verification.mismatch));
    assert.deepEqual(compared.verification.sources, { example: 0, boundary: 0, random: 0, user: 3 });
    assert.deepEqual(
      compared.rows.map(({ equal }) => equal),
      [true, true, true],
    );
    assert.match(compared.rows[1]?.cpp ?? '', /nothing|exception/);
    const wrong = await compareRows(
      { ...what(), ...common, compiler, flags, cpp: cpp.replace('% 7', '% 5'), seed: 1, platform: process.platform },
      rows.map((row) => ({
        ...row,
        args: row.args.map((arg) => (arg.kind === 'list' ? { ...arg, items: [...arg.items, ...LARGE] } : arg)),
      })),
      { signal },
    );
    const [smallest] = wrong.rows;
    assert.equal(wrong.verification.outcome, 'different');
    assert.deepEqual([wrong.rows.length, smallest?.equal, smallest?.keep], [4, false, true]);
    assert.ok(smallest?.args[0]?.kind === 'list' && smallest.args[0].items.length < 4, 'it was shrunk');
    const original = join(folder.path, 'original.py');
    await writeFile(original, `${source}\nif __name__ == "__main__":\n    print(spread([1]))\n`);
    const tests = join(folder.path, 'tests');
    const files = await regressionTest({
      ...what(),
      ...common,
      originalFile: original,
      tested: {
        kind: 'compiled',
        calledSource: compared.calledSource,
        compilerPath: compiler.path,
        compilerId: compiler.id,
        flags,
      },
      keywordOnly: ['wide'],
      rows: compared.rows,
      folder: tests,
    });
    assert.ok(await writeTest(files, tests, async () => false));
    assert.ok(await writeTest(files, tests, async () => false), 'what is the same need not be asked for');
    const call = ['-m', 'unittest', 'test_spread'];
    const passed = await runPython(call, tests);
    assert.equal(passed.code, 0, passed.text);
    // Another Python in the same file is another result: the test reads the file.
    await writeFile(original, source.replace('% 7', '% 7 + 1'));
    const program = await readFile(join(tests, 'test_spread.cpp'), 'utf8');
    const crash = 'if (values.empty()) std::abort();';
    await writeFile(
      join(tests, 'test_spread.cpp'),
      program.replace('if (values.empty())', `${crash} if (values.empty())`),
    );
    const { code, text } = await runPython(call, tests);
    assert.equal(code, 1);
    assert.match(text, /spread\(\[3, 1, 2\], True\): Python gives 3, the C\+\+ 2/);
    assert.match(text, /spread\(\[\], False\): the program ended with status -6/);
    assert.match(text, /FAILED \(failures=3\)/);
    assert.equal(await writeTest(files, tests, async (names) => names.length === 0), false);
  });

  it('become a test of the module that was made, which fails where its library is missing', async () => {
    await using folder = await createTemporaryFolder();
    const moduleFile = join(folder.path, 'made', 'fast_double.py');
    await mkdir(join(folder.path, 'made'));
    await writeFile(moduleFile, 'def double(n):\n    return n * 2 if n < 5 else 0\n');
    const { rows } = readRows('{"args": ["3"]}\n{"args": ["7"]}\n', { functionName: 'double' });
    const request = {
      functionName: 'double',
      source: 'def double(n):\n    return n + n\n',
      tested: { kind: 'module', file: moduleFile } as const,
      rule: DEFAULT_RULE,
      tolerance: DEFAULT_FLOAT_TOLERANCE,
      assetFolder: assets.path,
      folder: folder.path,
    };
    for (const kept of [rows.slice(0, 1), rows]) {
      await writeTest(await regressionTest({ ...request, rows: kept }), folder.path, async () => true);
      const { code, text } = await runPython(['-m', 'unittest', 'test_double'], folder.path);
      assert.equal(code, kept.length === 1 ? 0 : 1, text);
      if (code === 1) assert.match(text, /double\(7\): Python gives 14, the C\+\+ 0/);
    }
    const warning = 'import warnings\nwarnings.warn("computed in Python", RuntimeWarning)\n';
    await writeFile(moduleFile, `${warning}def double(n):\n    return n * 2\n`);
    assert.match(
      (await runPython(['-m', 'unittest', 'test_double'], folder.path)).text,
      /RuntimeWarning: computed in Python/,
    );
    await assert.rejects(regressionTest({ ...request, rows: [] }), { reason: 'invalid-input' });
  });

  describe('proposed by a model', () => {
    const server = new ProviderServer();
    before(() => server.start());
    after(() => server.stop());

    const ask = async (change: Partial<ProposalRequest> = {}, stop = signal) => {
      const providers = new Providers({
        settings: { providers: { custom: { baseUrl: server.baseUrl } } },
        keys: { get: async () => 'sk-loopback' },
      });
      const model = await providers.languageModel('custom/simulated-coder');
      const parameters = [
        { name: 'values', shape: { kind: 'list', item: { kind: 'int' } } },
        { name: 'wide', shape: { kind: 'bool' } },
      ] as const;
      return proposeInputs(model, { functionName: 'spread', source, parameters, ...change }, { signal: stop });
    };

    it('are taken when they are data that fits, with what they cost', async () => {
      const usage = { prompt_tokens: 400, completion_tokens: 50, total_tokens: 450, cost: 0.002 };
      server.expect({
        text: '{"inputs": [{"args": [[2, -9], true], "why": "negative"}, {"args": ["x", 1]}]}',
        chunkSize: 7,
        usage,
      });
      const { rows, rejected, usage: used } = await ask();
      assert.deepEqual(
        rows.map(({ args, note, origin }) => [args.map(pythonLiteral).join(), note, origin]),
        [['[2, -9],True', 'negative', 'model']],
      );
      assert.deepEqual(
        rejected.map(({ place }) => place),
        ['input 2'],
      );
      assert.equal(used?.completionTokens, 50);
      const sent = server.requests.at(-1)?.body ?? '';
      assert.match(sent, /def spread/);
      assert.doesNotMatch(sent, /sk-loopback/);
    });

    it('are refused when they are code, prose or nothing; what was cut off or declined is said', async () => {
      for (const text of ['```python\nimport os\nos.system("id")\n```', 'Let me think about it.', '']) {
        server.expect({ text });
        await assert.rejects(ask(), { reason: 'bad-answer' });
      }
      server.expect({ text: '{"inputs": [{"args": [[1], false]}, {"args": [[2', finishReason: 'length' });
      const cut = await ask();
      assert.equal(cut.rows.length, 1);
      assert.match(cut.notes.join(), /was cut off/);
      server.expect({ text: '', refusal: 'I would rather not.' });
      await assert.rejects(ask(), { reason: 'refused', message: /I would rather not/ });
    });

    it('are not waited for once cancelled', async () => {
      const cancel = new AbortController();
      server.expect({ text: '{"inputs": [', endless: true, pauseMilliseconds: 20 });
      setTimeout(() => cancel.abort(), 300);
      await assert.rejects(ask({}, cancel.signal), { reason: 'cancelled' });
    });

    it('are not asked for when that is likely to cost more than the budget', async () => {
      const sent = server.requests.length;
      const model = {
        id: 'x/dear',
        info: {
          ...{ id: 'x/dear', providerId: 'x', providerLabel: 'X', model: 'dear', label: 'Dear' },
          inputPrice: 100,
          outputPrice: 1000,
        },
        stream: () => assert.fail('nothing is to be sent'),
      };
      const request = { functionName: 'spread', source, parameters: [], budgetUsd: 0.01 };
      await assert.rejects(proposeInputs(model, request, { signal }), { reason: 'quota', message: /Nothing was sent/ });
      assert.equal(server.requests.length, sent);
    });
  });
});
