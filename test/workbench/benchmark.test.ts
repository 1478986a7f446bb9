import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/environment.ts';
import { findWebview, openWorkbench, runCommand, screenshot, type Workbench } from './harness.ts';

const finished = '.verdict:not(.busy)';
const settings = {
  'slipstream.benchmark.runs': 3,
  'slipstream.benchmark.minimumSeconds': 0,
  'slipstream.benchmark.timeBudgetSeconds': 60,
  // Drawn by the page instead of on a canvas, so that the text can be read.
  'terminal.integrated.gpuAcceleration': 'off',
};

/** What stands in the terminal, spaces as spaces. */
async function terminalText({ page }: Workbench): Promise<string> {
  const rows = await page.locator('.terminal-wrapper.active .xterm-rows > div').allTextContents();
  return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
}

async function waitForTerminal(workbench: Workbench, text: RegExp, timeoutMs: number): Promise<string> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const shown = await terminalText(workbench);
    if (text.test(shown)) return shown;
    if (Date.now() > deadline) throw new Error(`The terminal does not show ${text.source}:\n${shown}`);
    await workbench.page.waitForTimeout(300);
  }
}

describe('Keeping a conversion and measuring it again', function () {
  this.timeout(240_000);
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-kept-'));
    await cp(join(root, 'samples/sieve.py'), join(folder, 'sieve.py'));
    workbench = await openWorkbench({ folder, file: 'sieve.py', settings });
  });

  after(async () => {
    await workbench.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps the C++ beside the Python', async () => {
    await runCommand(workbench, 'Slipstream: Convert to C++');
    const panel = await findWebview(workbench, finished, 120_000);
    const verdict = (await panel.locator(finished).innerText()).trim();
    await screenshot(workbench, 'benchmark-converted');
    assert.match(verdict, /^Equal on 1 run\. /);
    await panel.locator('[data-action="keep"]').click();
    const cpp = await waitForFile(join(folder, 'sieve.cpp'));
    assert.match(cpp, /int main\(/);
    await workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'sieve.cpp' }).waitFor();
    await workbench.page.locator('.tab.active', { hasText: 'sieve.cpp' }).first().waitFor();
    await screenshot(workbench, 'benchmark-kept');
  });

  it('shows the command, every run and the table in a terminal', async () => {
    await runCommand(workbench, 'Slipstream: Compile and Benchmark');
    await workbench.page.locator('.terminal-wrapper.active .xterm-rows').waitFor();
    await runCommand(workbench, 'View: Toggle Maximized Panel');
    const text = await waitForTerminal(workbench, /Export Report writes this/, 120_000);
    await screenshot(workbench, 'benchmark-terminal');
    assert.match(text, /^Measuring sieve\.cpp against /m);
    assert.doesNotMatch(text, /Convert/);
    assert.match(text.replaceAll('\n', ''), /\$ \S*(g\+\+|clang\+\+)\S* -std=c\+\+20 -O3 .*sieve\.cpp/);
    assert.equal(text.match(/^ {2}run {6}Python {2}[\d.]+ (s|ms)$/gm)?.length, 3, text);
    assert.equal(text.match(/^ {2}run {6}C\+\+ {5}[\d.]+ (s|ms)$/gm)?.length, 3, text);
    assert.match(text, /^Median +[\d.]+ (s|ms) +[\d.]+ (s|ms)$/m);
    assert.match(text, /^The C\+\+ is [\d.]+x faster/m);
    await runCommand(workbench, 'View: Toggle Maximized Panel');
  });

  it('lists the conversion in the history and opens it again', async () => {
    const { page } = workbench;
    await runCommand(workbench, 'Slipstream: Discard the C++');
    await runCommand(workbench, 'Slipstream: Show Conversion History');
    const rows = page.locator('.quick-input-widget:visible .monaco-list-row');
    await rows.filter({ hasText: 'sieve.py' }).first().waitFor();
    await screenshot(workbench, 'history');
    // The newest stands first: the measurement, then the conversion it measured.
    assert.equal(await rows.count(), 2);
    assert.match((await rows.nth(0).innerText()).replaceAll('\u00a0', ' '), /measured sieve\.cpp/);
    assert.match((await rows.nth(1).innerText()).replaceAll('\u00a0', ' '), /Equal on 1 run\./);
    await rows.nth(1).click();
    const panel = await findWebview(workbench, finished);
    await screenshot(workbench, 'history-opened');
    assert.match(await panel.locator(finished).innerText(), /^Equal on 1 run\. /);
  });
});

/** The text of a file that is about to be written. */
async function waitForFile(path: string): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text !== '' || attempt === 50) return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
