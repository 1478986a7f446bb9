/** Measures every sample: built-in engine against CPython. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { root } from '../environment.ts';
import { convertFile, type Measured } from './convertFile.ts';
import { printTable } from './table.ts';

const samples = join(root, 'samples');

const times = (value: number): string => `${value.toFixed(1)}×`;

function sampleRow(name: string, { evidence }: Measured): string[] {
  const { benchmark, overheadSeconds } = evidence;
  const own = overheadSeconds === undefined ? '' : `${(overheadSeconds * 1000).toFixed(0)} ms`;
  const outcome = evidence.verification?.outcome ?? evidence.failure?.reason ?? evidence.status;
  if (!benchmark) return [name, outcome, '', '', '', '', own];
  const [low, high] = benchmark.interval;
  return [
    name,
    outcome,
    `${benchmark.python.median.toFixed(3)} s`,
    `${benchmark.cpp.median.toFixed(4)} s`,
    times(benchmark.speedUp),
    `${low.toFixed(1)}–${high.toFixed(1)}`,
    own,
  ];
}

/** Prints the table of the samples, or of those that are named; false when one of them could not be measured. */
export async function measure(wanted: readonly string[]): Promise<boolean> {
  const names = (await readdir(samples)).filter((name) => name.endsWith('.py'));
  const chosen = wanted.length ? names.filter((name) => wanted.includes(basename(name, '.py'))) : names;
  const rows: string[][] = [];
  const gains: number[] = [];
  for (const name of chosen) {
    const measured = await convertFile(join(samples, name), true);
    rows.push(sampleRow(name, measured));
    if (measured.evidence.benchmark) gains.push(measured.evidence.benchmark.speedUp);
    const failure = measured.evidence.failure;
    console.error(`${name}: ${failure ? failure.message : 'measured'}`);
  }
  printTable(
    'Samples: built-in engine against CPython, both measured in the same run; own time leaves out compiler and programs',
    ['Sample', 'Outputs', 'Python', 'C++', 'Speed-up', '95 %', 'Own time'],
    rows,
  );
  if (gains.length) {
    const mean = Math.exp(gains.reduce((sum, gain) => sum + Math.log(gain), 0) / gains.length);
    console.log(`\nGeometric mean of ${gains.length} speed-ups: ${times(mean)}`);
  }
  return gains.length === chosen.length;
}
