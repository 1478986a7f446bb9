import type { RunLimits } from './runner.ts';

/** Limits that fit a program a person would convert and try. */
export const DEFAULT_RUN_LIMITS: RunLimits = {
  timeoutSeconds: 60,
  outputBytes: 16 * 1024 * 1024,
  memoryBytes: 4 * 1024 ** 3,
};

export const DEFAULT_PROCESSES = 256;
const DEFAULT_FILE_BYTES = 1024 ** 3;

/** Address space beyond the memory limit that libraries and thread stacks may claim without using it. */
const ADDRESS_SPACE_SLACK = 1024 ** 3;

/**
 * Shell text that sets the system's own limits. Data size stands for memory because address space also counts what is
 * only reserved. dash calls the process limit -p where bash calls it -u; root is exempt from it, so the runner watches as well.
 */
export function limitSettings(
  limits: RunLimits,
  context: { readonly platform: NodeJS.Platform; readonly processesOfUser: number },
): string {
  const fileBlocks = Math.ceil((limits.fileBytes ?? DEFAULT_FILE_BYTES) / 512);
  const processes = context.processesOfUser + (limits.processes ?? DEFAULT_PROCESSES);
  const settings = ['ulimit -c 0', `ulimit -f ${fileBlocks}`];
  if (context.platform === 'linux') {
    settings.push(`ulimit -u ${processes} || ulimit -p ${processes}`);
    if (!limits.reservesAddressSpace) {
      settings.push(`ulimit -d ${Math.ceil((limits.memoryBytes + ADDRESS_SPACE_SLACK) / 1024)}`);
    }
  }
  return `{ ${settings.join('; ')}; } 2>/dev/null`;
}

/**
 * Puts the system's own limits around a command: a shell that sets them and then becomes the program. The command is
 * passed as arguments, never as shell text.
 */
export function limitedCommand(
  command: string,
  args: readonly string[],
  limits: RunLimits,
  context: { readonly platform: NodeJS.Platform; readonly processesOfUser: number },
): { readonly command: string; readonly args: readonly string[] } {
  if (context.platform === 'win32') return { command, args };
  const script = `${limitSettings(limits, context)}; exec "$@"`;
  return { command: '/bin/sh', args: ['-c', script, 'sh', command, ...args] };
}
