/** What the commands are offered for; whether a file is a recording is seen from its content. */
export const audioExtensions = ['mp3', 'wav', 'ogg', 'oga', 'opus', 'flac', 'webm', 'm4a', 'aac', 'mp4', 'mkv', 'mov'];

/** True for a name that a recording usually has. */
export const hasAudioName = (name: string): boolean =>
  audioExtensions.includes(name.slice(name.lastIndexOf('.') + 1).toLowerCase());

/** A time in a text, where it stands, and the seconds of the recording that it means. */
export interface FoundTime {
  readonly start: number;
  readonly text: string;
  readonly seconds: number;
}

const BRACKETS = /\[\d{1,3}:\d{2}(?::\d{2})?[^\]\n]{0,80}\]/g;
const TIME = /\d{1,3}:\d{2}(?::\d{2})?/g;

/** The times in square brackets that minutes and transcripts have, in order; those that are marked as wrong are none. */
export function findTimes(text: string): FoundTime[] {
  return [...text.matchAll(BRACKETS)]
    .filter(([brackets]) => !brackets.includes('⚠'))
    .flatMap(({ 0: brackets, index }) =>
      [...brackets.matchAll(TIME)].flatMap((time) => {
        const seconds = parseClockTime(time[0]);
        return seconds === undefined ? [] : [{ start: index + time.index, text: time[0], seconds }];
      }),
    );
}

/** The seconds of `00:12:31` or `12:31`; nothing for what is no time. */
export function parseClockTime(text: string): number | undefined {
  const match = /^(?:(\d{1,3}):)?(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!match) return undefined;
  const [, hours = '0', minutes, seconds] = match;
  if (Number(seconds) > 59 || (match[1] !== undefined && Number(minutes) > 59)) return undefined;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
