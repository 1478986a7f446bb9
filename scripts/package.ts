/** Builds for production and makes the VSIX. `npm run package [-- --out FILE] [--target PLATFORM]` */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, runNode } from './environment.ts';

const { values } = parseArgs({ options: { out: { type: 'string' }, target: { type: 'string' } } });
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, string>;
const { target } = values;
const out = values.out ?? `${name}${target ? `-${target}` : ''}-${version}.vsix`;
mkdirSync(dirname(join(root, out)), { recursive: true });
runNode(['esbuild.js', '--production', ...(target ? [`--target=${target}`] : [])]);
runNode([
  'node_modules/@vscode/vsce/vsce',
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  '--skip-license',
  ...(target ? ['--target', target] : []),
  '--out',
  out,
]);
runNode(['node_modules/@vscode/vsce/vsce', 'ls', '--no-dependencies']);
console.log(`${out}: ${(statSync(join(root, out)).size / 1024).toFixed(0)} kB`);
