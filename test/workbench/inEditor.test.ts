import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../scripts/environment.ts';
import { runTestsInEditor } from './harness.ts';

describe('tests within the editor', function () {
  this.timeout(300_000);

  it('all pass', async () => {
    const { code, log } = await runTestsInEditor({ folder: join(root, 'samples') });
    assert.equal(code, 0, log);
  });
});
