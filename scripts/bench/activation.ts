/** Measures what a user waits for: activation of the extension, and the first event of a conversion. */
import { execFile } from 'node:child_process';
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from 'simple-statistics';
import { root } from '../environment.ts';
import { convertFile } from './convertFile.ts';
import { printTable } from './table.ts';

const RUNS = 10;
const execFileAsync = promisify(execFile);

/** Stands in for the editor's API: everything can be read, called and constructed. */
function stub(known: Record<string, unknown> = {}): unknown {
  const target = Object.assign(function () {}, known);
  const answer = (): unknown => stub();
  return new Proxy(target, {
    get(_, key) {
      if (typeof key === 'string' && Object.hasOwn(known, key)) return known[key];
      if (key === 'prototype') return target.prototype as unknown;
      if (key === Symbol.iterator) return () => [][Symbol.iterator]();
      if (key === Symbol.toPrimitive || key === 'toString') return () => '';
      // A thing with `then` would be awaited for ever.
      return key === 'then' ? undefined : stub();
    },
    set: () => true,
    apply: answer,
    construct: () => answer() as object,
  });
}

/** In a fresh process: loads and activates the built extension once, and prints the milliseconds of both. */
async function activateOnce(): Promise<void> {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode'
        ? { url: 'editor:vscode', format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === 'editor:vscode'
        ? { format: 'commonjs', source: 'module.exports = globalThis.editorStub;', shortCircuit: true }
        : next(url, context),
  });
  Object.assign(globalThis, { editorStub: stub() });
  const folder = stub({ fsPath: root, path: root });
  const require = createRequire(import.meta.url);
  const start = performance.now();
  const extension = require(join(root, 'dist', 'extension.cjs')) as { activate(context: unknown): unknown };
  const loaded = performance.now();
  await extension.activate(
    stub({
      subscriptions: [],
      extensionPath: root,
      globalStorageUri: folder,
      storageUri: folder,
      extensionUri: folder,
      asAbsolutePath: (path: string) => join(root, path),
    }),
  );
  console.log(JSON.stringify([loaded - start, performance.now() - start]));
  process.exit(0);
}

async function firstEventOnce(): Promise<void> {
  const { secondsToFirstEvent, secondsToCode } = await convertFile(join(root, 'samples', 'nbody.py'), false);
  console.log(JSON.stringify([secondsToFirstEvent * 1000, secondsToCode * 1000]));
}

/** Runs this script in fresh processes and gives the medians of the milliseconds that each prints. */
async function mediansOfFresh(mode: string): Promise<readonly [string, string, string]> {
  const first: number[] = [];
  const second: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { stdout } = await execFileAsync(process.execPath, [import.meta.filename, mode]);
    const [one, two] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as [number, number];
    first.push(one);
    second.push(two);
  }
  return [median(first).toFixed(1), median(second).toFixed(1), Math.max(...second).toFixed(1)];
}

/** Prints the table of waiting times. */
export async function measure(): Promise<boolean> {
  printTable(
    `In fresh processes, medians of ${RUNS} in milliseconds`,
    ['What', 'First', 'Second', 'Slowest second'],
    [
      ['Activation of the extension (loaded, activated)', ...(await mediansOfFresh('--activate-once'))],
      ['Conversion of nbody.py (first event, first code)', ...(await mediansOfFresh('--first-event-once'))],
    ],
  );
  return true;
}

const [mode] = process.argv.slice(2);
if (mode === '--activate-once') await activateOnce();
else if (mode === '--first-event-once') await firstEventOnce();
