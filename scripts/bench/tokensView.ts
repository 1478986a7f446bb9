/** Measures the token view in the real VS Code: opening long files, typing into them, scrolling through them, and the memory that takes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { median } from 'simple-statistics';
import {
  closeAll,
  findWebview,
  goToLine,
  openFile,
  openWorkbench,
  runCommand,
  waitForChipOnScreen,
  type Workbench,
} from '../../test/workbench/harness.ts';
import { ensureBrowser, ensureServer, runNode } from '../environment.ts';
import { pythonCorpus } from './pythonCorpus.ts';
import { printTable } from './table.ts';

/** How many files of how many megabytes are opened. */
const openings: readonly (readonly [megabytes: number, files: number])[] = [
  [1, 5],
  [10, 3],
];
const LINES = [1, 40_000, 80_000, 120_000, 160_000, 200_000] as const;
const KEYS_AT_A_LINE = 10;
const PLACES = 200;

/** What is noted within a page; times are milliseconds of the machine's clock. */
interface Notes {
  shown?: number;
  counted?: number;
  /** The longest that nothing was drawn in between. */
  longestFrame: number;
  /** What each message and each drawing took. */
  work: number[];
}
declare global {
  var tokensViewNotes: Notes;
}

/** In the workbench: notes the longest that nothing was drawn. */
function watchFrames(): void {
  const notes: Notes = { longestFrame: 0, work: [] };
  globalThis.tokensViewNotes = notes;
  let last = performance.now();
  const look = (): void => {
    notes.longestFrame = Math.max(notes.longestFrame, performance.now() - last);
    last = performance.now();
    if (globalThis.tokensViewNotes === notes) requestAnimationFrame(look);
  };
  look();
}

/** In the workbench: notes when the line is on screen that a file begins with. */
function watchEditor(first: string): void {
  const notes: Notes = { longestFrame: 0, work: [] };
  globalThis.tokensViewNotes = notes;
  const look = (): void => {
    const line = document.querySelector('.editor-group-container.active .monaco-editor .view-line');
    if (line?.textContent.startsWith(first)) notes.shown = performance.timeOrigin + performance.now();
    else requestAnimationFrame(look);
  };
  look();
}

/** In the view: notes when the first tokens of this file are on screen, and when all are counted. */
function watchView(file: string): void {
  const notes: Notes = { longestFrame: 0, work: [] };
  globalThis.tokensViewNotes = notes;
  const now = (): number => performance.timeOrigin + performance.now();
  let last = now();
  const look = (): void => {
    notes.longestFrame = Math.max(notes.longestFrame, now() - last);
    last = now();
    if (document.querySelector('h1')?.textContent === file && document.querySelector('.pane0 .chip')) {
      // What is drawn in this frame is on screen with the next task.
      setTimeout(() => (notes.shown ??= now()));
      if (notes.shown !== undefined && document.querySelector('#root')?.getAttribute('aria-busy') === 'false') {
        notes.counted = now();
        return;
      }
    }
    requestAnimationFrame(look);
  };
  look();
}

/** In the view: notes what each message and each drawing takes from now on, layout that they ask for included. */
function watchWork(): void {
  const notes: Notes = { longestFrame: 0, work: [] };
  globalThis.tokensViewNotes = notes;
  let start = 0;
  window.addEventListener('message', () => (start = performance.now()), { capture: true });
  window.addEventListener('message', () => notes.work.push(performance.now() - start));
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) =>
    request((time) => {
      const began = performance.now();
      draw(time);
      // The layout that would follow is asked for at once, so that it counts.
      document.body.getBoundingClientRect();
      notes.work.push(performance.now() - began);
    });
}

/** The processes that this one has started, directly or not, whose command line matches. */
function descendants(pattern: RegExp): number[] {
  const parentOf = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const status = /^\d+$/.test(name) && read(`/proc/${name}/status`);
    if (status) parentOf.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid === process.pid || (pid !== undefined && pid > 1 && isOurs(parentOf.get(pid)));
  return [...parentOf.keys()].filter((pid) => isOurs(pid) && pattern.test(read(`/proc/${pid}/cmdline`)));
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** An extension that writes down when it is handed which document: until then no other knows of it either. */
const witness = `const { appendFileSync } = require('node:fs');
const vscode = require('vscode');
exports.activate = () => vscode.window.onDidChangeActiveTextEditor((editor) => {
  if (editor) appendFileSync(__dirname + '/handed.log', editor.document.fileName + ' ' + Date.now() + '\\n');
});
`;
const witnessManifest = {
  name: 'witness',
  publisher: 'slipstream',
  version: '0.0.1',
  engines: { vscode: '^1.105.0' },
  main: './witness.cjs',
  activationEvents: ['*'],
  extensionKind: ['workspace'],
};

const extensionHosts = (): number[] => descendants(/--type=extensionHost/);
const megabytesOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0), 0) / 1024;

/** Milliseconds of processor time that the main thread of the extension host and its other threads have used. */
function hostWork(): { readonly main: number; readonly others: number } {
  let [main, others] = [0, 0];
  for (const pid of extensionHosts()) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const used = Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] ?? 0) / 1e6;
      if (Number(thread) === pid) main += used;
      else others += used;
    }
  }
  return { main, others };
}

/** Opens a file; gives the milliseconds until it stood in the editor and until extensions were handed it, and from then on until tokens were seen and all were counted. */
async function measureOpening(workbench: Workbench, view: Frame, name: string): Promise<number[]> {
  await workbench.page.evaluate(watchEditor, name.replace('.', '_'));
  await view.evaluate(watchView, name);
  const start = Date.now();
  await openFile(workbench, name);
  await view.waitForFunction(() => globalThis.tokensViewNotes.counted !== undefined, undefined, { timeout: 60_000 });
  const { shown = NaN } = await workbench.page.evaluate(() => globalThis.tokensViewNotes);
  const notes = await view.evaluate(() => globalThis.tokensViewNotes);
  const log = read(join(workbench.folder, '.witness/handed.log'));
  const handed = Number(
    log
      .slice(log.lastIndexOf(`${name} `) + name.length)
      .trim()
      .split('\n')[0],
  );
  return [
    shown - start,
    handed - start,
    (notes.shown ?? NaN) - handed,
    (notes.counted ?? NaN) - handed,
    notes.longestFrame,
  ];
}

/** Types at several lines; gives the milliseconds of the extension host's main thread and its other threads for each key. */
async function type(workbench: Workbench): Promise<number[]> {
  let [main, others] = [0, 0];
  for (const line of LINES) {
    await goToLine(workbench, line);
    await workbench.page.waitForTimeout(1500);
    const before = hostWork();
    await workbench.page.keyboard.type('x'.repeat(KEYS_AT_A_LINE), { delay: 250 });
    await workbench.page.waitForTimeout(250);
    const after = hostWork();
    main += after.main - before.main;
    others += after.others - before.others;
  }
  return [main, others].map((sum) => sum / (LINES.length * KEYS_AT_A_LINE));
}

/** The megabytes of the page and of the extension host, with what is garbage taken away in the page. */
async function memory({ page }: Workbench): Promise<number[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return [usedSize / 2 ** 20, megabytesOf(descendants(/--type=renderer/)), megabytesOf(extensionHosts())];
}

async function scrollThrough(view: Frame): Promise<void> {
  for (let place = 0; place < PLACES; place++) {
    // Here and there, as whoever drags the bar does.
    const share = (place * 0.618) % 1;
    await view
      .locator('.pane0')
      .evaluate((scroller, part) => (scroller.scrollTop = scroller.scrollHeight * part), share);
    await waitForChipOnScreen(view);
  }
}

/** Prints the tables. */
export async function measure(): Promise<boolean> {
  if (!existsSync('/proc/self/schedstat')) {
    console.log('\nThe token view: not measured, because that needs what Linux tells of processes.');
    return true;
  }
  await ensureServer();
  await ensureBrowser();
  runNode(['scripts/package.ts', '--out', 'test-output/slipstream.vsix']);
  const folder = await mkdtemp(join(tmpdir(), 'slipstream-bench-'));
  try {
    await measureIn(folder);
  } finally {
    await closeAll();
    await rm(folder, { recursive: true, force: true });
  }
  return true;
}

async function measureIn(folder: string): Promise<void> {
  const text = pythonCorpus(10);
  await writeFile(join(folder, 'small.py'), 'print("hello")\n');
  for (const [megabytes, files] of openings) {
    for (let file = 0; file < files; file++) {
      // Other text for every file, so that none was seen before.
      const from = megabytes === 10 ? 0 : file * 1_000_000;
      const name = `file${megabytes}_${file}`;
      await writeFile(join(folder, `${name}.py`), `${name}_py = 0\n${text.slice(from, from + megabytes * 1e6)}`);
    }
  }
  const developed = join(folder, '.witness');
  await mkdir(developed);
  await writeFile(join(developed, 'package.json'), JSON.stringify(witnessManifest));
  await writeFile(join(developed, 'witness.cjs'), witness);
  const workbench = await openWorkbench({ folder, file: 'small.py', developed });
  await workbench.page.evaluate(watchFrames);
  await openFile(workbench, 'file10_0.py');
  await workbench.page.waitForTimeout(5000);
  const { longestFrame } = await workbench.page.evaluate(() => globalThis.tokensViewNotes);
  const without = await type(workbench);
  await openFile(workbench, 'small.py');
  await runCommand(workbench, 'Slipstream: Show Tokens');
  const view = await findWebview(workbench, '.chip');

  const rows: string[][] = [['10 MB, without the view', '', '', '', '', longestFrame.toFixed(0)]];
  for (const [megabytes, files] of openings) {
    for (let file = 0; file < files; file++) {
      const times = await measureOpening(workbench, view, `file${megabytes}_${file}.py`);
      rows.push([`${megabytes} MB, file ${file + 1}`, ...times.map((time) => time.toFixed(0))]);
      await workbench.page.waitForTimeout(1000);
    }
  }
  printTable(
    'Opening files while the token view is there and the tokenizer is loaded, in milliseconds',
    ['File', 'In the editor', 'Handed to extensions', 'First tokens after that', 'All after that', 'Longest stall'],
    rows,
  );

  await view.evaluate(watchWork);
  const withView = await type(workbench);
  const { work } = await view.evaluate(() => globalThis.tokensViewNotes);
  const keys = LINES.length * KEYS_AT_A_LINE;
  const perKey = work.reduce((sum, each) => sum + each, 0) / keys;
  const shown = (values: readonly number[]): string[] => values.map((value) => value.toFixed(2));
  printTable(
    `A key in a file of 10 MB, the mean of ${keys} all over it, in milliseconds of work`,
    ['', 'Extension host, main thread', 'Its other threads', 'Page of the view', 'Its longest task'],
    [
      ['Without the view', ...shown(without), '', ''],
      ['With the view', ...shown([...withView, perKey, Math.max(...work)])],
    ],
  );

  const stages: string[][] = [];
  const note = async (stage: string): Promise<void> => {
    const values = await memory(workbench);
    stages.push([stage, ...values.map((value) => value.toFixed(0)), String(await view.locator('.chip').count())]);
  };
  await note('Before');
  for (const round of [1, 2, 3]) {
    await scrollThrough(view);
    await note(`After ${round * PLACES} places`);
  }
  printTable(
    'Scrolling through a file of 10 MB, in megabytes',
    ['', 'Heap of the page', 'Pages of the browser', 'Extension host with its threads', 'Tokens in the page'],
    stages,
  );
  console.log(
    `Median until the first tokens of 1 MB: ${median(rows.filter(([name]) => name?.startsWith('1 MB')).map((row) => Number(row[3]))).toFixed(0)} ms`,
  );
}
