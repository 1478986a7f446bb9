/** Measures the verification: faults that it catches, right translations that it calls different, and its time. */
import { performance } from 'node:perf_hooks';
import { median } from 'simple-statistics';
import type { Evidence } from '../../src/shared/evidence.ts';
import { createAssetFolder } from '../../test/fixtures/assetFolder.ts';
import { complaint, createCppExaminer } from '../../test/fixtures/cppExaminer.ts';
import { rightTranslations } from '../../test/fixtures/rightTranslations.ts';
import { seededPrograms } from '../../test/fixtures/seededFaults.ts';
import { printTable } from './table.ts';

interface Case {
  readonly program: (typeof seededPrograms)[number];
  readonly name: string;
  readonly cpp: string;
  readonly isRight: boolean;
}

function cases(): Case[] {
  return seededPrograms.flatMap((program) => [
    { program, name: 'plain', cpp: program.cpp, isRight: true },
    ...rightTranslations
      .filter(({ of }) => of === program.name)
      .map(({ style, cpp }) => ({ program, name: style, cpp, isRight: true })),
    ...program.faults.map(([name, from, to]) => ({
      program,
      name,
      cpp: program.cpp.replace(from, () => to),
      isRight: false,
    })),
  ]);
}

function isCaught({ verification, failure }: Evidence): boolean {
  return failure?.reason === 'compile-failed' || verification?.outcome === 'different';
}

/** Prints how each program fared; false when a fault got through or what is right was called different. */
export async function measure(wanted: readonly string[]): Promise<boolean> {
  await using assets = await createAssetFolder();
  const examine = await createCppExaminer(assets.path);
  const found: (Case & { readonly isGood: boolean; readonly seconds: number; readonly compileSeconds: number })[] = [];
  for (const each of cases()) {
    if (wanted.length > 0 && !wanted.includes(each.program.name)) continue;
    const started = performance.now();
    const evidence = await examine(each.program, each.cpp);
    const seconds = (performance.now() - started) / 1000;
    const isGood = each.isRight ? complaint(evidence) === undefined : isCaught(evidence);
    found.push({ ...each, isGood, seconds, compileSeconds: evidence.attempts.at(-1)?.compiler?.seconds ?? 0 });
    if (!isGood) {
      const told = each.isRight ? `false alarm: ${complaint(evidence)}` : 'not caught';
      console.error(`${each.program.name}, ${each.name}: ${told}`);
    }
  }
  const count = (all: readonly { readonly isGood: boolean }[]): string =>
    `${all.filter(({ isGood }) => isGood).length} of ${all.length}`;
  const row = (name: string, all: typeof found): string[] => [
    name,
    count(all.filter(({ isRight }) => !isRight)),
    count(all.filter(({ isRight }) => isRight)),
    `${median(all.map(({ seconds }) => seconds)).toFixed(1)} s`,
    `${Math.max(...all.map(({ seconds }) => seconds)).toFixed(1)} s`,
    `${median(all.map(({ compileSeconds }) => compileSeconds)).toFixed(1)} s`,
  ];
  const names = [...new Set(found.map(({ program }) => program.name))];
  printTable(
    'Verification, from C++ to the verdict, sanitizers included (-O0)',
    ['program', 'faults caught', 'right called equal', 'median', 'longest', 'of it one compilation'],
    [
      ...names.map((name) =>
        row(
          name,
          found.filter(({ program }) => program.name === name),
        ),
      ),
      ...(found.length > 0 ? [row('all', found)] : []),
    ],
  );
  return found.every(({ isGood }) => isGood);
}
