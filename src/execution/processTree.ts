import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** One process of a tree. Memory is absent where the system does not tell. */
export interface ProcessEntry {
  readonly pid: number;
  readonly name: string;
  readonly residentBytes: number;
  readonly peakBytes: number;
}

/** What identifies the processes of one run: its first process, and a word that its descendants carry in their environment. */
export interface ProcessTreeId {
  readonly pid: number;
  readonly marker: string;
}

/** The environment variable that carries the marker, by which a process that left its group and its parent is still found. */
export const MARKER_VARIABLE = 'SLIPSTREAM_RUN';

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function linuxChildren(pid: number): number[] {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return threads.flatMap((thread) =>
    (readText(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
}

function linuxEntry(pid: number): ProcessEntry | undefined {
  const status = readText(`/proc/${pid}/status`);
  if (status === undefined) return undefined;
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
  const name = /^Name:\t(.*)$/m.exec(status)?.[1] ?? '';
  return { pid, name, residentBytes: kilobytes('VmRSS'), peakBytes: kilobytes('VmHWM') };
}

/** Processes of the tree that left their group and their parent. */
function linuxStrays(id: ProcessTreeId): number[] {
  const wanted = `${MARKER_VARIABLE}=${id.marker}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && (readText(`/proc/${pid}/environ`) ?? '').split('\0').includes(wanted));
}

function linuxTree(root: number): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const entry = linuxEntry(pid);
    if (entry) entries.push(entry);
    waiting.push(...linuxChildren(pid));
  }
  return entries;
}

async function psTree(root: number): Promise<ProcessEntry[]> {
  const { stdout } = await execFileAsync('ps', ['-axo', 'pid=,ppid=,pgid=,rss='], { maxBuffer: 16 * 1024 * 1024 });
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const members = new Set([root]);
  for (let before = 0; before !== members.size;) {
    before = members.size;
    for (const [pid = 0, parent = 0, group = 0] of rows) {
      if (members.has(parent) || group === root) members.add(pid);
    }
  }
  return rows
    .filter(([pid = 0]) => members.has(pid))
    .map(([pid = 0, , , rss = 0]) => ({ pid, name: '', residentBytes: rss * 1024, peakBytes: rss * 1024 }));
}

/** The processes of a tree with their memory. Empty on Windows, which has no cheap way to tell. */
export async function listProcessTree(root: number, platform: NodeJS.Platform): Promise<readonly ProcessEntry[]> {
  if (platform === 'linux') return linuxTree(root);
  if (platform === 'win32') return [];
  return psTree(root).catch(() => []);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already, which is what was wanted.
  }
}

/** Sends a signal to a process tree: its group, its descendants, and on Linux whatever carries its marker. On Windows the tree is ended. */
export async function signalProcessTree(
  id: ProcessTreeId,
  signal: 'SIGTERM' | 'SIGKILL',
  platform: NodeJS.Platform,
): Promise<void> {
  if (platform === 'win32') {
    await execFileAsync('taskkill', ['/pid', String(id.pid), '/T', '/F'], { windowsHide: true }).catch(() => undefined);
    return;
  }
  const members = (await listProcessTree(id.pid, platform)).map((entry) => entry.pid);
  send(-id.pid, signal);
  for (const pid of members) send(pid, signal);
  if (platform !== 'linux') return;
  // A process may start another between the look and the blow, so look again until nothing is found.
  for (let round = 0; round < 20; round++) {
    const strays = linuxStrays(id);
    if (strays.length === 0) return;
    for (const pid of strays) send(pid, signal);
    if (signal === 'SIGTERM') return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
