import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';

const storedTranscript = z.object({
  version: z.literal(1),
  /** The recording as the editor names it. */
  uri: z.string(),
  /** ISO 8601. */
  savedAt: z.string(),
  /** False while a part is missing. */
  complete: z.boolean(),
  transcript: z.object({
    recording: z.string(),
    duration: z.number(),
    transcriber: z.string(),
    language: z.optional(z.string()),
    segments: z.array(
      z.object({ start: z.number(), end: z.number(), text: z.string(), speaker: z.optional(z.string()) }),
    ),
    missing: z.array(z.tuple([z.number(), z.number()])),
  }),
});

/** A transcript that is kept, with the recording that it belongs to. */
export type StoredTranscript = z.infer<typeof storedTranscript>;

/** The transcripts of recordings, one file each, in a folder. */
export class TranscriptLibrary {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps a transcript in place of an earlier one of the same recording. */
  async save(entry: Omit<StoredTranscript, 'version'>): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const file = this.#file(entry.uri);
    const temporary = `${file}.${randomUUID()}`;
    await writeFile(temporary, JSON.stringify({ version: 1, ...entry } satisfies StoredTranscript));
    await rename(temporary, file);
  }

  /** The transcript of a recording; nothing when there is none that can be read. */
  async load(uri: string): Promise<StoredTranscript | undefined> {
    return read(this.#file(uri));
  }

  /** All of them, the newest first. */
  async list(): Promise<StoredTranscript[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const entries = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => read(join(this.#folder, name))),
    );
    return entries.filter((it) => it !== undefined).sort((a, b) => b.savedAt.localeCompare(a.savedAt));
  }

  async remove(uri: string): Promise<void> {
    await rm(this.#file(uri), { force: true });
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #file(uri: string): string {
    return join(this.#folder, `${createHash('sha256').update(uri).digest('hex')}.json`);
  }
}

async function read(file: string): Promise<StoredTranscript | undefined> {
  try {
    return storedTranscript.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
