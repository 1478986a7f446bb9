/** Measures each program of `test/benchmark` in CPython, PyPy and Cython, as our C++ and as C++ written by hand. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Compiler } from '../../src/cpp/compiler.ts';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createRunner } from '../../src/execution/createRunner.ts';
import { LAUNCHER_SOURCE } from '../../src/execution/launcherSource.ts';
import type { Runner } from '../../src/execution/runner.ts';
import { createTemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { findInterpreter } from '../../src/python/interpreter.ts';
import { Transpiler } from '../../src/transpiler/transpiler.ts';
import { findOnPath, root } from '../environment.ts';
import { parsePeerRequest, PEER_NAMES, PEERS, peerTable, type Peer, type PeerResult } from './peerTable.ts';
import { printTable } from './table.ts';

const programs = join(root, 'test', 'benchmark');
const handwritten = join(root, 'test', 'handwritten');
const signal = new AbortController().signal;
const limits = {
  timeoutSeconds: 300,
  outputBytes: 1024 * 1024,
  memoryBytes: 4 * 1024 ** 3,
  reservesAddressSpace: true,
};

interface Tools {
  readonly compiler: Compiler;
  readonly transpiler: Transpiler;
  readonly runner: Runner;
  readonly launcher: string | undefined;
  readonly python: string;
  readonly pypy: string | undefined;
  readonly cython: string | undefined;
  readonly cCompiler: string | undefined;
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

async function compile(compiler: Compiler, folder: string, name: string, source: string): Promise<string> {
  const { program, output } = await compiler.compile(
    { source, folder, name, flags: compiler.defaultFlags },
    { signal },
  );
  if (program === undefined) throw new Error(`${name} did not compile:\n${output}`);
  return program;
}

/** What a C compiler needs to build a program that holds this Python. */
function embeddingFlags(python: string): string[] {
  const question =
    'import sysconfig as s; v = s.get_config_var; print("\\n".join(["-I" + s.get_path("include"), "-L" + v("LIBDIR"), "-Wl,-rpath," + v("LIBDIR"), "-lpython" + v("LDVERSION")]))';
  return execFileSync(python, ['-c', question], { encoding: 'utf8' }).trim().split('\n');
}

/** Compiles a program with Cython in its pure Python mode; undefined, with the reason on standard error, when that fails. */
function compileWithCython(tools: Tools, file: string, folder: string): string | undefined {
  const { cython, cCompiler, python } = tools;
  if (cython === undefined || cCompiler === undefined) return undefined;
  const program = join(folder, 'cython');
  try {
    execFileSync(cython, ['-3', '--embed', file, '-o', `${program}.c`], { stdio: 'pipe' });
    const flags = [
      '-O3',
      '-march=native',
      '-w',
      '-o',
      program,
      `${program}.c`,
      ...embeddingFlags(python),
      '-lm',
      '-ldl',
    ];
    execFileSync(cCompiler, flags, { stdio: 'pipe' });
    return program;
  } catch (error) {
    console.error(`${basename(file)}: Cython failed: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function prepare(tools: Tools, name: string, folder: string, peers: ReadonlySet<Peer>) {
  const file = join(programs, `${name}.py`);
  const { compiler, transpiler, python, pypy } = tools;
  const converted = transpiler.transpile(await readFile(file, 'utf8'));
  if (!converted.ok) throw new Error(`${name}: ${converted.diagnostics.map((item) => item.message).join(' ')}`);
  const byHand = await readFile(join(handwritten, `${name}.cpp`), 'utf8');
  const commands = new Map<Peer, Command>();
  commands.set('hand', { command: await compile(compiler, folder, 'hand', byHand), args: [] });
  commands.set('ours', { command: await compile(compiler, folder, 'ours', converted.cpp), args: [] });
  if (peers.has('pypy') && pypy !== undefined) commands.set('pypy', { command: pypy, args: [file] });
  if (peers.has('cython')) {
    const program = compileWithCython(tools, file, folder);
    if (program !== undefined) commands.set('cython', { command: program, args: [] });
  }
  if (peers.has('cpython')) commands.set('cpython', { command: python, args: [file] });
  return commands;
}

async function measureProgram(
  tools: Tools,
  name: string,
  rounds: number,
  peers: ReadonlySet<Peer>,
): Promise<PeerResult> {
  await using folder = await createTemporaryFolder();
  const commands = await prepare(tools, name, folder.path, peers);
  const workingFolder = join(folder.path, 'run');
  await mkdir(workingFolder);
  const seconds: Partial<Record<Peer, number[]>> = {};
  const outputs = new Map<Peer, string>();
  for (let round = 0; round < rounds; ++round) {
    for (const [peer, command] of commands) {
      // One run tells enough of those that take tens of seconds.
      if (round > 0 && peer !== 'hand' && peer !== 'ours') continue;
      const request = { ...command, workingFolder, limits, ...(tools.launcher && { launcher: tools.launcher }) };
      const run = await tools.runner.run(request, { signal });
      if (run.exitCode !== 0) {
        const how = run.endedBy ?? `status ${run.exitCode ?? run.signal}`;
        throw new Error(`${name}, ${PEER_NAMES[peer]}: ${how}. ${run.stderr.slice(-500)}`);
      }
      outputs.set(peer, run.stdout);
      (seconds[peer] ??= []).push(run.seconds);
    }
  }
  const expected = outputs.get('cpython') ?? outputs.get('hand');
  return { name, seconds, different: PEERS.filter((peer) => outputs.has(peer) && outputs.get(peer) !== expected) };
}

function describePeers({ compiler, python, pypy, cython, cCompiler }: Tools): readonly string[] {
  const version = (command: string): string =>
    execFileSync(command, ['-c', 'import sys; print(sys.version.replace(chr(10), " "))'], { encoding: 'utf8' }).trim();
  const noCython = cython === undefined ? 'not installed' : 'not measured: there is no C compiler';
  return [
    `C++: ${compiler.label}, ${compiler.defaultFlags.join(' ')}`,
    `CPython: ${version(python)}`,
    `PyPy: ${pypy === undefined ? 'not installed' : version(pypy)}`,
    `Cython: ${cython !== undefined && cCompiler !== undefined ? 'pure Python mode, -O3 -march=native' : noCython}`,
    `Pythran: ${findOnPath('pythran') === undefined ? 'not installed' : 'not measured: it takes functions with stated types, not whole programs'}`,
  ];
}

/** Prints the table of all programs, or of those that are named; false when an output differs. */
export async function measure(args: readonly string[]): Promise<boolean> {
  const { names, rounds, isNative } = parsePeerRequest(args);
  const all = (await readdir(programs)).filter((name) => name.endsWith('.py')).map((name) => basename(name, '.py'));
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length) throw new TypeError(`There is no program "${unknown.join(', ')}" in test/benchmark.`);
  const system = { environment: process.env, platform: process.platform };
  const [compiler] = await findCompilers({ ...system, signal });
  if (!compiler) throw new Error('There is no C++ compiler.');
  await using folder = await createTemporaryFolder();
  const tools: Tools = {
    compiler,
    transpiler: await Transpiler.create({ assetFolder: join(root, 'dist', 'assets') }),
    runner: createRunner(system),
    launcher: compiler.id === 'msvc' ? undefined : await compile(compiler, folder.path, 'launcher', LAUNCHER_SOURCE),
    python: (await findInterpreter({ ...system, signal })).path,
    pypy: findOnPath('pypy3', 'pypy'),
    cython: findOnPath('cython3', 'cython'),
    cCompiler: findOnPath('gcc', 'cc', 'clang'),
  };
  const peers = new Set<Peer>(isNative ? ['hand', 'ours'] : PEERS);
  const results: PeerResult[] = [];
  for (const name of names.length ? names : all) {
    results.push(await measureProgram(tools, name, rounds, peers));
    console.error(`${name}: measured`);
  }
  const { head, rows } = peerTable(results);
  printTable(
    'Peers: the time of each over that of C++ written by hand for the same algorithm, fastest runs',
    head,
    rows,
  );
  console.log(`\n${describePeers(tools).join('\n')}`);
  return results.every(({ different }) => different.length === 0);
}
