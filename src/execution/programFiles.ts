import { cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../shared/failure.ts';
import { createTemporaryFolder, type TemporaryFolder } from './temporaryFolder.ts';

/** A file or folder that a program finds in its working folder. */
export interface InputFile {
  /** Its place there, with `/` between folders. */
  readonly name: string;
  /** Where it is. */
  readonly path: string;
}

/** What a program has written, by name. */
export interface WrittenFiles {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Why not all of them are there. */
  readonly reason?: string;
}

const MOST_FILES = 100;
const MOST_BYTES = 16 * 1024 * 1024;

/** A fresh folder with copies of these files. Throws Failure `invalid-input` for one that is not there. */
export async function createProgramFolder(files: readonly InputFile[] = []): Promise<TemporaryFolder> {
  const folder = await createTemporaryFolder();
  try {
    for (const { name, path } of files) {
      const target = join(folder.path, name);
      await mkdir(dirname(target), { recursive: true });
      await cp(path, target, { recursive: true });
    }
  } catch (cause) {
    await folder.remove();
    const { name = '' } = files.find(({ path }) => String(cause).includes(path)) ?? {};
    throw new Failure('invalid-input', `The input file ${name} cannot be read.`, { cause });
  }
  return folder;
}

/** Reads what a program has written or changed in its folder, but for `leaveOut`. Links are not followed: they may lead anywhere. */
export async function readWrittenFiles(
  folder: string,
  inputs: readonly InputFile[],
  leaveOut: readonly string[] = [],
): Promise<WrittenFiles> {
  const files = new Map<string, Buffer>();
  let bytes = 0;
  let reason: string | undefined;
  const visit = async (place: string): Promise<void> => {
    const entries = await readdir(join(folder, place), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = place === '' ? entry.name : `${place}/${entry.name}`;
      if (leaveOut.includes(name) || entry.name === '__pycache__') continue;
      if (entry.isDirectory()) await visit(name);
      if (!entry.isFile()) continue;
      const path = join(folder, name);
      bytes += (await stat(path)).size;
      if (files.size >= MOST_FILES || bytes > MOST_BYTES) {
        reason = `only the first ${MOST_FILES} files and ${MOST_BYTES / 1024 ** 2} MiB that a program writes are compared`;
        return;
      }
      const content = await readFile(path);
      const original = await originalOf(name, inputs);
      if (!original?.equals(content)) files.set(name, content);
    }
  };
  await visit('');
  return { files, ...(reason !== undefined && { reason }) };
}

async function originalOf(name: string, inputs: readonly InputFile[]): Promise<Buffer | undefined> {
  const input = inputs.find((each) => name === each.name || name.startsWith(`${each.name}/`));
  return input && readFile(join(input.path, name.slice(input.name.length))).catch(() => undefined);
}
