import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProgramFolder, readWrittenFiles, type WrittenFiles } from '../../src/execution/programFiles.ts';
import { createTemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { compareFiles } from '../../src/verification/compareFiles.ts';

const written = (files: Readonly<Record<string, string | Buffer>>): WrittenFiles => ({
  files: new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)])),
});

describe('files that programs write', () => {
  it('are compared as text by the rule, and to the byte where they are no text', () => {
    const bytes = (last: number): Buffer => Buffer.from([0, 1, 2, last]);
    const python = written({ 'a.txt': '0.30000000000000004\n', 'b.bin': bytes(3) });
    const rule = { kind: 'tolerance' } as const;
    assert.equal(compareFiles(python, written({ 'a.txt': '0.3\n', 'b.bin': bytes(3) }), rule).mismatch, undefined);
    const { mismatch, files } = compareFiles(python, written({ 'a.txt': '0.3\n', 'b.bin': bytes(4) }), rule);
    assert.equal(mismatch?.summary, 'b.bin differs from byte 4 on.');
    assert.deepEqual(
      files.map(({ outcome }) => outcome),
      ['equal', 'different'],
    );
    assert.equal(
      compareFiles(python, written({ 'a.txt': '0.3\n', 'b.bin': bytes(3) }), { kind: 'exact' }).mismatch?.kind,
      'file',
    );
  });

  it('are those that are new or changed; links are not followed, and no more are read than a limit', async () => {
    await using source = await createTemporaryFolder();
    await mkdir(join(source.path, 'data'));
    await writeFile(join(source.path, 'data', 'kept.txt'), 'kept');
    await writeFile(join(source.path, 'data', 'changed.txt'), 'before');
    const inputs = [{ name: 'data', path: join(source.path, 'data') }];
    await using folder = await createProgramFolder(inputs);
    await writeFile(join(folder.path, 'data', 'changed.txt'), 'after');
    await writeFile(join(folder.path, 'program.py'), '');
    await writeFile(join(folder.path, 'new.txt'), 'new');
    await symlink('/etc/passwd', join(folder.path, 'link'));
    const { files, reason } = await readWrittenFiles(folder.path, inputs, ['program.py']);
    assert.deepEqual(
      [...files].map(([name, content]) => [name, content.toString()]),
      [
        ['data/changed.txt', 'after'],
        ['new.txt', 'new'],
      ],
    );
    assert.equal(reason, undefined);
    for (let index = 0; index < 120; index++) await writeFile(join(folder.path, `many${index}`), '');
    const many = await readWrittenFiles(folder.path, inputs, ['program.py']);
    assert.equal(many.files.size, 100);
    assert.match(many.reason ?? '', /100 files and 16 MiB/);
  });

  it('need input files that are there', async () => {
    await assert.rejects(createProgramFolder([{ name: 'none.txt', path: '/nowhere/none.txt' }]), {
      reason: 'invalid-input',
      message: 'The input file none.txt cannot be read.',
    });
  });
});
