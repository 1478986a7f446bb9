/**
 * Drives the real VS Code as a person would: the packaged VSIX is installed into an empty VS Code, whose browser workbench
 * is opened in Chromium. Each workbench has a server, user data and browser profile of its own.
 */
import { after } from 'mocha';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Browser, type ConsoleMessage, type Frame, type Locator, type Page } from 'playwright-core';
import { ensureBrowser, ensureServer, root } from '../../scripts/environment.ts';
import {
  installExtension,
  serverFolders,
  startServer,
  workbenchAddress,
  type RunningServer,
  type ServerFolders,
} from '../../scripts/vscodeServer.ts';

/** The package under test; `npm test` makes it anew. */
const vsix = join(root, 'test-output/slipstream.vsix');
const screenshotFolder = join(root, 'test-output/screenshots');
const PATIENCE_MS = 30_000;

/** Settings that keep a test's screen free of what is not under test. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  // The browser workbench saves by itself unless told otherwise.
  'files.autoSave': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'editor.minimap.enabled': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'task.problemMatchers.neverPrompt': true,
};

/** Settings for a test that needs the stages of a conversion, not exact times. */
export const quickConversion = {
  'slipstream.compiler.flags': ['-std=c++20', '-O1'],
  'slipstream.benchmark.runs': 2,
  'slipstream.benchmark.minimumSeconds': 0,
  'slipstream.benchmark.timeBudgetSeconds': 60,
};

export const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  highContrast: 'Default High Contrast',
} as const;
export type ThemeName = keyof typeof themes;
const themeClasses: Record<ThemeName, string> = { light: 'vs', dark: 'vs-dark', highContrast: 'hc-black' };

export interface WorkbenchOptions {
  /** The folder to open. */
  readonly folder: string;
  /** A file of it to open, absolute or relative to the folder. */
  readonly file?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False opens the folder in Restricted Mode. Default: true. */
  readonly trusted?: boolean;
  /** Variables of VS Code's process, on top of this one's; undefined takes one away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly theme?: ThemeName;
  /** The folder of one more extension to load. */
  readonly developed?: string;
}

/** A running VS Code with a page on it. */
export interface Workbench {
  readonly page: Page;
  readonly folder: string;
  /** Where VS Code keeps what extensions store globally. */
  readonly userData: string;
  readonly server: RunningServer;
  /** What the browser console has reported as errors so far. */
  consoleErrors(): readonly string[];
  /** Opens the window again, with the editors it had. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

let browser: Promise<Browser> | undefined;
let installed: Promise<{ readonly server: string; readonly extensions: string; readonly home: string }> | undefined;
const open = new Set<Workbench>();

const launchBrowser = async (): Promise<Browser> =>
  chromium.launch({
    executablePath: await ensureBrowser(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

async function installOnce(): Promise<{ server: string; extensions: string; home: string }> {
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing: \`npm run package -- --out ${vsix}\` makes it.`);
  const server = await ensureServer();
  const home = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-vscode-'));
  const folders = serverFolders(home);
  installExtension(server, folders, vsix);
  return { server, extensions: folders.extensions, home };
}

const settingsFile = (folders: { readonly userData: string }): string => join(folders.userData, 'User/settings.json');

async function writeSettings(folders: { readonly userData: string }, settings: object): Promise<void> {
  await mkdir(dirname(settingsFile(folders)), { recursive: true });
  await writeFile(settingsFile(folders), JSON.stringify(settings, undefined, 2));
}

interface StartedWorkbench {
  readonly workbench: Workbench;
  /** Opens the page; tests inside the editor are prepared between start and this. */
  readonly go: (payload?: readonly (readonly [string, string])[]) => Promise<void>;
}

async function start(options: WorkbenchOptions): Promise<StartedWorkbench> {
  installed ??= installOnce();
  const { server: program, extensions } = await installed;
  const home = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-vscode-'));
  const folders: ServerFolders = { ...serverFolders(home), extensions };
  const theme = themes[options.theme ?? 'light'];
  await writeSettings(folders, { ...quietSettings, 'workbench.colorTheme': theme, ...options.settings });
  const server = await startServer({
    server: program,
    folders,
    port: 0,
    trusted: options.trusted ?? true,
    testDriver: true,
    environment: options.environment,
  });
  browser ??= launchBrowser();
  const context = await (await browser).newContext({ viewport: { width: 1440, height: 900 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const errors: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const workbench: Workbench = {
    page,
    folder: options.folder,
    userData: folders.userData,
    server,
    consoleErrors: () => errors,
    reload: async () => {
      // The browser workbench takes some seconds to write down what is open, more on a busy machine.
      await page.waitForTimeout(4_000);
      // The first address names a file to open, which would take the place of the editors that were open.
      await page.goto(workbenchAddress(server, { folder: options.folder }));
      await page.locator('.monaco-workbench .statusbar-item').first().waitFor();
    },
    close: async () => {
      open.delete(workbench);
      await context.close();
      await server.stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
  open.add(workbench);
  const file = options.file?.startsWith('/') ? options.file : options.file && join(options.folder, options.file);
  const go = async (payload?: readonly (readonly [string, string])[]): Promise<void> => {
    await page.goto(workbenchAddress(server, { folder: options.folder, file, payload }));
  };
  return { workbench, go };
}

/** Opens VS Code on a folder and waits until it can be worked with. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const { workbench, go } = await start(options);
  try {
    await go(options.developed === undefined ? [] : [['extensionDevelopmentPath', options.developed]]);
    await workbench.page.locator('.monaco-workbench .statusbar-item').first().waitFor();
    if (options.file) await workbench.page.locator('.monaco-editor .view-line').first().waitFor();
    return workbench;
  } catch (error) {
    await screenshot(workbench, 'failed-to-open').catch(() => undefined);
    const output = workbench.server.output();
    await workbench.close();
    throw new Error(`VS Code did not open:\n${output.slice(-3000)}`, { cause: error });
  }
}

/** Runs a command of the palette by its full title, such as `Slipstream: Convert to C++`. */
export async function runCommand({ page }: Workbench, title: string): Promise<void> {
  const row = await findCommand(page, title);
  await row.click();
}

/** The titles that the palette offers for what is typed. */
export async function listCommands({ page }: Workbench, typed: string): Promise<string[]> {
  const input = await openPalette(page, typed);
  await page.locator('.quick-input-widget .monaco-list-row').first().waitFor();
  const labels = await page
    .locator('.quick-input-widget .monaco-list-row')
    .evaluateAll((rows) =>
      rows.map(
        (row) => row.querySelector('.quick-input-list-label, .label-name')?.textContent ?? row.textContent ?? '',
      ),
    );
  await input.press('Escape');
  return labels.map((label) => label.trim());
}

async function openPalette(page: Page, typed: string): Promise<Locator> {
  const input = page.locator('.quick-input-widget:visible input[type="text"]').first();
  // While the workbench is still starting, the first key press may be lost.
  for (let attempt = 0; attempt < 10 && !(await input.isVisible()); attempt++) {
    await page.keyboard.press('F1');
    await input.waitFor({ timeout: 3000 }).catch(() => undefined);
  }
  await input.fill(`>${typed}`);
  return input;
}

async function findCommand(page: Page, title: string): Promise<Locator> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const input = await openPalette(page, title);
    const row = page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: title }).first();
    try {
      await row.waitFor({ timeout: 3000 });
      return row;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`The palette has no command “${title}”.`, { cause: error });
      await input.press('Escape');
    }
  }
}

/** Gives a file dialog its path, as a person types it. */
export async function saveAs({ page }: Workbench, path: string): Promise<void> {
  const input = page.locator('.quick-input-widget:visible input[type="text"]').first();
  await input.waitFor();
  // The dialog puts the name that it proposes there once it has looked at the folder.
  for (let kept = false; !kept; kept = (await input.inputValue()) === path) {
    await input.fill(path);
    await page.waitForTimeout(600);
  }
  await input.press('Enter');
}

/** Opens a file of the folder by its name, as a person does who types it. */
export async function openFile({ page }: Workbench, name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget:visible input[type="text"]').first();
  await input.fill(name);
  await page.locator('.quick-input-widget .monaco-list-row', { hasText: name }).first().click();
}

/** Puts the cursor into a line (counted from 1) of the active editor. */
export async function goToLine(workbench: Workbench, line: number): Promise<void> {
  const { page } = workbench;
  const input = await openPalette(page, '');
  await input.fill(`:${line}`);
  await input.press('Enter');
  await page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden' });
}

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s');

/** Right-clicks into the editor, on the line that holds the text when one is given, and picks the entries of the menu one after another. */
export async function rightClickEditor(
  { page }: Workbench,
  labels: string | readonly string[],
  onLineWith?: string,
): Promise<void> {
  const lines = page.locator('.editor-group-container.active .monaco-editor .view-line');
  // VS Code draws spaces as no-break spaces, so the text is looked for with either.
  const line = onLineWith ? lines.filter({ hasText: new RegExp(literally(onLineWith)) }).first() : lines.first();
  await pickFromMenu(page, line.locator('span > span').first(), labels);
}

/** Right-clicks a file in the Explorer and picks from its menu. */
export async function rightClickExplorer(
  { page }: Workbench,
  file: string,
  labels: string | readonly string[],
): Promise<void> {
  await pickFromMenu(page, page.locator('.explorer-folders-view .monaco-list-row', { hasText: file }).first(), labels);
}

async function pickFromMenu(page: Page, place: Locator, labels: string | readonly string[]): Promise<void> {
  const [first = '', ...others] = typeof labels === 'string' ? [labels] : labels;
  const entry = (label: string): Locator =>
    page
      .locator('.monaco-menu .action-item .action-label')
      .filter({ hasText: new RegExp(`^${literally(label)}`) })
      .first();
  const deadline = Date.now() + PATIENCE_MS;
  // An open menu does not change, so one that was opened before the extension was known has to be opened again.
  for (;;) {
    await place.click({ button: 'right' });
    try {
      await entry(first).waitFor({ timeout: 2000 });
      break;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`The menu has no entry “${first}”.`, { cause: error });
      await page.keyboard.press('Escape');
    }
  }
  for (const label of [first, ...others]) await entry(label).click();
  const last = entry(others.at(-1) ?? first);
  // A menu takes no click in its first moments, so that the one that opened it does not choose from it: then it is still there.
  while (Date.now() < deadline && (await stays(last))) await last.click({ timeout: 2000 }).catch(() => undefined);
}

/** True for what is still there after a second. */
async function stays(place: Locator): Promise<boolean> {
  return place.waitFor({ state: 'hidden', timeout: 1000 }).then(
    () => false,
    () => true,
  );
}

/** The labels of the editor's right-click menu, which is closed again. */
export async function editorMenu({ page }: Workbench): Promise<string[]> {
  await page
    .locator('.editor-group-container.active .monaco-editor .view-line span > span')
    .first()
    .click({ button: 'right' });
  const entries = page.locator('.monaco-menu .action-item .action-label');
  await entries.first().waitFor();
  const labels = await entries.allTextContents();
  await page.keyboard.press('Escape');
  return labels.map((label) => label.trim()).filter((label) => label !== '');
}

/** Waits for the frame of a webview's content, two frames deep, that holds the selector. */
export async function findWebview({ page }: Workbench, selector: string, timeoutMs = PATIENCE_MS): Promise<Frame> {
  return findWebviewFrame(page, async (frame) => (await frame.locator(selector).count()) > 0, timeoutMs);
}

/** Waits for the frame that satisfies the predicate. */
export async function findWebviewFrame(
  page: Page,
  predicate: (frame: Frame) => Promise<boolean>,
  timeoutMs = PATIENCE_MS,
): Promise<Frame> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    for (const frame of page.frames()) {
      // A frame may go away while it is asked.
      if (frame !== page.mainFrame() && (await predicate(frame).catch(() => false))) return frame;
    }
    if (Date.now() > deadline) throw new Error('No webview holds what was looked for.');
    await page.waitForTimeout(200);
  }
}

/** Waits until the token view shows tokens at the place that it is scrolled to. */
export async function waitForChipOnScreen(view: Frame): Promise<void> {
  await view.waitForFunction(() => {
    const screen = document.querySelector('.pane0')?.getBoundingClientRect();
    return [...document.querySelectorAll('.pane0 .chip')].some((chip) => {
      const { top, bottom } = chip.getBoundingClientRect();
      return screen && bottom > screen.top && top < screen.bottom;
    });
  });
}

/** Waits for a notification that holds the text; opens the list of notifications when none floats over the page. */
export async function findNotification(workbench: Workbench, text: string | RegExp): Promise<Locator> {
  const item = workbench.page.locator('.notification-list-item:visible').filter({ hasText: text }).first();
  const floating = await item.waitFor({ timeout: 3000 }).then(
    () => true,
    () => false,
  );
  if (!floating) {
    await runCommand(workbench, 'Notifications: Show Notifications');
    await item.waitFor();
  }
  return item;
}

/** Picks a theme as a person does. */
export async function setTheme(workbench: Workbench, theme: ThemeName): Promise<void> {
  const { page } = workbench;
  await runCommand(workbench, 'Preferences: Color Theme');
  const input = page.locator('.quick-input-widget:visible input[type="text"]').first();
  const name = themes[theme].replace('Default ', '');
  await input.fill(name);
  await page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: name }).first().click();
  await page.locator(`.monaco-workbench.${themeClasses[theme]}`).waitFor();
}

/** Keeps a picture for people to look at, in `test-output/screenshots`. */
export async function screenshot({ page }: Workbench, name: string, theme?: ThemeName): Promise<string> {
  await mkdir(screenshotFolder, { recursive: true });
  const path = join(screenshotFolder, `${theme ? `${name}-${theme}` : name}.png`);
  await page.screenshot({ path });
  return path;
}

/** Keeps a picture in each of the themes, and goes back to the light one. */
export async function screenshotInThemes(workbench: Workbench, name: string): Promise<void> {
  for (const theme of ['dark', 'highContrast', 'light'] as const) {
    await setTheme(workbench, theme);
    await workbench.page.waitForTimeout(500);
    await screenshot(workbench, name, theme);
  }
}

/** Runs the mocha tests that were built to `test-output/in-editor` within VS Code's extension host; returns what they printed. */
export async function runTestsInEditor(options: WorkbenchOptions): Promise<{ code: number; log: string }> {
  const { workbench, go } = await start(options);
  const { page } = workbench;
  const folder = join(root, 'test-output/in-editor');
  let log = '';
  try {
    await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) => {
      log += `${args.map(String).join(' ')}\n`;
    });
    const ended = new Promise<number>((resolve, reject) => {
      setTimeout(() => reject(new Error(`The tests within the editor did not end in time.\n${log}`)), 240_000).unref();
      page.exposeFunction('codeAutomationExit', (code: number) => resolve(code)).catch(reject);
    });
    await go([
      ['extensionDevelopmentPath', folder],
      ['extensionTestsPath', join(folder, 'index.cjs')],
    ]);
    return { code: await ended, log };
  } finally {
    await workbench.close();
  }
}

/** Ends everything that is still running. */
export async function closeAll(): Promise<void> {
  await Promise.all([...open].map((workbench) => workbench.close()));
  await (await browser)?.close();
  browser = undefined;
  const { home } = (await installed?.catch(() => undefined)) ?? {};
  if (home) await rm(home, { recursive: true, force: true });
  installed = undefined;
}

// A benchmark, which opens workbenches too, has no tests to close them after.
if ('after' in globalThis) after(closeAll);
