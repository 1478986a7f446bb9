/**
 * Prints what Slipstream costs and what it gains on this machine, part by part.
 *
 *   npm run bench [-- PART [ARGUMENTS...]]
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { machine } from './bench/table.ts';
import { root } from './environment.ts';

interface Part {
  /** Prints the part's tables; false when something could not be measured. */
  measure(args: readonly string[]): Promise<boolean>;
}

const parts: Record<string, () => Promise<Part>> = {
  activation: () => import('./bench/activation.ts'),
  audio: () => import('./bench/audio.ts'),
  local: () => import('./bench/local.ts'),
  peers: () => import('./bench/peers.ts'),
  samples: () => import('./bench/samples.ts'),
  tokens: () => import('./bench/tokens.ts'),
  'tokens-view': () => import('./bench/tokensView.ts'),
  verification: () => import('./bench/verification.ts'),
};

const [name, ...args] = process.argv.slice(2);
if (name !== undefined && !Object.hasOwn(parts, name)) {
  console.error(`There is no part "${name}". The parts: ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
// What was built before may be of another state of the sources.
execFileSync(process.execPath, [join(root, 'esbuild.js'), '--production'], { stdio: 'ignore' });
console.log(machine());
for (const [part, load] of Object.entries(parts)) {
  if (name !== undefined && name !== part) continue;
  const module = await load();
  if (!(await module.measure(args))) process.exitCode = 1;
}
