import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/environment.ts';
import { createTemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { runTestsInEditor } from './harness.ts';

describe('tests within the editor', function () {
  this.timeout(300_000);

  it('all pass', async () => {
    // A copy: the tests change what they open, and the editor may save by itself.
    await using folder = await createTemporaryFolder();
    await cp(join(root, 'samples'), folder.path, { recursive: true });
    const { code, log } = await runTestsInEditor({ folder: folder.path });
    assert.equal(code, 0, log);
  });
});
