/**
 * Converts random Python programs, runs both languages and compares.
 *
 *   npm run fuzz [-- --seed 1 --count 200 --batch 50]
 *
 * Each program is a function of its own; a batch of them is compiled at once. What differs is kept in the system's temporary folder.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createTemporaryFolder } from '../src/execution/temporaryFolder.ts';
import { Transpiler } from '../src/transpiler/transpiler.ts';
import { ensureToolchain, root } from './environment.ts';

const run = promisify(execFile);
const MEBIBYTE = 2 ** 20;

/** The standard output of a program, and how it ended. */
async function outputOf(command: string, args: readonly string[], folder: string): Promise<string> {
  try {
    const { stdout } = await run(command, [...args], { cwd: folder, maxBuffer: 64 * MEBIBYTE, timeout: 120_000 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${stdout}ended with: ${stderr.trim().split('\n').at(-1) ?? ''}\n`;
  }
}

/** The lines of an output, by the program that printed them. */
function byCase(output: string): Map<string, string> {
  const parts = output.split(/^## (case_\d+)\n/m);
  const found = new Map<string, string>();
  for (let index = 1; index < parts.length; index += 2) found.set(parts[index] ?? '', parts[index + 1] ?? '');
  return found;
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    batch: { type: 'string', default: '50' },
  },
});
await ensureToolchain();
const generator = join(root, 'test', 'fixtures', 'generators', 'programs.py');
const generated = await run('python3', [generator, values.seed, values.count], { maxBuffer: 256 * MEBIBYTE });
const programs = (JSON.parse(generated.stdout) as string[]).map((text, number) => ({ name: `case_${number}`, text }));
const transpiler = await Transpiler.create({ assetFolder: join(root, 'dist', 'assets') });
const refusals = new Map<string, number>();
const accepted = programs.filter(({ text, name }) => {
  const result = transpiler.transpile(text);
  if (result.ok) return true;
  const reason = (result.diagnostics[0]?.message ?? '').replace(/`[a-z]+\d+`/g, '`…`');
  refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
  if (result.diagnostics[0]?.code === 'engine-fault') process.stdout.write(`${name}: ${reason}\n`);
  return false;
});
const kept = join(tmpdir(), 'slipstream-fuzz', values.seed);
await mkdir(kept, { recursive: true });
const faults: string[] = [];
let outgrown = 0;

async function keep(name: string, what: string): Promise<void> {
  faults.push(`${name} ${what}`);
  process.stdout.write(`${name} ${what}\n`);
  const program = programs.find((candidate) => candidate.name === name);
  if (program) await writeFile(join(kept, `${name}.py`), program.text);
}

/** Compiles and compares programs; those that do not compile are taken out, and the others tried again. */
async function judge(batch: readonly (typeof programs)[number][]): Promise<void> {
  if (batch.length === 0) return;
  const source = batch.map(({ name, text }) => `print("## ${name}")\n${text}`).join('\n');
  const result = transpiler.transpile(source);
  if (!result.ok) {
    const line = result.diagnostics[0]?.line ?? 0;
    const before = source
      .split('\n')
      .slice(0, line + 1)
      .join('\n');
    const name = [...before.matchAll(/^print\("## (case_\d+)"\)$/gm)].at(-1)?.[1] ?? '';
    process.stdout.write(`${name} is refused among others: ${result.diagnostics[0]?.message ?? ''}\n`);
    return judge(batch.filter((program) => program.name !== name));
  }
  await using folder = await createTemporaryFolder();
  await writeFile(join(folder.path, 'batch.py'), source);
  await writeFile(join(folder.path, 'batch.cpp'), result.cpp);
  try {
    await run('g++', ['-std=c++20', '-O0', '-o', 'batch', 'batch.cpp'], { cwd: folder.path, maxBuffer: 64 * MEBIBYTE });
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    const line = /^batch\.cpp:(\d+):\d+: error: (.*)$/m.exec(stderr);
    const own = [...stderr.matchAll(/^batch\.cpp:(\d+):/gm)].map((match) => Number(match[1]));
    const lines = result.cpp.split('\n');
    const at = own.findLast((number) => number > lines.indexOf('namespace program {')) ?? own[0] ?? 0;
    const functions = lines.slice(at - 1).join('\n');
    const name = /print\("## (case_\d+)"_s\)/.exec(functions)?.[1];
    const opened = lines.slice(0, at).findLast((text) => /^\S.*\bcase_\d+(?:_\w+)?\(/.test(text));
    const guilty =
      /case_(\d+)/.exec(opened ?? '')?.[0] ??
      /Class(\d+)/.exec(lines.slice(0, at).findLast((text) => /Class\d+/.test(text)) ?? '')?.[1] ??
      name ??
      '';
    const program = guilty.startsWith('case') ? guilty : `case_${guilty}`;
    await writeFile(join(kept, 'batch.cpp'), result.cpp);
    await keep(program, `does not compile: ${line?.[2] ?? stderr.slice(0, 300)}\n    ${lines[at - 1] ?? ''}`);
    const rest = batch.filter((one) => one.name !== program);
    if (rest.length < batch.length) await judge(rest);
    return;
  }
  const [python, cpp] = [
    byCase(await outputOf('python3', ['batch.py'], folder.path)),
    byCase(await outputOf(join(folder.path, 'batch'), [], folder.path)),
  ];
  for (const [index, { name }] of batch.entries()) {
    const [expected, actual] = [python.get(name), cpp.get(name)];
    if (expected === actual) continue;
    if (actual?.includes('64 bits')) {
      outgrown++;
      // That ends the whole program: those behind it have not been run.
      return judge(batch.slice(index + 1));
    }
    const wanted = (expected ?? '').split('\n');
    const got = (actual ?? '(nothing)').split('\n');
    const at = wanted.findIndex((text, index) => text !== got[index]);
    await keep(name, `differs:\n    Python: ${wanted[at] ?? ''}\n    C++:    ${got[at] ?? ''}`);
  }
}

for (let start = 0; start < accepted.length; start += Number(values.batch)) {
  await judge(accepted.slice(start, start + Number(values.batch)));
}
process.stdout.write(
  `${programs.length} programs, ${accepted.length} converted, ${outgrown} outgrew 64 bits, ${faults.length} faults\n`,
);
for (const [reason, count] of [...refusals].sort((a, b) => b[1] - a[1])) {
  process.stdout.write(`  ${count} refused: ${reason}\n`);
}
if (faults.length > 0) process.stdout.write(`The programs at fault are in ${kept}.\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
