import assert from 'node:assert/strict';
import type { Compiler } from '../../src/cpp/compiler.ts';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createRunner } from '../../src/execution/createRunner.ts';
import type { Runner } from '../../src/execution/runner.ts';
import { findInterpreter, type Interpreter } from '../../src/python/interpreter.ts';
import type { VerificationRecord } from '../../src/shared/evidence.ts';
import { DEFAULT_RULE } from '../../src/verification/compareOutputs.ts';
import { measureGrowth } from '../../src/verification/growth.ts';
import { DEFAULT_FLOAT_TOLERANCE } from '../../src/verification/values.ts';
import { examineFunction, verifyFunction, type VerifyFunctionRequest } from '../../src/verification/verifyFunction.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';

const modulo = 'def clock(hour, step):\n    return (hour + step) % 12\n';

describe('Calling a function in both languages', function () {
  this.timeout(120_000);
  let assets: AssetFolder;
  let compiler: Compiler;
  let python: Interpreter;
  let runner: Runner;

  before(async () => {
    const system = { environment: process.env, platform: process.platform };
    const { signal } = new AbortController();
    const [found] = await findCompilers({ ...system, signal });
    assert.ok(found, 'the tests need a C++ compiler');
    compiler = found;
    python = await findInterpreter({ ...system, signal });
    runner = createRunner(system);
    assets = await createAssetFolder();
  });
  after(() => assets[Symbol.asyncDispose]());

  function request(
    functionName: string,
    source: string,
    cpp: string,
    change: Partial<VerifyFunctionRequest> = {},
  ): VerifyFunctionRequest {
    return {
      runner,
      python,
      compiler,
      flags: ['-std=c++20', '-O0'],
      functionName,
      source,
      cpp,
      examples: [],
      seed: 1,
      inputs: 120,
      limits: { timeoutSeconds: 20, outputBytes: 1 << 24, memoryBytes: 2 ** 31 },
      rule: DEFAULT_RULE,
      tolerance: DEFAULT_FLOAT_TOLERANCE,
      platform: process.platform,
      sanitize: false,
      assetFolder: assets.path,
      ...change,
    };
  }

  function verify(...given: Parameters<typeof request>): Promise<VerificationRecord> {
    return verifyFunction(request(...given), { signal: new AbortController().signal });
  }

  function assertEqual(record: VerificationRecord): void {
    assert.equal(record.outcome, 'equal', JSON.stringify(record.mismatch ?? record.notChecked));
    assert.ok(record.inputs > 0);
  }

  it('tells another algorithm by how time grows, and finds a size at which the two differ', async () => {
    const source =
      'def common(values: list[int]) -> int:\n    return sum(1 for index, value in enumerate(values) if value in values[:index])\n';
    const cpp =
      '#include <cstdint>\n#include <unordered_set>\n#include <vector>\nstd::int64_t common(const std::vector<std::int64_t>& values) {\n  std::unordered_set<std::int64_t> seen;\n  std::int64_t count = 0;\n  for (auto value : values) count += !seen.insert(value).second;\n  return values.size() > 2000 ? -1 : count;\n}\nint main() {}\n';
    await using examination = await examineFunction(request('common', source, cpp), {
      signal: new AbortController().signal,
    });
    assertEqual(await examination.verify());
    const result = await measureGrowth(examination, { seed: 1, budgetSeconds: 8 });
    assert.ok('record' in result, JSON.stringify(result));
    const { record } = result;
    assert.deepEqual([record.names, record.measure], [['values'], 'length']);
    assert.ok(record.points.length >= 4, JSON.stringify(record.points));
    assert.equal(record.difference?.size, 2048);
    assert.equal(record.outcome, 'slower-growth', JSON.stringify(record));
  });

  it('finds a right translation equal, on the examples, the edges and seeded inputs', async () => {
    const cpp =
      '#include <cstdint>\nstd::int64_t clock_(std::int64_t h, std::int64_t s);\n' +
      'std::int64_t clock(std::int64_t hour, std::int64_t step) { std::int64_t r = (hour % 12 + step % 12) % 12; return r < 0 ? r + 12 : r; }\nint main() {}\n';
    const renamed = (text: string): string => text.replaceAll('clock', 'dial');
    const record = await verify('dial', renamed(modulo), renamed(cpp), { examples: ['dial(11, 3)'] });
    assertEqual(record);
    assert.equal(record.seed, 1);
    assert.ok(record.sources && record.sources.example === 1);
    assert.ok(record.sources.boundary > 10 && record.sources.random > 10);
    assert.equal(record.inputs, record.sources.example + record.sources.boundary + record.sources.random);
  });

  it('finds the sign of % and shrinks to a small call', async () => {
    const cpp =
      '#include <cstdint>\nstd::int64_t dial(std::int64_t hour, std::int64_t step) { return (hour % 12 + step % 12) % 12; }\nint main() {}\n';
    const record = await verify('dial', modulo.replace('clock', 'dial'), cpp);
    assert.equal(record.outcome, 'different');
    assert.equal(record.mismatch?.kind, 'result');
    const [hour, step] =
      /dial\((-?\d+), (-?\d+)\)/
        .exec(record.mismatch.input ?? '')
        ?.slice(1)
        .map(Number) ?? [];
    assert.ok(hour !== undefined && step !== undefined && Math.abs(hour) + Math.abs(step) <= 3, record.mismatch.input);
    assert.match(record.mismatch.summary, /Python gives \d+, the C\+\+ -\d+/);
    assert.ok((record.failingInputs?.length ?? 0) > 1);
  });

  it('makes the same inputs from the same seed, and others from another', async () => {
    const source = 'def tell(n: int):\n    print(n)\n';
    const wrong = '#include <cstdint>\nvoid tell(std::int64_t) {}\nint main() {}\n';
    const [first, again, other] = [
      await verify('tell', source, wrong, { seed: 7 }),
      await verify('tell', source, wrong, { seed: 7 }),
      await verify('tell', source, wrong, { seed: 8 }),
    ];
    assert.deepEqual(first.failingInputs, again.failingInputs);
    assert.equal(first.mismatch?.kind, 'stdout');
    assert.notDeepEqual(first.sources && first.failingInputs, other.failingInputs);
  });

  it('finds wrapped integers, but takes a stop at an overflow for what it is', async () => {
    const source =
      'def product(values: list[int]) -> int:\n    result = 1\n    for value in values:\n        result *= value\n    return result\n';
    const wraps = `#include <cstdint>
#include <vector>
std::int64_t product(const std::vector<std::int64_t>& values) {
  std::uint64_t result = 1;
  for (auto value : values) result *= static_cast<std::uint64_t>(value);
  return static_cast<std::int64_t>(result);
}
int main() {}
`;
    assert.equal((await verify('product', source, wraps)).outcome, 'different');
    const stops = `#include <cstdint>
#include <stdexcept>
#include <vector>
std::int64_t product(const std::vector<std::int64_t>& values) {
  std::int64_t result = 1;
  for (auto value : values) {
    if (__builtin_mul_overflow(result, value, &result)) throw std::overflow_error("integer overflow");
  }
  return result;
}
int main() {}
`;
    const record = await verify('product', source, stops);
    // What wraps to a small number on the way back, such as a factor of 0 behind, cannot be told from a fault.
    if (record.outcome === 'equal') assert.match(record.notChecked.join('\n'), /stops at an integer overflow/);
    else assert.match(record.mismatch?.summary ?? '', /overflow/);
  });

  it('compares strings, dictionaries, sets, tuples, None and nested lists', async () => {
    const source = `def facts(words: list[str]):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    longest = max(words, key=len) if words else None
    return counts, set(len(word) for word in words), longest, [[word, word[::-1]] for word in words]
`;
    const cpp = `#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>
static std::vector<std::string> points(const std::string& text) {
  std::vector<std::string> found;
  for (size_t i = 0; i < text.size();) {
    size_t n = 1;
    while (i + n < text.size() && (static_cast<unsigned char>(text[i + n]) & 0xC0) == 0x80) ++n;
    found.push_back(text.substr(i, n));
    i += n;
  }
  return found;
}
std::tuple<std::map<std::string, int>, std::set<int>, std::optional<std::string>, std::vector<std::vector<std::string>>>
facts(const std::vector<std::string>& words) {
  std::map<std::string, int> counts;
  std::set<int> lengths;
  std::optional<std::string> longest;
  std::vector<std::vector<std::string>> mirrored;
  for (const auto& word : words) {
    ++counts[word];
    auto letters = points(word);
    lengths.insert(static_cast<int>(letters.size()));
    if (!longest || letters.size() > points(*longest).size()) longest = word;
    std::string reversed;
    for (auto it = letters.rbegin(); it != letters.rend(); ++it) reversed += *it;
    mirrored.push_back({word, reversed});
  }
  return {counts, lengths, longest, mirrored};
}
int main() {}
`;
    assertEqual(await verify('facts', source, cpp));
    const bytes = cpp.replace(
      'auto letters = points(word);',
      'std::vector<std::string> letters; for (char c : word) letters.emplace_back(1, c);',
    );
    const record = await verify('facts', source, bytes);
    assert.equal(record.outcome, 'different');
    // Only a text beyond ASCII tells them apart.
    assert.match(record.mismatch?.input ?? '', /[^\x00-\x7f]/);
  });

  it('finds a missing change of an argument, a missing exception and a crash', async () => {
    const source = 'def first(values: list[int]) -> int:\n    values.sort()\n    return values[0]\n';
    const program = (parameter: string, access: string): string => `#include <algorithm>
#include <cstdint>
#include <vector>
std::int64_t first(${parameter} values) {
  std::sort(values.begin(), values.end());
  return ${access};
}
int main() {}
`;
    assertEqual(await verify('first', source, program('std::vector<std::int64_t>&', 'values.at(0)')));
    const copied = await verify('first', source, program('std::vector<std::int64_t>', 'values.at(0)'));
    assert.equal(copied.mismatch?.kind, 'argument', JSON.stringify(copied.mismatch));
    const silent = await verify(
      'first',
      source,
      program('std::vector<std::int64_t>&', 'values.empty() ? 0 : values[0]'),
    );
    assert.equal(silent.mismatch?.kind, 'exception');
    assert.match(silent.mismatch.summary, /^first\(\[\]\): Python raises IndexError, the C\+\+ gives 0\.$/);
    const crashed = await verify(
      'first',
      source,
      program('std::vector<std::int64_t>&', 'values.empty() ? *reinterpret_cast<volatile int*>(8) : values[0]'),
    );
    assert.equal(crashed.mismatch?.kind, 'ended', JSON.stringify(crashed.mismatch));
  });

  it('tells floats by value and floats from integers', async () => {
    const source = 'def mean(values: list[float]) -> float:\n    return sum(values) / len(values) if values else 0.0\n';
    const program = (type: string, start: string): string => `#include <vector>
#include <cmath>
${type} mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  double total = ${start}, rest = 0;
  for (double value : values) {
    const double next = total + value;
    if (std::isfinite(next)) rest += std::fabs(total) >= std::fabs(value) ? (total - next) + value : (value - next) + total;
    total = next;
  }
  return static_cast<${type}>((total + rest) / values.size());
}
int main() {}
`;
    assertEqual(await verify('mean', source, program('double', '0')));
    assert.equal((await verify('mean', source, program('double', '1e-6'))).outcome, 'different');
    assert.equal((await verify('mean', source, program('float', '0'))).outcome, 'different');
    assert.equal((await verify('mean', source, program('long', '0'))).outcome, 'different');
  });

  it('takes templates, overloads and other signatures than Python’s', async () => {
    const source = 'def twice(n: int) -> int:\n    return n % 1000 * 2\n';
    const template = 'template <class T> T twice(T n) { return ((n % 1000 + 1000) % 1000) * 2; }\nint main() {}\n';
    assertEqual(await verify('twice', source, template));
    const more = await verify('twice', source, 'long twice(long n, long m) { return n + m; }\nint main() {}\n');
    assert.match(more.mismatch?.summary ?? '', /takes 1 arguments in Python and 2 in C\+\+/);
    const missing = await verify('twice', source, 'int main() {}\n');
    assert.equal(missing.outcome, 'not-compared');
    assert.match(missing.notChecked.join(), /has no function `twice`/);
    const hidden = await verify('twice', source, 'struct S { long v; };\nS twice(S n) { return n; }\nint main() {}\n');
    assert.equal(hidden.outcome, 'not-compared');
  });

  it('goes on where the Python is slow, recurses for ever or is not made for a value', async () => {
    const source = 'def countdown(n: int) -> int:\n    return 0 if n == 0 else 1 + countdown(n - 1)\n';
    const record = await verify('countdown', source, 'long countdown(long n) { return n; }\nint main() {}\n', {
      inputs: 60,
    });
    assertEqual(record);
    assert.match(record.notChecked.join('\n'), /recurses too deep/);
  });

  it('says why a generator or a file that cannot be loaded is not compared', async () => {
    const generator = await verify(
      'count',
      'def count(n: int):\n    yield n\n',
      'int count(int n) { return n; }\nint main() {}\n',
    );
    assert.match(generator.notChecked.join(), /generator/);
    const broken = await verify(
      'f',
      'import nothing_of_the_kind\ndef f(n: int):\n    return n\n',
      'int f(int n) { return n; }\nint main() {}\n',
    );
    assert.match(broken.notChecked.join(), /nothing_of_the_kind/);
  });

  it('finds what only a sanitizer sees, with its line and the call', async () => {
    const source = 'def last(values: list[int]) -> int:\n    return values[-1] if values else 0\n';
    const program = (bound: string): string => `#include <cstdint>
#include <vector>
std::int64_t last(const std::vector<std::int64_t>& values) {
  std::int64_t found = 0;
  if (values.empty()) return 0;
  for (std::size_t i = 0; i ${bound} values.size(); ++i) {
    const volatile std::int64_t value = values.data()[i];
    if (i < values.size()) found = value;
  }
  return found;
}
int main() {}
`;
    const clean = await verify('last', source, program('<'), { sanitize: true });
    assertEqual(clean);
    assert.deepEqual(clean.sanitizers, { checked: true });
    const faulty = await verify('last', source, program('<='), { sanitize: true });
    assert.equal(faulty.outcome, 'different');
    assert.equal(faulty.mismatch?.kind, 'sanitizer', JSON.stringify(faulty.mismatch));
    assert.match(faulty.mismatch.summary, /in line 7 of the C\+\+, called as last\(/);
  });
});
