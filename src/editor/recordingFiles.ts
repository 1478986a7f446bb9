import { FileType, Uri, workspace } from 'vscode';
import { hasAudioName } from '../shared/recordingTimes.ts';

/** The last part of a path. */
export const nameOf = (uri: Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);

/** The name without what comes behind its last dot. */
export const stemOf = (uri: Uri): string => nameOf(uri).replace(/\.[^.]+$/, '');

/** The file beside a recording that has its name and this ending. */
export function besideRecording(recording: Uri, ending: string): Uri {
  return Uri.joinPath(recording, '..', `${stemOf(recording)}${ending}`);
}

/** True when there is a file. */
export async function exists(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** What files of minutes and transcripts are called behind the name of their recording. */
const ENDING = /\.(minutes|transcript)(-\d+)?\.md$/;

/** The recording that a file of minutes or a transcript belongs to: the one that it names in its first lines, else the one of its name beside it. Other files have none. */
export async function recordingOf(minutes: Uri, text: string): Promise<Uri | undefined> {
  const folder = Uri.joinPath(minutes, '..');
  const named = /^\*Recording: \[.*\]\(<(.+?)>\)/m.exec(text.slice(0, 1000))?.[1];
  if (named && !/[\\/]/.test(named)) {
    const uri = Uri.joinPath(folder, named);
    if (hasAudioName(named) && (await exists(uri))) return uri;
  }
  if (!ENDING.test(nameOf(minutes))) return undefined;
  const stem = nameOf(minutes).replace(ENDING, '');
  const entries = await workspace.fs.readDirectory(folder).then(undefined, () => []);
  const [entry] = entries.filter(
    ([name, type]) => type !== FileType.Directory && hasAudioName(name) && name.replace(/\.[^.]+$/, '') === stem,
  );
  return entry && Uri.joinPath(folder, entry[0]);
}
