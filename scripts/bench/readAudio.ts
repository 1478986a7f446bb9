/** A process of its own that reads a recording and ends: what it takes is measured from outside. `readAudio WORKER FILE decode|segment` */
import { openAudio } from '../../src/audio/openAudio.ts';
import { segmentAudio } from '../../src/audio/segmentAudio.ts';
import { speechModel } from '../../src/audio/speechModels.ts';

const [workerFile = '', path = '', job] = process.argv.slice(2);
const { signal } = new AbortController();
await using recording = await openAudio(path, { signal, workerFile });
let seconds = 0;
if (job === 'segment') {
  const { limits } = speechModel('whisper-1');
  for await (const piece of segmentAudio(recording, { signal, limits, takesEncoded: true })) {
    using current = piece;
    await current.encode();
    seconds = current.end;
  }
} else {
  for await (const samples of recording.samples({ signal })) seconds += samples.length / 16_000;
}
process.stdout.write(String(seconds));
