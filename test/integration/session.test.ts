import assert from 'node:assert/strict';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConversionRequest, Converter, ConverterEvent } from '../../src/conversion/converter.ts';
import { evidenceMarkdown } from '../../src/conversion/evidenceReport.ts';
import { EvidenceStore } from '../../src/conversion/evidenceStore.ts';
import { renderVerdict } from '../../src/conversion/renderText.ts';
import type { ConversionOptions, ConversionServices } from '../../src/conversion/conversionParts.ts';
import { convert, sha256 } from '../../src/conversion/session.ts';
import { Turns } from '../../src/conversion/turns.ts';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createRunner } from '../../src/execution/createRunner.ts';
import { createTemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { findInterpreter } from '../../src/python/interpreter.ts';
import type { PythonUnit } from '../../src/python/unit.ts';
import type { ConversionEvent } from '../../src/shared/conversionEvent.ts';
import type { Evidence } from '../../src/shared/evidence.ts';
import { Failure } from '../../src/shared/failure.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';

const python = 'total = 0\nfor i in range(1000):\n    total += i * i\nprint(total)\n';
const equalCpp =
  '#include <cstdio>\nint main() {\n  long total = 0;\n  for (long i = 0; i < 1000; ++i) total += i * i;\n  std::printf("%ld\\n", total);\n}\n';
const differentCpp = equalCpp.replace('i * i', 'i');
const brokenCpp = equalCpp.replace('long total', 'lnog total');

let assets: AssetFolder;

function unitOf(source: string, change: Partial<PythonUnit> = {}): PythonUnit {
  const lines = source.split('\n');
  return {
    record: { kind: 'file', name: 'sum.py', range: [0, lines.length - 1], source, sha256: sha256(source) },
    source,
    lineMap: lines.map((_, line) => line),
    runnable: true,
    ...change,
  };
}

/** A converter that gives one answer after the other, and keeps what it was asked. */
function scriptedConverter(
  answers: readonly (string | Failure)[],
): Converter & { readonly requests: ConversionRequest[] } {
  const requests: ConversionRequest[] = [];
  return {
    id: 'test/scripted',
    label: 'Scripted',
    canRepair: true,
    writesUntrustedCode: true,
    requests,
    async *convert(request): AsyncGenerator<ConverterEvent> {
      const answer = answers[requests.length] ?? answers.at(-1) ?? '';
      requests.push(request);
      if (answer instanceof Failure) {
        yield { type: 'code', cpp: '// half a program' };
        throw answer;
      }
      yield { type: 'text', text: answer };
      yield { type: 'code', cpp: answer };
      yield { type: 'usage', usage: { promptTokens: 10, completionTokens: 20 }, costUsd: 0.001 };
      yield { type: 'finished', cpp: answer };
    },
  };
}

const options: ConversionOptions = {
  flags: ['-std=c++20', '-O1'],
  compile: true,
  verify: true,
  benchmark: false,
  rule: { kind: 'exact' },
  limits: { timeoutSeconds: 20, outputBytes: 1 << 20, memoryBytes: 1 << 30 },
  benchmarkTimes: { minimumRuns: 2, minimumSeconds: 0, budgetSeconds: 5 },
  args: [],
  repairRounds: 3,
};

function servicesFor(converter: Converter, change: Partial<ConversionServices> = {}): ConversionServices {
  const system = { environment: process.env, platform: process.platform };
  return {
    converter,
    assetFolder: assets.path,
    findCompiler: async (signal) => {
      const [compiler] = await findCompilers({ ...system, signal });
      assert.ok(compiler, 'the tests need a C++ compiler');
      return compiler;
    },
    findInterpreter: (signal) => findInterpreter({ ...system, signal }),
    createRunner: async () => createRunner(system),
    ...change,
  };
}

async function run(
  unit: PythonUnit,
  services: ConversionServices,
  change: Partial<ConversionOptions> = {},
  signal = new AbortController().signal,
): Promise<{ events: ConversionEvent[]; evidence: Evidence }> {
  const events: ConversionEvent[] = [];
  for await (const event of convert(unit, services, { ...options, ...change }, signal)) events.push(event);
  const last = events.at(-1);
  assert.equal(last?.type, 'finished');
  return { events, evidence: last.evidence };
}

describe('the pipeline', () => {
  before(async () => {
    assets = await createAssetFolder();
  });
  after(() => assets[Symbol.asyncDispose]());

  it('carries a program to a verdict and a measurement', async () => {
    const { events, evidence } = await run(unitOf(python), servicesFor(scriptedConverter([equalCpp])), {
      benchmark: true,
    });
    assert.equal(evidence.status, 'succeeded');
    assert.equal(evidence.verification?.outcome, 'equal');
    assert.equal(evidence.verification.python?.stdout, '332833500\n');
    assert.ok((evidence.benchmark?.speedUp ?? 0) > 0);
    assert.match(renderVerdict(evidence), /^Equal on 1 run\. [\d.]+x (faster|slower) \([\d.]+-[\d.]+\)\.$/);
    assert.equal(evidence.attempts[0]?.converter?.usage?.completionTokens, 20);
    const stages = events.flatMap((event) => (event.type === 'stage' ? [`${event.stage} ${event.state}`] : []));
    assert.deepEqual(
      stages,
      ['convert', 'compile', 'verify', 'benchmark'].flatMap((stage) => [`${stage} started`, `${stage} succeeded`]),
    );
  });

  it('gives a compile error with its line back to the model, and takes the mended program', async () => {
    const converter = scriptedConverter([brokenCpp, equalCpp]);
    const { evidence } = await run(unitOf(python), servicesFor(converter));
    assert.equal(evidence.status, 'succeeded');
    assert.equal(evidence.attempts.length, 2);
    assert.equal(evidence.attempts[0]?.compiler?.succeeded, false);
    assert.equal(evidence.attempts[0]?.compiler?.diagnostics[0]?.line, 2);
    assert.equal(converter.requests[1]?.repairs[0]?.cpp, brokenCpp);
    assert.match(converter.requests[1]?.repairs[0]?.finding ?? '', /line 3: .*lnog/);
    assert.equal(evidence.cpp, equalCpp);
  });

  it('never calls a program equal that is not, and keeps the best attempt after the last round', async () => {
    const { evidence } = await run(unitOf(python), servicesFor(scriptedConverter([differentCpp, brokenCpp])), {
      repairRounds: 1,
    });
    assert.equal(evidence.status, 'failed');
    assert.equal(evidence.cpp, differentCpp);
    // The verdict is that of the C++ that is kept.
    assert.equal(evidence.verification?.outcome, 'different');
    assert.equal(evidence.failure, undefined);
    assert.equal(evidence.attempts.length, 2);
    assert.equal(evidence.attempts[0]?.verification?.outcome, 'different');
    assert.equal(evidence.attempts[0]?.verification?.mismatch?.actual.includes('499500'), true);
  });

  it('starts once more from the Python alone after the last round, and stops at the budget', async () => {
    const converter = scriptedConverter([brokenCpp, brokenCpp, equalCpp]);
    const { evidence } = await run(unitOf(python), servicesFor(converter), { repairRounds: 1, startsAfresh: true });
    assert.equal(evidence.verification?.outcome, 'equal');
    assert.deepEqual(
      converter.requests.map(({ repairs }) => repairs.length),
      [0, 1, 0],
    );
    const cost = evidence.attempts[0]?.converter?.costUsd;
    assert.ok(cost !== undefined && cost > 0);
    const frugal = scriptedConverter([brokenCpp, equalCpp]);
    const stopped = await run(unitOf(python), servicesFor(frugal), { startsAfresh: true, budgetUsd: cost });
    assert.equal(frugal.requests.length, 1);
    assert.match(stopped.evidence.notChecked.join(), /of the budget of/);
    const short = scriptedConverter([brokenCpp, brokenCpp, equalCpp]);
    const spent = await run(unitOf(python), servicesFor(short), { startsAfresh: true, budgetTokens: 60 });
    assert.equal(short.requests.length, 2);
    assert.match(spent.evidence.notChecked.join(), /60 of the budget of 60 tokens are spent/);
  });

  it('keeps the best attempt when a later one fails or is cancelled in the middle', async () => {
    const failure = new Failure('network', 'The connection was lost. Try again.');
    const failed = await run(unitOf(python), servicesFor(scriptedConverter([differentCpp, failure])));
    const cancel = new AbortController();
    const scripted = scriptedConverter([differentCpp]);
    const converter: Converter = {
      ...scripted,
      async *convert(request, stop): AsyncGenerator<ConverterEvent> {
        if (request.repairs.length === 0) yield* scripted.convert(request, stop);
        else {
          yield { type: 'code', cpp: '// half a program' };
          cancel.abort();
        }
      },
    };
    const cancelled = await run(unitOf(python), servicesFor(converter), {}, cancel.signal);
    assert.deepEqual(
      [failed, cancelled].map(({ evidence: { status, failure: told } }) => [status, told?.reason, told?.stage]),
      [
        ['failed', 'network', 'convert'],
        ['cancelled', 'cancelled', 'convert'],
      ],
    );
    for (const { evidence, events } of [failed, cancelled]) {
      assert.equal(evidence.cpp, differentCpp);
      assert.equal(evidence.verification?.outcome, 'different');
      assert.equal(evidence.attempts[1]?.cpp, '// half a program');
      assert.equal(evidence.attempts[1]?.verification, undefined);
      assert.equal(events.findLast((event) => event.type === 'code')?.cpp, differentCpp);
      assert.match(evidenceMarkdown(evidence), /\*\*Compiled with\*\*: `[^`]*candidate1\.cpp/);
    }
  });

  it('keeps what arrived when the model fails', async () => {
    const failure = new Failure('network', 'The connection was lost. Try again.');
    const { evidence } = await run(unitOf(python), servicesFor(scriptedConverter([failure])));
    assert.equal(evidence.status, 'failed');
    assert.equal(evidence.cpp, '// half a program');
    assert.deepEqual(evidence.failure, { stage: 'convert', reason: 'network', message: failure.message });
  });

  it('hands over the C++ when there is no compiler', async () => {
    const services = servicesFor(scriptedConverter([equalCpp]), {
      findCompiler: () => Promise.reject(new Failure('compiler-missing', 'No C++ compiler was found. Install one.')),
    });
    const { evidence } = await run(unitOf(python), services);
    assert.equal(evidence.cpp, equalCpp);
    assert.deepEqual(evidence.failure, {
      stage: 'compile',
      reason: 'compiler-missing',
      message: 'No C++ compiler was found. Install one.',
    });
  });

  it('calls a bare function on generated inputs, and says why where it cannot', async () => {
    const source = 'def f(x):\n    return x ^ 1\n';
    const about = { runnable: false, functionName: 'f' };
    const unit = unitOf(source, { ...about, record: { ...unitOf(source).record, kind: 'function' } });
    const right = 'long f(long x) { return x ^ 1; }\nint main() {}\n';
    const { evidence } = await run(unit, servicesFor(scriptedConverter([right.replace('^ 1', '^ 2'), right])));
    assert.equal(evidence.status, 'succeeded');
    assert.equal(evidence.attempts.length, 2);
    assert.match(evidence.attempts[0]?.verification?.mismatch?.summary ?? '', /^f\(-?\d\): Python gives/);
    assert.match(renderVerdict(evidence), /^Equal on \d+ inputs\.$/);
    const converter = scriptedConverter([right]);
    const program = `${source}for n in range(700, 703):\n    print(f(n))\nf(None)\n`;
    const measured = await run({ ...unit, program }, servicesFor(converter), {
      benchmark: true,
      known: [{ source: 'user', args: [{ kind: 'int', value: 41n }] }],
    });
    const { profile, notChecked, verification } = measured.evidence;
    assert.deepEqual(
      converter.requests[0]?.unit.profile?.calls.map(({ text }) => text),
      ['f(700)', 'f(701)', 'f(702)', 'f(None)'],
    );
    assert.match(notChecked.join(), /ended in line 2 with TypeError/);
    assert.deepEqual(profile?.parameters, ['int | None, 700 to 702']);
    assert.deepEqual([verification?.sources?.profile, verification?.sources?.user], [3, 1]);
    assert.match(renderVerdict(measured.evidence), /^Equal on \d+ inputs\. [\d.]+x (?:faster|slower) \(/);
    const { benchmark } = measured.evidence;
    assert.ok(benchmark && benchmark.python.count > 3 && benchmark.cpp.count > 3);
    assert.ok(benchmark.samples.every(({ seconds }) => seconds > 0 && seconds < 1));
    const other = await run(unit, servicesFor(scriptedConverter([equalCpp])));
    assert.match(
      renderVerdict(other.evidence),
      /^Compiled, not compared\. Nothing was compared\. The C\+\+ has no function `f`/,
    );
    const classes = unitOf('class C:\n    pass\n', { runnable: false });
    const none = await run(classes, servicesFor(scriptedConverter([equalCpp])));
    assert.match(renderVerdict(none.evidence), /^Compiled, not compared\. The code is not called/);
  });

  it('hears a witness once on the same inputs, and tells whether it agrees, differs as well or is absent', async () => {
    const hear = async (answers: readonly string[], ...witnesses: (string | Failure)[]) => {
      const witness = { ...scriptedConverter(witnesses), writesUntrustedCode: false, label: 'Built-in engine' };
      const services = servicesFor(scriptedConverter(answers), { findWitness: async () => witness });
      const { evidence } = await run(unitOf(python), services, { repairRounds: 1, sanitize: false });
      assert.equal(witness.requests.length, 1);
      return evidence;
    };
    const { attempts, verification } = await hear([differentCpp, equalCpp], equalCpp);
    assert.deepEqual(verification?.witness, { by: 'Built-in engine', outcome: 'agrees', inputs: 1 });
    assert.deepEqual(
      attempts.map(({ verification }) => verification?.witness?.outcome),
      ['agrees', 'agrees'],
    );
    assert.match(
      evidenceMarkdown(await hear([equalCpp], differentCpp)),
      /C\+\+ of the built-in engine differs from the Python as well/,
    );
    const absent = await hear([equalCpp], new Failure('unsupported', 'Line 2: no such thing.'));
    assert.deepEqual(absent.verification?.witness, {
      by: 'Built-in engine',
      outcome: 'absent',
      reason: 'Line 2: no such thing.',
    });
    assert.equal(absent.status, 'succeeded');
  });

  it('gives both programs the same files, and compares those they write', async () => {
    await using given = await createTemporaryFolder();
    await writeFile(join(given.path, 'words.txt'), 'one two\n');
    const source = 'text = open("words.txt").read()\nwith open("out.txt", "w") as out:\n    out.write(text.upper())\n';
    const cpp = (name: string, last: string): string =>
      `#include <cctype>\n#include <fstream>\n#include <iterator>\n#include <string>\nint main() {\n  std::ifstream in("words.txt");\n  std::string text{std::istreambuf_iterator<char>(in), {}};\n  for (char& c : text) c = static_cast<char>(std::toupper(c));\n  std::ofstream("${name}") << text${last};\n}\n`;
    const files = [{ name: 'words.txt', path: join(given.path, 'words.txt') }];
    const verify = async (program: string) => {
      const { evidence } = await run(unitOf(source), servicesFor(scriptedConverter([program])), {
        files,
        repairRounds: 0,
        sanitize: false,
      });
      return evidence;
    };
    const equal = await verify(cpp('out.txt', ''));
    assert.equal(equal.verification?.outcome, 'equal', JSON.stringify(equal.verification?.mismatch));
    assert.deepEqual(equal.verification.files, [{ name: 'out.txt', bytes: 8, outcome: 'equal' }]);
    assert.match(evidenceMarkdown(equal), /Files written: out\.txt \(8 bytes, equal\)/);
    const longer = await verify(cpp('out.txt', ' << "!"'));
    assert.equal(longer.verification?.mismatch?.kind, 'file');
    assert.match(longer.verification.mismatch.summary, /^In out\.txt: /);
    const other = await verify(cpp('other.txt', ''));
    assert.deepEqual(
      other.verification?.files?.map(({ name, outcome }) => [name, outcome]),
      [
        ['other.txt', 'extra'],
        ['out.txt', 'missing'],
      ],
    );
  });

  it('tells a program that prints what was worked out beforehand', async () => {
    const folded = '#include <cstdio>\nint main() { std::puts("332833500"); }\n';
    const first = await run(unitOf(python), servicesFor(scriptedConverter([folded])));
    assert.equal(first.evidence.verification?.mismatch?.kind, 'constant');
    assert.match(renderVerdict(first.evidence), /holds the result 332833500 as a constant/);
    // In pieces, and with a loop for the looks.
    const hidden = `#include <cstdio>
int main() {
  volatile long n = 0;
  for (long i = 0; i < 1000; ++i) n = n + i;
  std::printf("%ld\\n", 33283L * 10000 + 3500);
}
`;
    const second = await run(unitOf(python), servicesFor(scriptedConverter([hidden])));
    assert.match(renderVerdict(second.evidence), /does not depend on the work/);
    const honest = await run(unitOf(python), servicesFor(scriptedConverter([equalCpp])));
    assert.deepEqual(honest.evidence.verification?.perturbation, { from: '1000', to: '999', outcome: 'follows' });
    assert.deepEqual(honest.evidence.verification.sanitizers, { checked: true });
  });

  it('finds undefined behaviour in a program whose output is equal', async () => {
    const shifted = equalCpp.replace('long total = 0;', 'int one = 1, places = 40; long total = 0 * (one << places);');
    const { evidence } = await run(unitOf(python), servicesFor(scriptedConverter([shifted, equalCpp])));
    assert.match(
      evidence.attempts[0]?.verification?.mismatch?.summary ?? '',
      /undefined behaviour: shift exponent 40.* in line 3/,
    );
    assert.equal(evidence.verification?.outcome, 'equal');
  });

  it('does not run model-written code that the user declined to run', async () => {
    const services = servicesFor(scriptedConverter([equalCpp]), { approveUntrustedCode: async () => false });
    const { evidence } = await run(unitOf(python), services);
    assert.equal(evidence.verification, undefined);
    assert.match(evidence.notChecked.join(' '), /declined/);
  });

  it('ends as cancelled at once when cancelled in the middle of a run', async () => {
    const cancel = new AbortController();
    const started = convert(
      unitOf('while True:\n    pass\n'),
      servicesFor(scriptedConverter([equalCpp])),
      options,
      cancel.signal,
    );
    let evidence: Evidence | undefined;
    const ends: string[][] = [];
    for await (const event of started) {
      if (event.type === 'stage' && ['failed', 'cancelled'].includes(event.state))
        ends.push([event.stage, event.state]);
      if (event.type === 'stage' && event.stage === 'verify') setTimeout(() => cancel.abort(), 100);
      if (event.type === 'finished') evidence = event.evidence;
    }
    assert.equal(evidence?.status, 'cancelled');
    assert.equal(evidence.cpp, equalCpp);
    assert.deepEqual(ends, [['verify', 'cancelled']]);
  });

  it('writes the record stage by stage and reads it back', async () => {
    await using folder = await createTemporaryFolder();
    const store = new EvidenceStore(join(folder.path, 'history'));
    const statuses: string[] = [];
    const save = async (evidence: Evidence): Promise<void> => {
      statuses.push(evidence.status);
      await store.save(evidence);
    };
    const { evidence } = await run(unitOf(python), servicesFor(scriptedConverter([equalCpp]), { save }));
    assert.equal(statuses[0], 'running');
    assert.equal(statuses.at(-1), 'succeeded');
    assert.deepEqual(await store.load(evidence.id), evidence);
    assert.deepEqual(
      (await store.list()).map(({ id }) => id),
      [evidence.id],
    );
    await store.saveEdit(evidence.id, '// mine');
    assert.equal(await store.loadEdit(evidence.id), '// mine');
    assert.deepEqual(await store.load(evidence.id), evidence);
    await store.remove(evidence.id);
    assert.equal(await store.loadEdit(evidence.id), undefined);
    assert.deepEqual(await store.list(), []);
    await assert.rejects(store.load('../../etc/passwd'), Failure);
    await assert.rejects(access(join(folder.path, 'history', `${evidence.id}.json`)));
  });

  it('measures C++ that is given, under its own name and without converting', async () => {
    const converter = scriptedConverter([]);
    const { events, evidence } = await run(unitOf(python), servicesFor(converter), {
      given: { cpp: equalCpp, fileName: 'mine.cpp' },
    });
    assert.equal(converter.requests.length, 0);
    assert.equal(evidence.given, 'mine.cpp');
    assert.equal(evidence.verification?.outcome, 'equal');
    assert.equal(events.filter((event) => event.type === 'stage' && event.stage === 'convert').length, 0);
    assert.match(evidence.attempts[0]?.compiler?.command ?? '', / mine\.cpp /);
  });

  it('lets two write at the same time, and works on this machine for one after the other', async () => {
    const { promise: bothWrite, resolve } = Promise.withResolvers<void>();
    let writing = 0;
    const turns = new Turns();
    const order: string[] = [];
    const one = async (name: string): Promise<Evidence> => {
      const scripted = scriptedConverter([equalCpp]);
      const converter: Converter = {
        ...scripted,
        async *convert(request, stop): AsyncGenerator<ConverterEvent> {
          if (++writing === 2) resolve();
          await bothWrite;
          yield* scripted.convert(request, stop);
        },
      };
      const services = servicesFor(converter, {
        takeTurn: async (work, signal) => (work === 'write' ? () => undefined : turns.take(signal)),
      });
      for await (const event of convert(unitOf(python), services, options, new AbortController().signal)) {
        if (event.type === 'stage' && event.stage !== 'convert') order.push(name);
        if (event.type === 'finished') return event.evidence;
      }
      throw new Error('The conversion has no end.');
    };
    const evidences = await Promise.all([one('a'), one('b')]);
    assert.deepEqual(
      evidences.map(({ verification }) => verification?.outcome),
      ['equal', 'equal'],
    );
    const first = order[0] ?? '';
    assert.deepEqual(order, [...order.filter((name) => name === first), ...order.filter((name) => name !== first)]);
    assert.equal(new Set(order).size, 2);
    // Waiting for the turn is not our own work.
    assert.ok(evidences.every(({ overheadSeconds = 9 }) => overheadSeconds < 2));
  });

  it('goes on when the record cannot be saved', async () => {
    const services = servicesFor(scriptedConverter([equalCpp]), { save: () => Promise.reject(new Error('disk full')) });
    const { evidence } = await run(unitOf(python), services);
    assert.equal(evidence.status, 'succeeded');
  });
});
