/** The pipeline as the benchmark runs it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convert } from '../../src/conversion/session.ts';
import { BUILTIN_CONVERTER_ID, createConverter } from '../../src/converters/createConverter.ts';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createRunner } from '../../src/execution/createRunner.ts';
import { findInterpreter } from '../../src/python/interpreter.ts';
import { createPythonParser } from '../../src/python/parser.ts';
import { selectUnit } from '../../src/python/selectUnit.ts';
import type { PythonUnit } from '../../src/python/unit.ts';
import type { Evidence } from '../../src/shared/evidence.ts';
import { DEFAULT_RULE } from '../../src/verification/compareOutputs.ts';
import { root } from '../environment.ts';

const assetFolder = join(root, 'dist', 'assets');

/** What one conversion left, and when its first event and its first code came, in seconds from the call. */
export interface Measured {
  readonly evidence: Evidence;
  readonly secondsToFirstEvent: number;
  readonly secondsToCode: number;
}

async function readUnit(file: string): Promise<PythonUnit> {
  const parser = await createPythonParser({ assetFolder });
  const result = selectUnit(parser, { text: await readFile(file, 'utf8'), wholeFile: true, file });
  if (!result.ok) throw new Error(`${file}: ${result.diagnostics.map((item) => item.message).join(' ')}`);
  return result.unit;
}

/** Converts a file with the built-in engine; compiles, compares and benchmarks it as well when `measure` is set. */
export async function convertFile(file: string, measure: boolean): Promise<Measured> {
  const system = { environment: process.env, platform: process.platform };
  const start = performance.now();
  const unit = await readUnit(file);
  const converter = await createConverter(BUILTIN_CONVERTER_ID, {
    assetFolder,
    languageModel: () => Promise.reject(new Error('the benchmark asks no language model')),
  });
  const events = convert(
    unit,
    {
      converter,
      assetFolder,
      findCompiler: async (signal) => {
        const [compiler] = await findCompilers({ ...system, signal });
        if (!compiler) throw new Error('there is no C++ compiler');
        return compiler;
      },
      findInterpreter: (signal) => findInterpreter({ ...system, signal }),
      createRunner: async () => createRunner(system),
    },
    {
      compile: measure,
      verify: measure,
      benchmark: measure,
      rule: DEFAULT_RULE,
      limits: { timeoutSeconds: 60, outputBytes: 16 * 1024 * 1024, memoryBytes: 4 * 1024 ** 3 },
      args: [],
      repairRounds: 0,
    },
    new AbortController().signal,
  );
  let secondsToFirstEvent = NaN;
  let secondsToCode = NaN;
  for await (const event of events) {
    const seconds = (performance.now() - start) / 1000;
    if (Number.isNaN(secondsToFirstEvent)) secondsToFirstEvent = seconds;
    if (event.type === 'code' && Number.isNaN(secondsToCode)) secondsToCode = seconds;
    if (event.type === 'finished') return { evidence: event.evidence, secondsToFirstEvent, secondsToCode };
  }
  throw new Error('the conversion ended without a record');
}
