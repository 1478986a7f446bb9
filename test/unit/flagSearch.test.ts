import assert from 'node:assert/strict';
import { betterFlags, flagMarkdown, flagRecord, flagTable } from '../../src/conversion/flagReport.ts';
import { equalTrials, flagChoices, type FlagTrial } from '../../src/conversion/flagSearch.ts';
import type { Compiler } from '../../src/cpp/compiler.ts';
import type { Evidence } from '../../src/shared/evidence.ts';

const compiler = (id: Compiler['id'], defaultFlags: readonly string[]): Compiler => ({
  id,
  label: id,
  version: '12.2.0',
  path: `/usr/bin/${id}`,
  defaultFlags,
  compile: () => assert.fail('nothing is compiled here'),
});
const gcc = compiler('gcc', ['-std=c++20', '-O3', '-march=native', '-ffp-contract=off']);
const clang = compiler('clang', ['-std=c++20', '-O3', '-march=native']);

describe('The fastest equal flags', () => {
  it('tries a short list with the first compiler and the usual flags of the other, each once', () => {
    const tried = flagChoices([gcc, compiler('gcc', ['-O3']), clang]).map((each) => [
      each.compiler.id,
      each.flags.join(' '),
    ]);
    assert.deepEqual(tried, [
      ['gcc', '-std=c++20 -O3 -march=native -ffp-contract=off'],
      ['gcc', '-std=c++20 -ffp-contract=off -O2'],
      ['gcc', '-std=c++20 -ffp-contract=off -O3'],
      ['gcc', '-std=c++20 -ffp-contract=off -O3 -march=native -flto'],
      ['gcc', '-std=c++20 -ffp-contract=off -O3 -march=native -ffast-math'],
      ['clang', '-std=c++20 -O3 -march=native'],
    ]);
    assert.equal(
      flagChoices([gcc], ['-std=c++20', '-ffp-contract=off', '-O2']).filter(({ flags }) => flags.includes('-O2'))
        .length,
      1,
    );
  });

  it('offers what was equal only, the fastest first, and says what was wrong with the rest', () => {
    const trial = (flags: string, evidence: Partial<Evidence>, seconds?: number): FlagTrial => ({
      compiler: gcc,
      flags: [flags],
      evidence: { notChecked: [], ...evidence } as unknown as Evidence,
      ...(seconds !== undefined && { seconds }),
    });
    const verification = (outcome: 'equal' | 'different', summary = ''): Partial<Evidence> =>
      ({ verification: { outcome, mismatch: { summary } } }) as unknown as Partial<Evidence>;
    const trials = [
      trial('-O2', verification('equal'), 0.2),
      trial('-O3', verification('equal'), 0.1),
      trial('-ffast-math', verification('different', 'Line 1 differs.')),
    ];
    assert.deepEqual(
      equalTrials(trials).map(({ flags }) => flags[0]),
      ['-O3', '-O2'],
    );
    const records = trials.map(flagRecord);
    const table = flagTable(records);
    assert.match(table, /^gcc +-ffast-math +different$/m);
    assert.match(table, /^gcc -ffast-math: Line 1 differs\.$/m);
    assert.match(table, /^gcc +-O2 +equal +200 ms +1$/m);
    assert.match(flagMarkdown(records), /^\| gcc \| -ffast-math \| different \|  \|  \|$/m);
    assert.match(flagMarkdown(records), /^- gcc -ffast-math: Line 1 differs\.$/m);
  });

  it('keeps a set only where it is measurably faster than the usual one', () => {
    const record = { compiler: 'gcc', compilerPath: '/usr/bin/gcc', outcome: 'equal' } as const;
    const usual = { ...record, flags: ['-O3'], seconds: 0.2 };
    const near = {
      ...record,
      flags: ['-O2'],
      seconds: 0.19,
      againstFirst: { ratio: 1.05, interval: [0.97, 1.1] },
    } as const;
    const faster = {
      ...record,
      flags: ['-flto'],
      seconds: 0.1,
      againstFirst: { ratio: 2, interval: [1.8, 2.2] },
    } as const;
    assert.equal(betterFlags([usual, near]), undefined);
    assert.equal(betterFlags([usual, near, faster]), faster);
  });
});
