/** A process of its own that decodes a recording and ends: what it takes is measured from outside. `readAudio WORKER FILE` */
import { openAudio } from '../../src/audio/openAudio.ts';

const [workerFile = '', path = ''] = process.argv.slice(2);
const { signal } = new AbortController();
await using recording = await openAudio(path, { signal, workerFile });
let seconds = 0;
for await (const samples of recording.samples({ signal })) seconds += samples.length / 16_000;
process.stdout.write(String(seconds));
