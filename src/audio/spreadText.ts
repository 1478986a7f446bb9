import type { TranscriptSegment } from './transcriber.ts';

/** A stretch of sound, in seconds of the recording. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text that came without times into sentences and gives each its share of the stretch by its length. The times are
 * about right for short stretches only.
 */
export function spreadText(text: string, { start, end }: Stretch, language?: string): TranscriptSegment[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const sentences = [...new Intl.Segmenter(language, { granularity: 'sentence' }).segment(trimmed)];
  const secondsPerUnit = (end - start) / trimmed.length;
  return sentences.flatMap(({ segment, index }) => {
    const sentence = segment.trim();
    if (sentence === '') return [];
    const from = start + index * secondsPerUnit;
    return [{ start: from, end: Math.min(end, from + segment.length * secondsPerUnit), text: sentence }];
  });
}
