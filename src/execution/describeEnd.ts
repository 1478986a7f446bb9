import type { RunRecord } from '../shared/evidence.ts';
import type { RunLimits } from './runner.ts';

const SIGNALS: Readonly<Record<string, string>> = {
  SIGSEGV: 'it used memory that is not its own (segmentation fault)',
  SIGBUS: 'it used memory that is not there (bus error)',
  SIGABRT: 'it aborted, as an uncaught C++ exception does',
  SIGFPE: 'an arithmetic error, such as an integer division by zero',
  SIGILL: 'it used an instruction that this processor does not have',
  SIGXFSZ: 'it wrote a file larger than allowed',
  SIGXCPU: 'it used more processor time than allowed',
  SIGKILL: 'the system ended it',
  SIGTERM: 'it was asked to end',
  SIGPIPE: 'it wrote to an output that was closed',
};

/** What Windows gives as exit status of a program that crashed. */
const CRASHES: Readonly<Record<number, string>> = {
  0xc0000005: 'it used memory that is not its own (access violation)',
  0xc00000fd: 'its stack overflowed',
  0xc0000094: 'an integer division by zero',
  0xc000001d: 'it used an instruction that this processor does not have',
  0xc0000135: 'a library it needs was not found',
  0xc0000409: 'it aborted, as an uncaught C++ exception does',
};

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

/** One sentence on how a program ended, such as "The C++ was ended after 60 s, the time limit." `who` begins the sentence. */
export function describeEnd(who: string, run: RunRecord, limits: RunLimits): string {
  switch (run.endedBy) {
    case 'timed-out':
      return `${who} was ended after ${limits.timeoutSeconds} s, the time limit.`;
    case 'output-limit':
      return `${who} wrote more than ${mebibytes(limits.outputBytes)}, the output limit, and was ended.`;
    case 'memory-limit':
      return `${who} needed more than ${mebibytes(limits.memoryBytes)}, the memory limit, and was ended.`;
    case 'process-limit':
      return `${who} started more processes than allowed and was ended.`;
    case 'cancelled':
      return `${who} was cancelled.`;
    case undefined:
      break;
  }
  if (run.signal) {
    const meaning = SIGNALS[run.signal];
    return `${who} was ended by ${run.signal}${meaning ? `: ${meaning}` : ''}.`;
  }
  const crash = CRASHES[run.exitCode ?? 0];
  return `${who} ended with exit status ${run.exitCode ?? 'unknown'}${crash ? `: ${crash}` : ''}.`;
}
