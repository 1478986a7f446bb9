import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Compiler } from '../../src/cpp/compiler.ts';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createRunner } from '../../src/execution/createRunner.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { findInterpreter, type Interpreter } from '../../src/python/interpreter.ts';
import { buildPythonModule, writeModule, type PythonModule } from '../../src/pythonModule/pythonModule.ts';
import { DEFAULT_RULE } from '../../src/verification/compareOutputs.ts';
import { DEFAULT_FLOAT_TOLERANCE } from '../../src/verification/values.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';

const run = promisify(execFile);

const source = `class Empty(ValueError):
    pass


def tally(words: list[str], seen: dict[str, int], *, least: int = 1) -> tuple[list[tuple[str, float]], bool]:
    if least < 0:
        raise ValueError("least is negative")
    if not words:
        raise Empty("no words")
    for word in words:
        seen[word] = seen.get(word, 0) + 1
    return [(word, seen[word] / 2) for word in words if seen[word] >= least], least > 1
`;
const cpp = `#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>
std::tuple<std::vector<std::pair<std::string, double>>, int> tally(const std::vector<std::string>& words,
    std::map<std::string, std::int64_t>& seen, std::int64_t least) {
  if (least < 0) throw std::invalid_argument("least is negative");
  if (words.empty()) throw std::runtime_error("no words");
  std::vector<std::pair<std::string, double>> found;
  for (const auto& word : words) ++seen[word];
  for (const auto& word : words) if (seen[word] >= least) found.emplace_back(word, seen[word] / 2.0);
  return {found, least > 1};
}
int main() {}
`;

describe('A module for Python', function () {
  this.timeout(120_000);
  let assets: AssetFolder;
  let compiler: Compiler;
  let python: Interpreter;
  let folder: TemporaryFolder;

  before(async () => {
    const system = { environment: process.env, platform: process.platform, signal: new AbortController().signal };
    const [found] = await findCompilers(system);
    assert.ok(found, 'the tests need a C++ compiler');
    compiler = found;
    python = await findInterpreter(system);
    assets = await createAssetFolder();
    folder = await createTemporaryFolder();
  });
  after(async () => {
    await folder.remove();
    await assets[Symbol.asyncDispose]();
  });

  const build = (functionName: string, text: string, code: string): Promise<PythonModule> =>
    buildPythonModule(
      {
        runner: createRunner({ environment: process.env, platform: process.platform }),
        python,
        compiler,
        flags: ['-std=c++20', '-O0'],
        functionName,
        source: text,
        cpp: code,
        examples: [],
        seed: 1,
        inputs: 60,
        limits: { timeoutSeconds: 20, outputBytes: 1 << 24, memoryBytes: 2 ** 32 },
        rule: DEFAULT_RULE,
        tolerance: DEFAULT_FLOAT_TOLERANCE,
        platform: process.platform,
        assetFolder: assets.path,
        moduleName: `fast_${functionName}`,
        heading: ['Made by the tests.'],
      },
      { signal: new AbortController().signal },
    );

  const script = `import warnings
warnings.simplefilter("always")
from fast_tally import tally, Empty
seen = {"b": 1}
result = tally(["b", "é"], seen, least=2)
print(result, seen)
for words, least in (["a"], -1), ([], 1):
    try:
        tally(words, {}, least=least)
    except Exception as error:
        print(type(error).__name__, error, isinstance(error, Empty))
big = {"a": 2**70}
print(tally(["a"], big), big)
try:
    tally(3, {})
except TypeError as error:
    print("TypeError")
`;
  const expected = `([('b', 1.0)], True) {'b': 2, 'é': 1}
ValueError least is negative False
Empty no words True
([('a', 5.902958103587057e+20)], False) {'a': 1180591620717411303425}
TypeError
`;

  it('gives from Python what the original gives: types, exceptions, changed arguments, and what does not fit the C++', async () => {
    const module = await build('tally', source, cpp);
    assert.equal(module.importLine, 'from fast_tally import tally');
    assert.ok(module.inputs > 40, String(module.inputs));
    assert.ok(module.benchmark && module.benchmark.speedUp > 0);
    assert.equal(await writeModule(module, folder.path, async () => assert.fail('nothing is there')), true);
    await writeFile(join(folder.path, 'use.py'), script);
    const { stdout, stderr } = await run(python.path, ['use.py'], { cwd: folder.path });
    assert.equal(stdout, expected);
    assert.equal(stderr, '');

    // Nothing is overwritten without asking.
    const file = join(folder.path, 'fast_tally.py');
    const written = await readFile(file, 'utf8');
    await writeFile(file, '# mine\n');
    let asked: readonly string[] = [];
    const answer = async (names: readonly string[]): Promise<boolean> => {
      asked = names;
      return false;
    };
    assert.equal(await writeModule(module, folder.path, answer), false);
    assert.deepEqual(asked, ['fast_tally.py']);
    assert.equal(await readFile(file, 'utf8'), '# mine\n');

    // On another machine, without the library, the original does the work.
    await writeFile(file, written);
    const library = [...module.files.keys()].find((name) => !name.endsWith('.py')) ?? '';
    await rm(join(folder.path, library));
    const alone = await run(python.path, ['use.py'], { cwd: folder.path });
    assert.equal(alone.stdout, expected);
    assert.match(alone.stderr, /RuntimeWarning: tally is computed in Python: .* cannot be used/);
  });

  it('is refused where Python would notice a difference that the comparison of values does not make', async () => {
    const grid = 'def flip(rows: list[list[int]]) -> None:\n    for row in rows:\n        row.reverse()\n';
    const flips = `#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>
void flip(std::vector<std::vector<std::int64_t>>& rows) { for (auto& row : rows) std::reverse(row.begin(), row.end()); }
std::map<std::string, std::int64_t> places(const std::vector<std::string>& words) {
  std::map<std::string, std::int64_t> found;
  for (std::size_t i = 0; i < words.size(); ++i) found[words[i]] = static_cast<std::int64_t>(i);
  return found;
}
int main() {}
`;
    const inOrder =
      'def places(words: list[str]) -> dict[str, int]:\n    return {word: i for i, word in enumerate(words)}\n';
    await assert.rejects(
      build('places', inOrder, flips),
      /No module was made: .*a dict whose keys come in another order/,
    );
    // Inner lists are changed by the original, so that they stay the same objects.
    const module = await build('flip', grid, flips);
    await writeModule(module, folder.path, async () => false);
    const check = 'from fast_flip import flip\nrow = [1, 2]\nrows = [row]\nflip(rows)\nprint(row, rows[0] is row)\n';
    await writeFile(join(folder.path, 'flip_use.py'), check);
    const { stdout } = await run(python.path, ['flip_use.py'], { cwd: folder.path });
    assert.equal(stdout, '[2, 1] True\n');
  });

  it('is not made of a function that sets a global variable, and says which', async () => {
    const counting =
      'calls = 0\ndef note():\n    global calls\n    calls += 1\ndef twice(n: int) -> int:\n    note()\n    return 2 * n\n';
    const code = '#include <cstdint>\nstd::int64_t twice(std::int64_t n) { return 2 * n; }\nint main() {}\n';
    await assert.rejects(build('twice', counting, code), {
      reason: 'unsupported',
      message: /`twice` or what it calls sets the global variable `calls`/,
    });
  });
});
