/** The Python that the tokenizers are measured on. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from '../environment.ts';

/** Python of the standard library, so many megabytes of it. */
export function pythonCorpus(megabytes: number): string {
  const python = findOnPath('python3', 'python');
  if (!python) throw new Error('There is no Python whose standard library could be read.');
  const folder = execFileSync(python, ['-c', 'import sysconfig; print(sysconfig.get_paths()["stdlib"])'])
    .toString()
    .trim();
  let text = '';
  for (const file of globSync('**/*.py', { cwd: folder, exclude: ['**/site-packages/**'] }).sort()) {
    text += readFileSync(join(folder, file), 'utf8');
    if (text.length >= megabytes * 1e6) break;
  }
  return text.repeat(Math.ceil((megabytes * 1e6) / text.length)).slice(0, megabytes * 1e6);
}
