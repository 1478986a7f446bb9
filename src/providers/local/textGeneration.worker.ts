import { serveModel } from './serveModel.ts';
import { TextGeneration } from './textGeneration.ts';

/** The process that a local language model runs in. */
serveModel((request) => TextGeneration.load(request));
