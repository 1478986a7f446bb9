import type { RunRecord, VerificationRecord } from '../shared/evidence.ts';

/** Stored program output is cut to this many characters; the comparison itself saw all of it. */
const STORED_OUTPUT_CHARACTERS = 64 * 1024;

/** A comparison as Evidence keeps it. */
export function storedVerification(record: VerificationRecord): VerificationRecord {
  return {
    ...record,
    ...(record.python && { python: storedRun(record.python) }),
    ...(record.cpp && { cpp: storedRun(record.cpp) }),
  };
}

function storedRun(run: RunRecord): RunRecord {
  return {
    ...run,
    stdout: run.stdout.slice(0, STORED_OUTPUT_CHARACTERS),
    stderr: run.stderr.slice(0, STORED_OUTPUT_CHARACTERS),
    stdoutTruncated: run.stdoutTruncated || run.stdout.length > STORED_OUTPUT_CHARACTERS,
  };
}
