/** What the comparison with peers says of what was measured. */
import { parseArgs } from 'node:util';

/** Who runs a program: `hand` is the C++ written by hand, `ours` that of the built-in engine. */
export type Peer = 'hand' | 'ours' | 'pypy' | 'cython' | 'cpython';

/** The peers in the order of the table. */
export const PEERS: readonly Peer[] = ['hand', 'ours', 'pypy', 'cython', 'cpython'];

/** How each peer is called. */
export const PEER_NAMES: Readonly<Record<Peer, string>> = {
  hand: 'Hand-written',
  ours: 'Ours',
  pypy: 'PyPy',
  cython: 'Cython',
  cpython: 'CPython',
};

/** What was asked for on the command line. */
export interface PeerRequest {
  /** Programs without `.py`; none means all. */
  readonly names: readonly string[];
  /** Rounds in which the two C++ programs take turns. */
  readonly rounds: number;
  /** Leaves out everything but the two C++ programs. */
  readonly isNative: boolean;
}

/** Seconds of each run of one program, by who ran it, and why a peer has none. */
export interface PeerResult {
  readonly name: string;
  readonly seconds: Readonly<Partial<Record<Peer, readonly number[]>>>;
  /** Peers whose output was not that of CPython, or without CPython not that of the program written by hand. */
  readonly different: readonly Peer[];
}

/** Reads `[--rounds N] [--native] [NAME...]`; throws a TypeError on anything else. */
export function parsePeerRequest(args: readonly string[]): PeerRequest {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { rounds: { type: 'string', default: '5' }, native: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new TypeError(`--rounds takes a whole number from 1, not "${values.rounds}".`);
  }
  return { names: positionals.map((name) => name.replace(/\.py$/, '')), rounds, isNative: values.native };
}

/** The geometric mean of ratios; NaN of none. */
export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

/** How many times as long as the program written by hand a peer took, by the fastest run of each. */
export function ratioToHand(result: PeerResult, peer: Peer): number | undefined {
  const { [peer]: own, hand } = result.seconds;
  if (!own?.length || !hand?.length) return undefined;
  return Math.min(...own) / Math.min(...hand);
}

const asRatio = (ratio: number | undefined): string =>
  ratio === undefined ? '–' : `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;

/** Head and rows of the table: seconds of the program written by hand, then each peer's time over it; means last. */
export function peerTable(results: readonly PeerResult[]): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const others = PEERS.filter((peer) => peer !== 'hand' && results.some(({ seconds }) => seconds[peer]?.length));
  const rows = results.map((result) => [
    result.name,
    result.seconds.hand?.length ? `${Math.min(...result.seconds.hand).toFixed(3)} s` : '–',
    ...others.map((peer) => asRatio(ratioToHand(result, peer))),
    result.different.length ? `different: ${result.different.map((peer) => PEER_NAMES[peer]).join(', ')}` : 'equal',
  ]);
  const means = others.map((peer) => {
    const ratios = results.map((result) => ratioToHand(result, peer)).filter((ratio) => ratio !== undefined);
    return ratios.length ? asRatio(geometricMean(ratios)) : '–';
  });
  return {
    head: ['Program', PEER_NAMES.hand, ...others.map((peer) => PEER_NAMES[peer]), 'Outputs'],
    rows: [...rows, ['geometric mean', '', ...means, '']],
  };
}
