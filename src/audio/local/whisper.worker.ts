import { serveModel } from '../../providers/local/serveModel.ts';
import { Whisper } from './whisper.ts';

/** The process that a local speech model runs in. */
serveModel((request) => Whisper.load(request));
