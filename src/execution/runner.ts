import type { RunRecord } from '../shared/evidence.ts';

/** Limits for one run of one program. */
export interface RunLimits {
  readonly timeoutSeconds: number;
  readonly outputBytes: number;
  readonly memoryBytes: number;
  /** Processes and threads the program may have at once; 256 unless told. */
  readonly processes?: number;
  /** Size of the largest file it may write; 1 GiB unless told. */
  readonly fileBytes?: number;
  /** True for programs that reserve far more address space than they use, such as those built with AddressSanitizer: memory is then only watched. */
  readonly reservesAddressSpace?: boolean;
}

export interface RunRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly workingFolder: string;
  readonly stdin?: string;
  readonly limits: RunLimits;
  /** Folders the program must be able to read although they may be in the user's home, such as that of an interpreter. Its own folder always is. */
  readonly readableFolders?: readonly string[];
  /** Path of the compiled launcher (see launcherSource.ts), for exact times and peak memory. */
  readonly launcher?: string;
  /** Extra environment on top of the scrubbed one. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs programs under limits. Cancel ends the whole process tree; the record then says `endedBy: 'cancelled'`. Throws Failure only when the program cannot be started. */
export interface Runner {
  readonly sandboxed: boolean;
  run(request: RunRequest, options: { readonly signal: AbortSignal }): Promise<RunRecord>;
}
