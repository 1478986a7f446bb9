/** Opens VS Code on `samples/` with the extension loaded. `npm start [-- --port N] [--browser]` */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureServer, ensureToolchain, findDesktop, root, runNode, SetupError } from './environment.ts';
import { installExtension, serverFolders, startServer, workbenchAddress } from './vscodeServer.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, browser: { type: 'boolean', default: false } },
});
const samples = join(root, 'samples');
const firstSample = readdirSync(samples)
  .filter((name) => name.endsWith('.py'))
  .sort()[0];
const file = firstSample && join(samples, firstSample);

async function openDesktop(program: string): Promise<void> {
  runNode(['esbuild.js']);
  const home = join(root, '.vscode-test/desktop');
  const args = [
    `--extensionDevelopmentPath=${root}`,
    `--user-data-dir=${join(home, 'user-data')}`,
    `--extensions-dir=${join(home, 'extensions')}`,
    '--disable-workspace-trust',
    '--new-window',
    samples,
    ...(file ? ['--goto', file] : []),
  ];
  const child = spawn(program, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  console.log('VS Code opens on samples/. Right-click the Python and pick “Convert to C++”.');
  await new Promise<void>((resolve, reject) => child.once('error', reject).once('exit', () => resolve()));
}

async function openInBrowser(): Promise<void> {
  const program = await ensureServer();
  runNode(['scripts/package.ts', '--out', '.vscode-test/slipstream.vsix']);
  const folders = serverFolders(join(root, '.vscode-test/browser'));
  installExtension(program, folders, join(root, '.vscode-test/slipstream.vsix'));
  const server = await startServer({
    server: program,
    folders,
    port: Number(values.port),
    trusted: true,
    // Only with it does the address open a file; the server listens on loopback alone.
    testDriver: true,
  });
  const end = (): void => void server.stop().then(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  console.log(
    `\nOpen this address in a browser on this machine:\n\n  ${workbenchAddress(server, { folder: samples, file })}\n`,
  );
  console.log('Right-click the Python and pick “Convert to C++”. Ctrl+C ends everything.');
}

try {
  await ensureToolchain().catch((error: unknown) => {
    // Editing, choosing models and reading tokens work without a compiler.
    if (!(error instanceof SetupError)) throw error;
    console.warn(error.message);
  });
  const desktop = values.browser ? { reason: 'the browser was asked for' } : await findDesktop();
  if ('path' in desktop) {
    await openDesktop(desktop.path);
  } else {
    console.log(`Using VS Code in the browser: ${desktop.reason}.`);
    await openInBrowser();
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(1);
}
