/** A text that says the same again and again, as a transcriber does that has lost its way. */
export interface Loop {
  /** What is repeated. */
  readonly unit: string;
  readonly times: number;
  /** In UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** The longest phrase, in characters, whose repetition is looked for. */
const LONGEST_UNIT = 240;
/** People do say "no, no, no, no"; nobody says a sentence so often. */
const LEAST_TIMES = 6;
const LEAST_CHARACTERS = 90;

/** Finds the longest stretch that is one phrase over and over; nothing when there is none that a person could not have said. */
export function findLoop(text: string): Loop | undefined {
  const plain = text.toLowerCase();
  let found: Loop | undefined;
  let longest = 0;
  for (let period = 1; period <= Math.min(LONGEST_UNIT, plain.length / LEAST_TIMES); period++) {
    const least = Math.max(LEAST_TIMES * period, LEAST_CHARACTERS);
    let run = period;
    for (let at = period; at <= plain.length; at++) {
      if (at < plain.length && plain.charCodeAt(at) === plain.charCodeAt(at - period)) {
        run++;
        continue;
      }
      if (run >= least && run > longest) {
        longest = run;
        const start = beginning(text, at - run, period);
        const times = Math.floor((at - start) / period);
        found = { unit: text.slice(start, start + period).trim(), times, start, end: at };
      }
      run = period;
    }
  }
  return found;
}

/** Where the phrase begins: the run may have begun in the middle of one, as what stands before it can end like it. */
function beginning(text: string, start: number, period: number): number {
  const offsets = Array.from({ length: period }, (_, offset) => start + offset);
  const beginsWord = (at: number): boolean => at === 0 || /\s/.test(text[at - 1] ?? '');
  const beginsSentence = (at: number): boolean =>
    at === 0 || /[.!?。！？]\s*$/.test(text.slice(Math.max(0, at - 3), at));
  return (
    offsets.find((at) => beginsSentence(at) && /\S/.test(text[at] ?? '')) ??
    offsets.find((at) => beginsWord(at)) ??
    start
  );
}
