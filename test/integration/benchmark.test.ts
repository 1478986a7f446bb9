import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import {
  benchmarkPrograms,
  type BenchmarkEvent,
  type BenchmarkRequest,
} from '../../src/benchmark/benchmarkPrograms.ts';
import type { Compiler } from '../../src/cpp/compiler.ts';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createRunner } from '../../src/execution/createRunner.ts';
import { DEFAULT_RUN_LIMITS } from '../../src/execution/limitedCommand.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { findInterpreter, type Interpreter } from '../../src/python/interpreter.ts';
import type { VerificationRecord } from '../../src/shared/evidence.ts';
import type { Failure } from '../../src/shared/failure.ts';
import { DEFAULT_RULE } from '../../src/verification/compareOutputs.ts';
import { verifyProgram } from '../../src/verification/verifyProgram.ts';

const { platform } = process;
const signal = new AbortController().signal;
const limits = { ...DEFAULT_RUN_LIMITS, timeoutSeconds: 10 };

describe('with a real compiler and Python', () => {
  const runner = createRunner({ environment: process.env, platform });
  let compiler: Compiler;
  let python: Interpreter;
  let folder: TemporaryFolder;

  before(async () => {
    const [first] = await findCompilers({ environment: process.env, platform, signal });
    assert.ok(first);
    compiler = first;
    python = await findInterpreter({ environment: process.env, platform, signal });
    folder = await createTemporaryFolder();
  });
  after(() => folder.remove());

  let programs = 0;
  async function build(source: string): Promise<string> {
    const { program, output } = await compiler.compile(
      { source, folder: folder.path, name: `program${programs++}`, flags: [] },
      { signal },
    );
    assert.ok(program, output);
    return program;
  }

  describe('verifying a program', () => {
    const verify = async (
      source: string,
      cpp: string,
      more: { stdin?: string; args?: string[]; timeoutSeconds?: number } = {},
    ): Promise<VerificationRecord> => {
      const { timeoutSeconds = limits.timeoutSeconds, ...given } = more;
      return verifyProgram(
        {
          runner,
          python,
          cppProgram: await build(cpp),
          source,
          limits: { ...limits, timeoutSeconds },
          rule: DEFAULT_RULE,
          platform,
          ...given,
        },
        { signal },
      );
    };

    it('finds equal programs equal on the same arguments and input', async () => {
      const record = await verify(
        'import sys\nprint(input(), sys.argv[1])\n',
        '#include <iostream>\n#include <string>\nint main(int, char** argv) { std::string s; std::getline(std::cin, s); std::cout << s << " " << argv[1] << "\\n"; }',
        { stdin: 'né\n', args: ['x y'] },
      );
      assert.equal(record.outcome, 'equal');
      assert.equal(record.inputs, 1);
      assert.equal(record.cpp?.stdout, 'né x y\n');
      assert.deepEqual(record.notChecked, []);
      assert.deepEqual(record.rule, DEFAULT_RULE);
    });

    it('finds a wrong line', async () => {
      const record = await verify('print(-7 // 2)', '#include <cstdio>\nint main() { std::printf("%d\\n", -7 / 2); }');
      assert.equal(record.outcome, 'different');
      assert.match(record.mismatch?.summary ?? '', /Python wrote "-4", the C\+\+ wrote "-3"/);
    });

    it('finds a crash and an endless loop', async () => {
      const crash = await verify('print(1)', '#include <csignal>\nint main() { std::raise(SIGSEGV); }');
      assert.match(crash.mismatch?.summary ?? '', /SIGSEGV/);
      const endless = await verify('print(1)', 'int main() { volatile bool on = true; while (on) {} }', {
        timeoutSeconds: 1,
      });
      assert.deepEqual([endless.outcome, endless.mismatch?.kind], ['different', 'ended']);
    });

    it('compares the exception type', async () => {
      const failing = (name: string): string =>
        `#include <cstdio>\nint main() { std::fputs("${name}: x\\n", stderr); return 1; }`;
      assert.equal((await verify('1 // 0', failing('ZeroDivisionError'))).outcome, 'equal');
      assert.equal((await verify('1 // 0', failing('ValueError'))).mismatch?.kind, 'exception');
    });

    it('does not judge when the Python itself does not run here', async () => {
      const missing = await verify('import no_such_module_here', 'int main() { return 1; }');
      assert.equal(missing.outcome, 'not-compared');
      assert.match(missing.notChecked[0] ?? '', /no_such_module_here/);
      const endless = await verify('while True: pass', 'int main() {}', { timeoutSeconds: 1 });
      assert.equal(endless.outcome, 'not-compared');
      assert.match(endless.notChecked[0] ?? '', /The Python was ended after 1 s, the time limit\./);
    });

    it('says when nothing was written to compare', async () => {
      const record = await verify('x = 1', 'int main() {}');
      assert.equal(record.outcome, 'equal');
      assert.match(record.notChecked[0] ?? '', /wrote nothing/);
    });

    it('stops on cancel', async () => {
      const controller = new AbortController();
      const cppProgram = await build('int main() {}');
      const verifying = verifyProgram(
        { runner, python, cppProgram, source: 'while True: pass', limits, rule: DEFAULT_RULE, platform },
        { signal: controller.signal },
      );
      setTimeout(() => controller.abort(), 200);
      await assert.rejects(verifying, (error: Failure) => error.reason === 'cancelled');
    });
  });

  describe('benchmarking', () => {
    const measure = async (
      source: string,
      cpp: string,
      more: Partial<BenchmarkRequest> = {},
      stop: AbortSignal = signal,
    ): Promise<BenchmarkEvent[]> => {
      const request = {
        runner,
        python,
        source,
        cppProgram: await build(cpp),
        compiler,
        flags: [],
        limits,
        minimumSeconds: 0.1,
        ...more,
      };
      const events: BenchmarkEvent[] = [];
      for await (const event of benchmarkPrograms(request, { signal: stop })) events.push(event);
      return events;
    };

    it('measures both in alternation after a warm-up and ends with the record', async () => {
      const events = await measure('print(sum(range(100000)))', 'int main() {}');
      const last = events.at(-1);
      assert.equal(last?.type, 'benchmarked');
      const { record } = last;
      assert.ok(record.python.count >= 10 && record.cpp.count >= 10);
      assert.deepEqual(
        record.samples.slice(0, 2).map((sample) => [sample.side, sample.warmUp]),
        [
          ['cpp', true],
          ['python', true],
        ],
      );
      assert.deepEqual(
        record.samples.slice(2, 6).map((sample) => sample.side),
        ['python', 'cpp', 'cpp', 'python'],
      );
      assert.equal(events.length, record.samples.length + 1);
      assert.ok(record.interval[0] <= record.speedUp && record.speedUp <= record.interval[1]);
      assert.ok((record.python.startUpSeconds ?? 0) > 0 && (record.cpp.startUpSeconds ?? 0) > 0);
      if (platform !== 'win32') assert.ok((record.python.peakMemoryBytes ?? 0) > 1e6);
    });

    it('knows the peak memory of a program that is over in a moment', async function () {
      if (platform === 'win32') this.skip();
      const cpp =
        '#include <cstring>\n#include <cstdlib>\nint main() { char* p = (char*)std::malloc(50 << 20); std::memset(p, 1, 50 << 20); return p[1234] - 1; }';
      const last = (await measure('print(1)', cpp)).at(-1);
      assert.equal(last?.type, 'benchmarked');
      const { peakMemoryBytes = 0 } = last.record.cpp;
      assert.ok(peakMemoryBytes > 50 * 2 ** 20 && peakMemoryBytes < 60 * 2 ** 20, String(peakMemoryBytes));
    });

    it('makes fewer runs of a long program, and says so', async () => {
      const events = await measure('import time; time.sleep(0.6)', 'int main() {}', { budgetSeconds: 1 });
      const last = events.at(-1);
      assert.equal(last?.type, 'benchmarked');
      assert.ok(last.record.python.count >= 1 && last.record.python.count < 10);
      assert.match(last.record.notes.join('\n'), /time budget of 1 s/);
    });

    it('fails when a program does', async () => {
      await assert.rejects(
        measure('print(1)', '#include <cstdlib>\nint main() { std::abort(); }'),
        (error: Failure) => error.reason === 'program-failed' && error.message.includes('SIGABRT'),
      );
      await assert.rejects(
        measure('while True: pass', 'int main() {}', { limits: { ...limits, timeoutSeconds: 1 } }),
        (error: Failure) => error.reason === 'timed-out',
      );
    });

    it('stops on cancel', async () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 1000);
      await assert.rejects(
        measure('import time; time.sleep(5)', 'int main() {}', {}, controller.signal),
        (error: Failure) => error.reason === 'cancelled',
      );
    });
  });
});
