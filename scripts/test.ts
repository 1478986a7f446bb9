/**
 * Runs every check and every tier of tests, and ends with `N passed, N failed`.
 * `npm test -- --tier unit --grep TEXT` runs a part: the tier is `checks`, `unit`, `integration` or `workbench`.
 */
import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser, ensureServer, ensureTestTools, ensureToolchain, root, SetupError } from './environment.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
const ok: Counts = { passed: 1, failed: 0, skipped: 0 };
const failure: Counts = { passed: 0, failed: 1, skipped: 0 };

const outputFolder = join(root, 'test-output');
const { values } = parseArgs({ options: { tier: { type: 'string', multiple: true }, grep: { type: 'string' } } });

/** Runs a script and gives whether it succeeded; what it prints goes straight on, or to `print` where others run beside it. */
function node(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  print?: (text: string) => void,
): Promise<boolean> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['inherit', print ? 'pipe' : 'inherit', print ? 'pipe' : 'inherit'],
    env: { ...process.env, ...environment },
  });
  if (print) for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', print);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.once('close', (status) => resolve(status === 0));
  });
}

/** One command that either succeeds or prints what is wrong. What it prints is shown when it has ended, in one piece. */
async function check(what: string, args: readonly string[]): Promise<Counts> {
  const start = performance.now();
  let output = '';
  const succeeded = await node(args, {}, (text) => (output += text));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`\n== ${what}\n${output}${succeeded ? `${what}: fine` : `FAILED: ${what}`} (${seconds} s)`);
  return succeeded ? ok : failure;
}

/** Runs the tests of a tier, the files of it `jobs` at a time in the order given. */
async function mocha(tier: string, files: readonly string[], jobs = 1): Promise<Counts> {
  console.log(`\n== ${tier} tests`);
  const countsFile = join(outputFolder, `${tier}.json`);
  rmSync(countsFile, { force: true });
  // Where a part is asked for, a file may well have no test of it.
  const filter = values.grep ? ['--grep', values.grep, '--no-fail-zero'] : [];
  const mochaArguments = ['node_modules/mocha/bin/mocha.js', '--reporter', 'scripts/mochaReporter.cjs'];
  const together = jobs > 1 ? ['--parallel', '--jobs', String(jobs)] : [];
  const succeeded = await node([...mochaArguments, ...together, ...filter, ...files], {
    SLIPSTREAM_COUNTS: countsFile,
  });
  if (!existsSync(countsFile)) {
    console.log(`FAILED: the ${tier} tests ended without a result.`);
    return failure;
  }
  const counts = JSON.parse(readFileSync(countsFile, 'utf8')) as Counts;
  if (counts.passed + counts.failed === 0) {
    if (values.grep) return counts;
    console.log(`FAILED: no ${tier} test was found.`);
    return { ...counts, failed: 1 };
  }
  if (!succeeded && counts.failed === 0) {
    console.log(`FAILED: the ${tier} tests did not end well.`);
    return { ...counts, failed: 1 };
  }
  return counts;
}

/** Does what a tier needs first; when that fails, the tier has failed. */
async function prepared(prepare: () => Promise<unknown>, run: () => Promise<Counts[]>): Promise<Counts[]> {
  try {
    await prepare();
  } catch (error) {
    console.error(`FAILED: ${error instanceof SetupError ? error.message : String(error)}`);
    return [failure];
  }
  return run();
}

/** The same work once, however often it is asked for. */
function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= work());
}

const testMachine = once(async () => {
  await ensureToolchain();
  await ensureTestTools();
});
const editor = once(async () => {
  await testMachine();
  await ensureServer();
  await ensureBrowser();
});

/** The files of a tier, the longest first, so that none is left alone at the end while the other cores are idle. */
function testFiles(pattern: string, long: RegExp): string[] {
  const files = globSync(pattern, { cwd: root }).sort();
  return [...files.filter((file) => long.test(file)), ...files.filter((file) => !long.test(file))];
}

const tiers: Record<string, () => Promise<Counts[]>> = {
  checks: async () => [
    ...(await Promise.all([
      check('types', ['node_modules/typescript/bin/tsc', '-p', '.']),
      check('lint', ['node_modules/eslint/bin/eslint.js', '.']),
    ])),
    await check('format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']),
  ],
  unit: async () => [await check('build', ['esbuild.js']), await mocha('unit', globSync('test/unit/**/*.test.ts'))],
  integration: () =>
    prepared(testMachine, async () => [
      await mocha(
        'integration',
        testFiles('test/integration/**/*.test.ts', /(?:seededFaults|transpiler)\.test\.ts$/),
        availableParallelism(),
      ),
    ]),
  workbench: () =>
    prepared(editor, async () => {
      const builds = [
        await check('package', ['scripts/package.ts', '--out', 'test-output/slipstream.vsix']),
        await check('tests within the editor, build', ['esbuild.js', '--tests']),
      ];
      if (builds.includes(failure)) return builds;
      const files = testFiles('test/workbench/*.test.ts', /(?:convert|function|inEditor|tokens)\.test\.ts$/);
      // No more than two: each runs a VS Code, a browser and a compiler.
      return [...builds, await mocha('workbench', files, Math.min(2, availableParallelism()))];
    }),
};

mkdirSync(outputFolder, { recursive: true });
const chosen = values.tier ?? Object.keys(tiers);
const unknown = chosen.find((tier) => !tiers[tier]);
if (unknown !== undefined) {
  console.error(`There is no tier “${unknown}”: ${Object.keys(tiers).join(', ')}.`);
  process.exit(1);
}
// Fetching takes long and no processor: it goes on while the first tiers run. The tier that needs it tells why it failed.
if (chosen.includes('workbench')) editor().catch(() => {});
const all: Counts[] = [];
for (const tier of chosen) all.push(...((await tiers[tier]?.()) ?? []));
const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
const failed = sum('failed');
const skipped = sum('skipped');
if (skipped > 0) console.log(`\n${skipped} skipped, each for the reason told above`);
console.log(`\n${sum('passed')} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
