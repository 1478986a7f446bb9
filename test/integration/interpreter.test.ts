import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createTemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { findInterpreter } from '../../src/python/interpreter.ts';
import type { Failure } from '../../src/shared/failure.ts';

const { platform } = process;
const signal = new AbortController().signal;

describe('finding Python', () => {
  it('finds the one on PATH, itself rather than a shim', async () => {
    const found = await findInterpreter({ environment: process.env, platform, signal });
    assert.match(found.version, /^3\.\d+\.\d+$/);
    const again = await findInterpreter({ configuredPath: found.path, environment: process.env, platform, signal });
    assert.deepEqual(again, found);
  });

  it('says when there is none', async function () {
    if (platform === 'win32') this.skip();
    await using folder = await createTemporaryFolder();
    await assert.rejects(
      findInterpreter({ environment: { PATH: folder.path }, platform, signal }),
      (error: Failure) =>
        error.reason === 'interpreter-missing' && error.message.startsWith('No Python 3 was found on PATH.'),
    );
  });

  it('says when the chosen one is none, and does not take another', async () => {
    await assert.rejects(
      findInterpreter({ configuredPath: '/nowhere/python', environment: process.env, platform, signal }),
      (error: Failure) => error.reason === 'interpreter-missing' && error.message.includes('/nowhere/python'),
    );
  });

  it('stops on cancel', async () => {
    await assert.rejects(
      findInterpreter({ environment: process.env, platform, signal: AbortSignal.abort() }),
      (error: Failure) => error.reason === 'cancelled',
    );
  });
});
