/** A process of its own that reads a recording and ends: what it takes is measured from outside. `readAudio.ts FILE decode|segment` */
import { join } from 'node:path';
import { openAudio } from '../../src/audio/openAudio.ts';
import { segmentAudio } from '../../src/audio/segmentAudio.ts';
import { root } from '../environment.ts';

const [path = '', job] = process.argv.slice(2);
const { signal } = new AbortController();
const recording = await openAudio(path, { signal, workerFile: join(root, 'dist', 'audio.worker.js') });
let seconds = 0;
if (job === 'segment') {
  const limits = { seconds: 600, bytes: 25e6 };
  for await (const piece of segmentAudio(recording, { signal, limits, takesEncoded: true })) {
    await piece.encode();
    seconds = piece.end;
  }
} else {
  for await (const samples of recording.samples({ signal })) seconds += samples.length / 16_000;
}
process.stdout.write(String(seconds));
