/**
 * The first step of every npm script: plain JavaScript for whatever Node the machine has, with nothing installed.
 * It installs the project's packages when they are missing or outdated, then runs the given script under the project's own Node.
 *
 *   node scripts/setup.mjs SCRIPT [ARGUMENTS...]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';
const ownNode = join(root, 'node_modules/node/bin', windows ? 'node.exe' : 'node');

/** True when every package of the lock file is installed in its version. npm keeps the record of what it installed in a lock file of its own. */
function packagesAreInstalled() {
  try {
    const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
    const installed = read('node_modules/.package-lock.json');
    return Object.entries(read('package-lock.json')).every(
      ([path, { version, optional }]) =>
        path === '' || installed[path]?.version === version || (optional && !installed[path]),
    );
  } catch {
    return false;
  }
}

function npm(...args) {
  const environment = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const { status, error } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', env: environment, shell: windows });
  if (status !== 0) {
    console.error(`\`npm ${args.join(' ')}\` failed${error ? `: ${error.message}` : ''}. Run it by hand to see why.`);
    process.exit(1);
  }
}

function installPackages() {
  const start = Date.now();
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(0)} s`;
  if (!packagesAreInstalled()) {
    console.log('Set-up: installing the packages of package-lock.json…');
    // Not `npm ci`: it refuses a lock file that lacks optional packages made for other systems, which npm itself leaves out.
    npm('install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
    console.log(`Set-up: packages installed (${seconds()}).`);
  }
  if (!existsSync(ownNode)) {
    console.log('Set-up: fetching the project’s own Node…');
    npm('rebuild', 'node', '--ignore-scripts=false', '--loglevel=error');
    console.log(`Set-up: Node is there (${seconds()}).`);
  }
}

installPackages();
const [script, ...args] = process.argv.slice(2);
if (script) {
  const path = ['node_modules/.bin', 'node_modules/node/bin'].map((folder) => join(root, folder));
  const separator = windows ? ';' : ':';
  const child = spawn(ownNode, [resolve(root, script), ...args], {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, PATH: [...path, process.env.PATH].join(separator) },
  });
  // Ctrl+C reaches the whole foreground group by itself; this process only waits for the script to end.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on('exit', (code) => process.exit(code ?? 1));
}
