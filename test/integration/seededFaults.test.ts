import assert from 'node:assert/strict';
import { convert, sha256 } from '../../src/conversion/session.ts';
import type { Converter } from '../../src/conversion/converter.ts';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createRunner } from '../../src/execution/createRunner.ts';
import { findInterpreter } from '../../src/python/interpreter.ts';
import { createPythonParser, type PythonParser } from '../../src/python/parser.ts';
import { selectUnit } from '../../src/python/selectUnit.ts';
import type { Evidence } from '../../src/shared/evidence.ts';
import { DEFAULT_RULE } from '../../src/verification/compareOutputs.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';
import { seededPrograms, type SeededProgram } from '../fixtures/seededFaults.ts';

describe('Faults as models make them', function () {
  this.timeout(120_000);
  let assets: AssetFolder;
  let parser: PythonParser;
  before(async () => {
    assets = await createAssetFolder();
    parser = await createPythonParser({ assetFolder: assets.path });
  });
  after(() => assets[Symbol.asyncDispose]());

  async function examine({ python, functionName }: SeededProgram, cpp: string): Promise<Evidence> {
    const result = selectUnit(parser, { text: python, ...(functionName ? { functionName } : { wholeFile: true }) });
    assert.ok(result.ok);
    assert.equal(result.unit.record.sha256, sha256(result.unit.source));
    const converter: Converter = {
      id: 'test/model',
      label: 'Model',
      canRepair: false,
      writesUntrustedCode: true,
      async *convert() {
        yield { type: 'finished', cpp };
      },
    };
    const system = { environment: process.env, platform: process.platform };
    const events = convert(
      result.unit,
      {
        converter,
        assetFolder: assets.path,
        findCompiler: async (signal) => {
          const [compiler] = await findCompilers({ ...system, signal });
          assert.ok(compiler, 'the tests need a C++ compiler');
          return compiler;
        },
        findInterpreter: (signal) => findInterpreter({ ...system, signal }),
        createRunner: () => Promise.resolve(createRunner(system)),
      },
      {
        flags: ['-std=c++20', '-O0'],
        compile: true,
        verify: true,
        benchmark: false,
        rule: DEFAULT_RULE,
        limits: { timeoutSeconds: 10, outputBytes: 1 << 24, memoryBytes: 2 ** 31 },
        args: [],
        repairRounds: 0,
        inputs: 160,
      },
      new AbortController().signal,
    );
    let evidence: Evidence | undefined;
    for await (const event of events) if (event.type === 'finished') evidence = event.evidence;
    assert.ok(evidence);
    return evidence;
  }

  const faults = seededPrograms.flatMap((program) => program.faults);
  it(`are at least 40 in 12 programs, each a change of C++ that is right`, () => {
    assert.ok(faults.length >= 40, String(faults.length));
    assert.equal(seededPrograms.length, 12);
    for (const { cpp, faults } of seededPrograms)
      for (const [name, from] of faults) assert.ok(cpp.includes(from), name);
  });

  for (const program of seededPrograms) {
    it(`${program.name}: the right translation is equal`, async () => {
      const { verification, failure, notChecked } = await examine(program, program.cpp);
      assert.equal(
        verification?.outcome,
        'equal',
        verification?.mismatch?.summary ??
          failure?.message ??
          [...notChecked, ...(verification?.notChecked ?? [])].join(' '),
      );
    });
    for (const [name, from, to] of program.faults) {
      it(`${program.name}: ${name} is caught`, async () => {
        const { verification, failure } = await examine(
          program,
          program.cpp.replace(from, () => to),
        );
        assert.ok(
          failure?.reason === 'compile-failed' || verification?.outcome === 'different',
          `${verification?.outcome}: ${verification?.notChecked.join(' ')}`,
        );
      });
    }
  }
});
