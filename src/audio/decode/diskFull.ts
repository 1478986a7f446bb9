import { tmpdir } from 'node:os';
import { Failure } from '../../shared/failure.ts';

/** A Failure with a sentence where an error tells that the disk is full; other errors as they are. */
export function explainFullDisk(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) return error;
  const sentence = `The disk with ${tmpdir()} is full, where pieces of the recording are written before they are sent. Make room and run it again.`;
  return new Failure('disk-full', sentence, { cause: error });
}
