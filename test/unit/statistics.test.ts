import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { buildRecord } from '../../src/benchmark/benchmarkPrograms.ts';
import {
  benchmarkJson,
  benchmarkMarkdown,
  benchmarkText,
  formatBytes,
  formatNumber,
  formatSeconds,
  formatSpeedUp,
} from '../../src/benchmark/report.ts';
import { bootstrapRatioInterval, summarise } from '../../src/benchmark/statistics.ts';
import { seededRandom } from '../../src/shared/seededRandom.ts';
import type { BenchmarkSample } from '../../src/shared/evidence.ts';

describe('summarising times', () => {
  it('finds median and median absolute deviation', () => {
    const { count, median, mad, minimum, maximum } = summarise([1, 2, 3, 4, 100]);
    assert.deepEqual([count, median, mad, minimum, maximum], [5, 3, 1, 1, 100]);
  });

  it('flags outliers by the modified z-score', () => {
    assert.deepEqual(summarise([1, 2, 3, 4, 100]).outliers, [4]);
    assert.deepEqual(summarise([10, 10.1, 9.9, 10.05, 9.95]).outliers, []);
    assert.deepEqual(summarise([5, 5, 5, 5, 5, 5, 5, 5, 5, 50]).outliers, [9], 'also when most values are equal');
    assert.deepEqual(summarise([5, 5, 5]).outliers, []);
    assert.deepEqual(summarise([1]).outliers, []);
  });
});

describe('the bootstrap interval', () => {
  it('is the same for the same seed', () => {
    const python = [1, 1.1, 0.9, 1.05, 0.97];
    const cpp = [0.1, 0.11, 0.09, 0.1, 0.12];
    assert.deepEqual(
      bootstrapRatioInterval(python, cpp, { seed: 7 }),
      bootstrapRatioInterval(python, cpp, { seed: 7 }),
    );
  });

  it('is one point when nothing varies', () => {
    assert.deepEqual(bootstrapRatioInterval([2, 2, 2], [1, 1, 1], { seed: 1 }), [2, 2]);
  });

  it('holds ratios that the samples can give', () => {
    const times = fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(times, times, fc.integer(), (a, b, seed) => {
        const [low, high] = bootstrapRatioInterval(a, b, { seed, resamples: 100 });
        assert.ok(low <= high);
        assert.ok(low >= Math.min(...a) / Math.max(...b) - 1e-9);
        assert.ok(high <= (Math.max(...a) / Math.min(...b)) * (1 + 1e-9));
      }),
      { numRuns: 50 },
    );
  });

  it('holds the true ratio about as often as it says', () => {
    const random = seededRandom(42);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let hits = 0;
    for (let trial = 0; trial < 200; trial++) {
      const python = Array.from({ length: 20 }, () => 10 + normal());
      const cpp = Array.from({ length: 20 }, () => 1 + 0.1 * normal());
      const [low, high] = bootstrapRatioInterval(python, cpp, { seed: trial, resamples: 300 });
      if (low <= 10 && 10 <= high) hits++;
    }
    assert.ok(hits >= 180, `${hits} of 200 intervals hold the true ratio`);
  });
});

describe('the seeded generator', () => {
  it('gives numbers in [0, 1) that spread evenly', () => {
    const random = seededRandom(3);
    const numbers = Array.from({ length: 10_000 }, random);
    assert.ok(numbers.every((number) => number >= 0 && number < 1));
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    assert.ok(Math.abs(mean - 0.5) < 0.02, String(mean));
  });
});

describe('the record and its report', () => {
  const sample = (side: BenchmarkSample['side'], seconds: number, warmUp = false): BenchmarkSample => ({
    side,
    seconds,
    warmUp,
    peakMemoryBytes: 1024 ** 2 * (side === 'python' ? 10 : 2),
  });
  const samples = [
    sample('cpp', 9, true),
    sample('python', 9, true),
    ...[2, 2.1, 1.9].map((s) => sample('python', s)),
    ...[0.1, 0.11, 0.09].map((s) => sample('cpp', s)),
  ];
  const record = buildRecord(samples, { python: 0.02, cpp: 0.01 }, ['A note.'], 1);

  it('leaves warm-up runs out of the figures but keeps them as samples', () => {
    assert.equal(record.python.median, 2);
    assert.equal(record.cpp.median, 0.1);
    assert.equal(record.speedUp, 20);
    assert.equal(record.samples.length, 8);
    assert.ok(Math.abs((record.speedUpWithoutStartUp ?? 0) - 1.98 / 0.09) < 1e-9);
    assert.equal(record.python.peakMemoryBytes, 10 * 1024 ** 2);
  });

  it('takes start-up off only where both are well above it, and says when they are not', () => {
    const short = buildRecord(samples, { python: 0.02, cpp: 0.08 }, [], 1);
    assert.equal(short.speedUpWithoutStartUp, undefined);
    assert.match(short.notes.join(), /hardly longer than an empty program/);
  });

  it('is written as text, Markdown and JSON', () => {
    const text = benchmarkText(record);
    assert.match(text, /Median +2\.00 s +100 ms/);
    assert.match(text, /20\.0x faster \(95 % interval/);
    assert.match(text, /A note\./);
    const markdown = benchmarkMarkdown(record);
    assert.match(markdown, /^\| Peak memory \| 10\.0 MiB \| 2\.00 MiB \|$/m);
    assert.deepEqual(JSON.parse(benchmarkJson(record)), record);
  });

  it('claims neither faster nor slower when the interval holds 1', () => {
    assert.match(formatSpeedUp({ ...record, speedUp: 1.01, interval: [0.9, 1.2] }), /^no measurable difference/);
    assert.equal(
      formatSpeedUp({ ...record, speedUp: 0.5, interval: [0.4, 0.8] }),
      '2.00x slower (95 % interval 1.25 to 2.50)',
    );
  });

  it('writes quantities with three digits', () => {
    assert.deepEqual([1.5, 0.0123, 0.0000045, 123.4].map(formatSeconds), ['1.50 s', '12.3 ms', '4.50 µs', '123 s']);
    assert.deepEqual([0, 1234.5, 0.0012345].map(formatNumber), ['0', '1235', '0.00123']);
    assert.equal(formatBytes(3 * 1024 ** 2), '3.00 MiB');
  });
});
