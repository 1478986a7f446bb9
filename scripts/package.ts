/** Builds for production and makes the VSIX. `npm run package [-- --out FILE]` */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, runNode } from './environment.ts';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, string>;
const out = values.out ?? `${name}-${version}.vsix`;
runNode(['esbuild.js', '--production']);
runNode([
  'node_modules/@vscode/vsce/vsce',
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  '--skip-license',
  '--out',
  out,
]);
runNode(['node_modules/@vscode/vsce/vsce', 'ls', '--no-dependencies']);
console.log(`${out}: ${(statSync(join(root, out)).size / 1024).toFixed(0)} kB`);
