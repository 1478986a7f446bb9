import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { Failure } from '../shared/failure.ts';
import type { AudioPiece } from './audioPiece.ts';
import type { TranscriptSegment } from './transcriber.ts';

const storedPiece = z.object({
  version: z.literal(1),
  /** Times count from the start of the piece, so that the same sound is known again wherever it stands. */
  segments: z.array(
    z.object({ start: z.number(), end: z.number(), text: z.string(), speaker: z.optional(z.string()) }),
  ),
});

/** What decides, beside the sound, what a transcriber answers. */
export interface PieceContext {
  readonly transcriberId: string;
  readonly language?: string;
}

/** What transcribers have answered for pieces of sound, in a folder, so that nothing is paid twice. */
export class PieceStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The segments of a piece with times in the recording; nothing when it was never finished, or its file cannot be read. */
  async get(piece: AudioPiece, context: PieceContext): Promise<TranscriptSegment[] | undefined> {
    const text = await readFile(this.#file(piece, context), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      const stored = storedPiece.parse(JSON.parse(text));
      return stored.segments.map(({ start, end, text: said, speaker }) => ({
        start: piece.start + start,
        end: piece.start + end,
        text: said,
        ...(speaker !== undefined && { speaker }),
      }));
    } catch {
      return undefined;
    }
  }

  /** Keeps what was answered for a piece. Throws a Failure when it cannot be written. */
  async put(piece: AudioPiece, context: PieceContext, segments: readonly TranscriptSegment[]): Promise<void> {
    const file = this.#file(piece, context);
    const moved = segments.map((it) => ({ ...it, start: it.start - piece.start, end: it.end - piece.start }));
    const temporary = `${file}.${randomUUID()}`;
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(temporary, JSON.stringify({ version: 1, segments: moved } satisfies z.infer<typeof storedPiece>));
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
      throw new Failure(
        full ? 'disk-full' : 'internal',
        `What was transcribed could not be stored in ${this.folder}. ${full ? 'Make room on the disk' : 'Check that the folder can be written'} and run it again.`,
        { cause: error },
      );
    }
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  #file({ hash }: AudioPiece, { transcriberId, language }: PieceContext): string {
    const name = createHash('sha256')
      .update(JSON.stringify([hash, transcriberId, language ?? 'auto']))
      .digest('hex');
    return join(this.folder, name.slice(0, 2), `${name}.json`);
  }
}
