/**
 * Filters with one row of coefficients for each output: `count` outputs from `output` on, each the product of the row
 * `table + phase * rowBytes` with the input at `input`; after each, `phase` goes on by `down`, and the input by one sample
 * for each `up` in it. All but the last four are addresses in bytes.
 */
export type FilterKernel = (
  input: number,
  table: number,
  output: number,
  count: number,
  phase: number,
  up: number,
  down: number,
  rowBytes: number,
) => void;

/** Rows are read in steps of so many coefficients. */
export const ROW_STEP = 8;

/**
 * The inner loop of resampling in WebAssembly, four products at once: JavaScript takes seven times as long, which is most
 * of the time of decoding. It is written down as its instructions, because it is too small for a compiler.
 */
export function createFilterKernel(memory: WebAssembly.Memory): FilterKernel {
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), { env: { memory } }).exports;
  return run as FilterKernel;
}

const I32 = 0x7f;
const V128 = 0x7b;
const END = 0x0b;

// Parameters, then local variables.
const INPUT = 0;
const TABLE = 1;
const OUTPUT = 2;
const COUNT = 3;
const PHASE = 4;
const UP = 5;
const DOWN = 6;
const ROW_BYTES = 7;
const COEFFICIENT = 8;
const ROW_END = 9;
const SAMPLE = 10;
const WHOLE = 11;
const SUM = 12;
const OTHER_SUM = 13;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const constant = (value: number): number[] => [0x41, value];
const add = [0x6a];
const subtract = [0x6b];
const multiply = [0x6c];
const divide = [0x6e];
const simd = (...code: number[]): number[] => [0xfd, ...code];
const loadFour = (local: number, offset: number): number[] => [...get(local), ...simd(0x00, 2, offset)];
const addFour = simd(0xe4, 0x01);
const multiplyFour = simd(0xe6, 0x01);
const lane = (index: number): number[] => [...get(SUM), ...simd(0x1f, index)];
const addFloats = [0x92];
const zeroFour = [...constant(0), ...simd(0x11)];

const accumulate = (sum: number, offset: number): number[] => [
  ...get(sum),
  ...loadFour(SAMPLE, offset),
  ...loadFour(COEFFICIENT, offset),
  ...multiplyFour,
  ...addFour,
  ...set(sum),
];
const advance = (local: number, bytes: number): number[] => [...get(local), ...constant(bytes), ...add, ...set(local)];

const instructions: readonly number[] = [
  // Nothing to do?
  ...[0x02, 0x40, ...get(COUNT), 0x45, 0x0d, 0],
  // For each output:
  ...[0x03, 0x40],
  ...[...zeroFour, ...set(SUM), ...zeroFour, ...set(OTHER_SUM), ...get(INPUT), ...set(SAMPLE)],
  ...[...get(TABLE), ...get(PHASE), ...get(ROW_BYTES), ...multiply, ...add, ...set(COEFFICIENT)],
  ...[...get(COEFFICIENT), ...get(ROW_BYTES), ...add, ...set(ROW_END)],
  // for each eight coefficients, the products;
  ...[0x03, 0x40, ...accumulate(SUM, 0), ...accumulate(OTHER_SUM, 16)],
  ...[...advance(SAMPLE, 32), ...advance(COEFFICIENT, 32)],
  ...[...get(COEFFICIENT), ...get(ROW_END), 0x49, 0x0d, 0, END],
  // the sum of the eight sums is the output;
  ...[...get(SUM), ...get(OTHER_SUM), ...addFour, ...set(SUM), ...get(OUTPUT)],
  ...[...lane(0), ...lane(1), ...addFloats, ...lane(2), ...addFloats, ...lane(3), ...addFloats, 0x38, 2, 0],
  ...advance(OUTPUT, 4),
  // and the input goes on by whole samples.
  ...[...get(PHASE), ...get(DOWN), ...add, ...set(PHASE), ...get(PHASE), ...get(UP), ...divide, ...set(WHOLE)],
  ...[...get(PHASE), ...get(WHOLE), ...get(UP), ...multiply, ...subtract, ...set(PHASE)],
  ...[...get(INPUT), ...get(WHOLE), ...constant(4), ...multiply, ...add, ...set(INPUT)],
  ...[...get(COUNT), ...constant(1), ...subtract, 0x22, COUNT, 0x0d, 0],
  ...[END, END, END],
];

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const text = (name: string): number[] => [name.length, ...Buffer.from(name)];
  const section = (id: number, ...content: number[]): number[] => [id, ...length(content), ...content];
  const body = [2, 4, I32, 2, V128, ...instructions];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 8, ...new Array<number>(8).fill(I32), 0),
    ...section(2, 1, ...text('env'), ...text('memory'), 2, 0, 1),
    ...section(3, 1, 0),
    ...section(7, 1, ...text('run'), 0, 0),
    ...section(10, 1, ...length(body), ...body),
  ]);
}

/** The length of something, in groups of seven bits. */
function length({ length: rest }: readonly number[]): number[] {
  return rest < 128 ? [rest] : [(rest % 128) + 128, rest >> 7];
}
