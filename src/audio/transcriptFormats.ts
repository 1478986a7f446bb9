import type { TranscriptSegment } from './transcriber.ts';
import { clockTime, spokenLength, type Transcript } from './transcript.ts';

export const transcriptFormats = ['md', 'srt', 'vtt', 'json'] as const;
export type TranscriptFormat = (typeof transcriptFormats)[number];

/** Subtitles longer than this are cut at a space, as none fits a screen. */
const LINE_CHARACTERS = 84;
/** A paragraph ends with the voice, with a pause of so many seconds, or after so many. */
const PAUSE_SECONDS = 2;
const PARAGRAPH_SECONDS = 60;

/** A transcript in one of the formats, as the text of a file. */
export function formatTranscript(transcript: Transcript, format: TranscriptFormat): string {
  switch (format) {
    case 'md':
      return markdown(transcript);
    case 'srt':
      return `${cues(transcript)
        .map(({ start, end, text, speaker }, index) => {
          const said = (speaker === undefined ? text : `${speaker}: ${text}`).replaceAll('-->', '→');
          return `${index + 1}\n${subtitleTime(start, ',')} --> ${subtitleTime(end, ',')}\n${said}\n`;
        })
        .join('\n')}`;
    case 'vtt':
      return `WEBVTT\n\n${cues(transcript)
        .map(({ start, end, text, speaker }) => {
          const voice = speaker === undefined ? '' : `<v ${escapeCue(speaker)}>`;
          return `${subtitleTime(start, '.')} --> ${subtitleTime(end, '.')}\n${voice}${escapeCue(text)}\n`;
        })
        .join('\n')}`;
    case 'json':
      return `${JSON.stringify({ version: 1, ...transcript }, undefined, 2)}\n`;
  }
}

/** Consecutive segments of one voice, joined to what is read at one go. */
export function paragraphs(segments: readonly TranscriptSegment[]): TranscriptSegment[] {
  const joined: TranscriptSegment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    const goesOn =
      last !== undefined &&
      last.speaker === segment.speaker &&
      segment.start - last.end < PAUSE_SECONDS &&
      segment.end - last.start < PARAGRAPH_SECONDS;
    if (!goesOn) joined.push({ ...segment });
    else joined[joined.length - 1] = { ...last, end: segment.end, text: joinTexts(last.text, segment.text) };
  }
  return joined;
}

/** Scripts without spaces between words have none between sentences either. */
function joinTexts(before: string, after: string): string {
  const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}。，、！？]$/u.test(before);
  return dense ? before + after : `${before} ${after}`;
}

/** Where a text comes from, above it: the times below belong to the recording that this line names. */
export function recordingLine({ recording, duration, transcriber }: Transcript, modelId?: string): string {
  const link = `[${escapeMarkdown(recording)}](<${recording.replaceAll(/[<>]/g, '\\$&')}>)`;
  const by = modelId === undefined ? '' : `, minutes by ${escapeMarkdown(modelId)}`;
  return `*Recording: ${link}, ${clockTime(duration)}, transcribed by ${escapeMarkdown(transcriber)}${by}.*\n\n`;
}

function markdown(transcript: Transcript): string {
  const { recording, segments, missing, notices = [] } = transcript;
  const lines = [`${recordingLine(transcript)}# Transcript of ${escapeMarkdown(recording)}`, ''];
  for (const [start, end] of missing) {
    lines.push(
      `> From ${clockTime(start)} to ${clockTime(end)} (${spokenLength(end - start)}) nothing was transcribed.`,
      '',
    );
  }
  for (const notice of notices) lines.push(`> ⚠ ${escapeMarkdown(notice)}`, '');
  if (segments.length === 0) lines.push('No speech was found in this recording.', '');
  for (const { start, text, speaker } of paragraphs(segments)) {
    const voice = speaker === undefined ? '' : `**${escapeMarkdown(speaker)}:** `;
    lines.push(`[${clockTime(start)}] ${voice}${escapeMarkdown(text)}`, '');
  }
  return lines.join('\n');
}

function cues({ segments }: Transcript): TranscriptSegment[] {
  return segments.flatMap((segment) => {
    const texts = wrap(segment.text.replaceAll(/\s+/g, ' '));
    const total = texts.reduce((sum, text) => sum + text.length, 0);
    let start = segment.start;
    return texts.map((text) => {
      const end = start + ((segment.end - segment.start) * text.length) / Math.max(1, total);
      const cue = { ...segment, text, start, end: Math.max(end, start + 0.001) };
      start = end;
      return cue;
    });
  });
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest.length > LINE_CHARACTERS) {
    const space = rest.lastIndexOf(' ', LINE_CHARACTERS);
    let at = space > LINE_CHARACTERS / 3 ? space : LINE_CHARACTERS;
    // Not between the halves of a character.
    if (space !== at && /[\udc00-\udfff]/.test(rest[at] ?? '')) at--;
    lines.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return rest === '' ? lines : [...lines, rest];
}

function subtitleTime(seconds: number, separator: ',' | '.'): string {
  const milliseconds = Math.round(seconds * 1000);
  return `${clockTime(Math.floor(milliseconds / 1000))}${separator}${String(milliseconds % 1000).padStart(3, '0')}`;
}

/** What was said is text: it makes no tags and ends no cue. */
function escapeCue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What was said is text: it makes no links, tags or pictures. For text that does not begin its line. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>~|]/g, '\\$&');
}
