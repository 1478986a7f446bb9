import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { EVIDENCE_VERSION, type Evidence } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';

/** What must hold of a stored record before anything renders it; the rest of the shape is our own writing. */
const storedEvidence = z.looseObject({
  version: z.literal(EVIDENCE_VERSION),
  id: z.string(),
  startedAt: z.string(),
  status: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
  unit: z.looseObject({ kind: z.string(), name: z.string(), source: z.string() }),
  converterId: z.string(),
  converterLabel: z.string(),
  attempts: z.array(z.looseObject({ number: z.number(), cpp: z.string() })),
  cpp: z.string(),
  diagnostics: z.array(z.looseObject({ message: z.string(), line: z.number() })),
  machine: z.looseObject({ platform: z.string() }),
  notChecked: z.array(z.string()),
});

/** Ids are made by `newEvidenceId`; anything else could name a file outside the folder. */
const idPattern = /^[0-9A-Za-z-]{8,80}$/;

/** Keeps Evidence as one JSON file per conversion in a folder. Files are replaced whole, so a crash never leaves half a record. */
export class EvidenceStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async save(evidence: Evidence): Promise<void> {
    await this.#write(this.#file(evidence.id), JSON.stringify(evidence, undefined, 2));
  }

  /** Keeps what a person made of the C++ of a conversion; the record itself stays as it was measured. */
  async saveEdit(id: string, cpp: string): Promise<void> {
    await this.#write(this.#file(id, '.edited.cpp'), cpp);
  }

  /** What a person made of the C++, if anything. */
  async loadEdit(id: string): Promise<string | undefined> {
    return readFile(this.#file(id, '.edited.cpp'), 'utf8').catch(() => undefined);
  }

  /** Throws Failure `invalid-input` when there is no such record or it cannot be read. */
  async load(id: string): Promise<Evidence> {
    const file = this.#file(id);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (cause) {
      throw new Failure('invalid-input', 'This conversion is no longer in the history.', { cause });
    }
    try {
      return storedEvidence.parse(JSON.parse(text)) as unknown as Evidence;
    } catch (cause) {
      throw new Failure('invalid-input', 'The record of this conversion is damaged or of another version.', { cause });
    }
  }

  /** The newest records first, at most `limit`; damaged ones are left out. */
  async list(limit = 200): Promise<Evidence[]> {
    const names = await readdir(this.#folder).catch(() => [] as string[]);
    const ids = names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort()
      .reverse()
      .slice(0, limit);
    const records = await Promise.all(ids.map((id) => this.load(id).catch(() => undefined)));
    return records.filter((record) => record !== undefined);
  }

  async remove(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
    await rm(this.#file(id, '.edited.cpp'), { force: true });
  }

  async #write(file: string, text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, text);
    await rename(temporary, file);
  }

  #file(id: string, ending = '.json'): string {
    if (!idPattern.test(id)) throw new Failure('invalid-input', 'This is not the id of a conversion.');
    return join(this.#folder, id + ending);
  }
}
