/** Runs the mocha tests beside this file within the extension host; the desktop and the browser workbench both call `run`. */
import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Settles when every test has run; rejects when one failed or none was found. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, reporter: 'spec' });
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.cjs'));
  for (const file of files) mocha.addFile(join(__dirname, file));
  const { failures, tests } = await new Promise<Mocha.Stats>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats as Mocha.Stats));
  });
  if (tests === 0) throw new Error('No test was found.');
  if (failures > 0) throw new Error(`${failures} of ${tests} tests within the editor failed.`);
}
