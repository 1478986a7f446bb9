import { join } from 'node:path';
import {
  commands,
  l10n,
  ProgressLocation,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  type Progress,
} from 'vscode';
import type { AudioInfo } from '../audio/audioPiece.ts';
import { formatUsd, totalUsd, type CostEstimate } from '../audio/minutesCost.ts';
import { PieceStore } from '../audio/pieceStore.ts';
import type { SummarizeEvent } from '../audio/summarize.ts';
import { clockTime, spokenLength, type Transcript } from '../audio/transcript.ts';
import { formatTranscript, transcriptFormats } from '../audio/transcriptFormats.ts';
import { TranscriptLibrary } from '../audio/transcriptLibrary.ts';
import type { KeySource } from '../providers/keySource.ts';
import type { LanguageModel, ReasoningEffort } from '../providers/languageModel.ts';
import { LOCAL_PROVIDER_ID, type LocalModels } from '../providers/local/localModels.ts';
import { redactedError } from '../providers/redact.ts';
import type { Providers } from '../providers/registry.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import { audioExtensions } from '../shared/recordingTimes.ts';
import { signalOf } from './abort.ts';
import { EDITOR_MODEL_PREFIX, findEditorModel } from './editorLanguageModel.ts';
import { chooseTarget, MinutesFile } from './minutesFile.ts';
import { besideRecording, nameOf, recordingOf } from './recordingFiles.ts';
import { RecordingsView, registerRecordingCommands } from './recordingsView.ts';
import { providersSettings, setting } from './settings.ts';
import { registerTimeLinks } from './timeLinks.ts';
import { chooseTranscriber } from './transcriberPicker.ts';
import { TranscriptPlayer } from './transcriptPlayer.ts';
import { requireTrust } from './workspaceTrust.ts';

const agreedKey = 'slipstream.audio.agreed';
const BUILTIN = 'builtin';

/** Who does the work on a recording, by the settings of the moment. */
interface Workers {
  readonly transcriberId: string;
  readonly modelId: string | undefined;
  /** Where the sound and the transcript go, in words; empty when nothing leaves this machine. */
  readonly leaves: readonly string[];
}

/** From recordings to minutes in the editor: the command, what is asked before, the files, the player and the list. */
class AudioNotes implements Disposable {
  readonly #context: ExtensionContext;
  readonly #keys: KeySource;
  readonly #local: LocalModels;
  readonly #log: LogOutputChannel;
  readonly #library: TranscriptLibrary;
  readonly #pieces: PieceStore;
  readonly player: TranscriptPlayer;
  readonly view: RecordingsView;
  /** What ends the work on a recording, by its address. */
  readonly #running = new Map<string, AbortController>();

  constructor(context: ExtensionContext, keys: KeySource, local: LocalModels, log: LogOutputChannel) {
    this.#context = context;
    this.#keys = keys;
    this.#local = local;
    this.#log = log;
    const storage = (name: string) => join(context.globalStorageUri.fsPath, name);
    this.#library = new TranscriptLibrary(storage('transcripts'));
    this.#pieces = new PieceStore(storage('transcribedPieces'));
    this.player = new TranscriptPlayer(context, this.#library, {
      handle: async (action, recording) => {
        if (action === 'save') await this.saveTranscript(recording);
        else if (action === 'cancel') this.#running.get(recording.toString())?.abort();
        // It takes as long as it takes, and shows by itself how it goes.
        else void this.summarize(recording).catch((error: unknown) => this.report(error));
      },
      log: (text) => log.warn(text),
    });
    this.view = new RecordingsView(this.#library, (recording) =>
      this.summarize(recording).catch((error: unknown) => this.report(error)),
    );
    registerRecordingCommands(context, this.#library, this.view);
  }

  dispose(): void {
    this.player.dispose();
  }

  /** The recording that a command is about: the one it was given, that of the player or the file in the editor, or one that is asked for. */
  async recordingFor(argument: unknown): Promise<Uri | undefined> {
    if (argument instanceof Uri) return argument;
    if (argument && typeof argument === 'object' && 'uri' in argument && typeof argument.uri === 'string') {
      return Uri.parse(argument.uri);
    }
    if (this.player.recording) return this.player.recording;
    const document = window.activeTextEditor?.document;
    return document?.languageId === 'markdown' ? recordingOf(document.uri, document.getText()) : undefined;
  }

  async askForRecording(): Promise<Uri | undefined> {
    const [first] =
      (await window.showOpenDialog({
        title: l10n.t('Summarize Audio Note'),
        openLabel: l10n.t('Summarize'),
        filters: { [l10n.t('Recordings')]: audioExtensions, [l10n.t('All files')]: ['*'] },
      })) ?? [];
    return first;
  }

  /** Transcribes a recording and writes its minutes. What fails is shown; true when it came to its end. */
  async summarize(recording: Uri): Promise<boolean> {
    const sentence = l10n.t('A recording may be sent to a provider, so it waits until you trust this workspace.');
    if (!requireTrust(sentence)) return false;
    const key = recording.toString();
    if (this.#running.has(key)) {
      await this.player.open(recording);
      return false;
    }
    const cancel = new AbortController();
    this.#running.set(key, cancel);
    let file: MinutesFile | undefined;
    let opened = false;
    try {
      if (recording.scheme !== 'file' && recording.scheme !== 'vscode-remote') {
        throw new Failure('invalid-input', l10n.t('{0} is not a file on this machine.', nameOf(recording)));
      }
      const workers = await this.#workers();
      const ending = workers.modelId === undefined ? '.transcript.md' : '.minutes.md';
      const target = await chooseTarget(besideRecording(recording, ending));
      if (!target) return false;
      file = new MinutesFile(target);
      const columns = await this.#arrange();
      await this.player.open(recording, undefined, columns.player);
      await window.withProgress(
        { location: ProgressLocation.Notification, title: nameOf(recording), cancellable: true },
        async (progress, token) => {
          const signal = AbortSignal.any([signalOf(token), cancel.signal]);
          for await (const event of await this.#events(recording, workers, signal)) {
            if (event.type === 'minutes') {
              if (!opened) await file?.open(columns.minutes, columns.preview);
              opened = true;
              file?.append(event.text);
            }
            await this.#show(recording, event, progress);
          }
        },
      );
      this.player.update(recording, { busy: false, status: '' });
      return true;
    } catch (error) {
      this.#report(recording, error);
      return false;
    } finally {
      this.#running.delete(key);
      // What arrived is kept, whatever became of the rest.
      if (opened) await file?.save();
    }
  }

  /** Writes the transcript of a recording in the format of the ending that is chosen. */
  async saveTranscript(recording: Uri): Promise<void> {
    const stored = await this.#library.load(recording.toString());
    if (!stored) throw new Failure('invalid-input', l10n.t('There is no transcript of this recording yet.'));
    const target = await window.showSaveDialog({
      title: l10n.t('Save Transcript'),
      defaultUri: besideRecording(recording, '.srt'),
      filters: { SubRip: ['srt'], WebVTT: ['vtt'], Markdown: ['md'], JSON: ['json'] },
    });
    if (!target) return;
    const format = transcriptFormats.find((it) => target.path.toLowerCase().endsWith(`.${it}`)) ?? 'md';
    await workspace.fs.writeFile(target, Buffer.from(formatTranscript(stored.transcript, format)));
    await window.showTextDocument(target, { preview: true });
  }

  /** Takes everything away that was kept of recordings. */
  async forgetAll(): Promise<void> {
    const forget = l10n.t('Forget');
    const question = l10n.t('Forget all stored transcripts? Files that you saved stay.');
    const detail = l10n.t('Recordings that are summarized again are then sent, and paid, again.');
    if ((await window.showWarningMessage(question, { modal: true, detail }, forget)) !== forget) return;
    await Promise.all([this.#library.clear(), this.#pieces.clear()]);
    this.view.refresh();
  }

  async #events(recording: Uri, workers: Workers, signal: AbortSignal): Promise<AsyncIterable<SummarizeEvent>> {
    const [{ createTranscriber }, { createLocalTranscriber }, { findTemplate }, { summarize }] = await Promise.all([
      import('../audio/createTranscriber.ts'),
      import('../audio/local/localTranscriber.ts'),
      import('../audio/minutesTemplates.ts'),
      import('../audio/summarize.ts'),
    ]);
    const template = findTemplate(
      setting<string>('minutes.template'),
      setting<Record<string, string>>('minutes.templates'),
    );
    const providers = await this.#providers();
    const baseUrl = setting<string>('audio.serverUrl').trim();
    const transcriber = await createTranscriber(workers.transcriberId, {
      providers,
      ...(baseUrl && { baseUrl }),
      local: (name) => createLocalTranscriber(this.#local, name),
    });
    const model = workers.modelId === undefined ? undefined : await this.#model(workers.modelId, providers);
    const language = setting<string>('audio.language').trim();
    const minutesLanguage = setting<string>('minutes.language').trim();
    const reasoningEffort = setting<ReasoningEffort | null>('reasoningEffort');
    return summarize(
      recording.fsPath,
      {
        transcriber,
        ...(model && { model }),
        store: this.#pieces,
        audio: { workerFile: Uri.joinPath(this.#context.extensionUri, 'dist', 'audio.worker.cjs').fsPath },
        approve: (info, cost) => this.#approve(recording, info, cost, workers),
      },
      {
        signal,
        template,
        parallel: setting('audio.parallel'),
        ...(language && { language }),
        ...(minutesLanguage && { minutesLanguage }),
        ...(reasoningEffort && { reasoningEffort }),
      },
    );
  }

  async #providers(): Promise<Providers> {
    const { Providers } = await import('../providers/registry.ts');
    return new Providers({ settings: providersSettings(), keys: this.#keys, local: this.#local });
  }

  #model(id: string, providers: Providers): Promise<LanguageModel> {
    const justification = l10n.t('Slipstream writes minutes of a recording with the model you chose.');
    return id.startsWith(EDITOR_MODEL_PREFIX) ? findEditorModel(id, justification) : providers.languageModel(id);
  }

  async #workers(): Promise<Workers> {
    const transcriberId = setting<string>('audio.transcriber');
    const chosen = setting<string>('minutes.model') || setting<string>('model');
    const modelId = chosen === BUILTIN ? undefined : chosen;
    const providers = (await this.#providers()).list();
    const placeOf = (id: string): string | undefined => {
      const provider = id.slice(0, id.indexOf('/'));
      if (provider === LOCAL_PROVIDER_ID) return undefined;
      if (id.startsWith(EDITOR_MODEL_PREFIX)) return l10n.t('a model of the editor');
      const known = providers.find((it) => it.id === provider);
      return known?.baseUrl ?? known?.label ?? provider;
    };
    const serverUrl = setting<string>('audio.serverUrl').trim();
    const isLocalModel = transcriberId.startsWith(`${LOCAL_PROVIDER_ID}/`);
    const soundPlace = isLocalModel ? undefined : serverUrl || placeOf(transcriberId);
    const textPlace = modelId === undefined ? undefined : placeOf(modelId);
    return {
      transcriberId,
      modelId,
      leaves: [
        ...(soundPlace && !isOnThisMachine(soundPlace)
          ? [l10n.t('The sound goes to {0} ({1}).', transcriberId, soundPlace)]
          : []),
        ...(textPlace && modelId !== undefined && !isOnThisMachine(textPlace)
          ? [l10n.t('What is said in it goes, as text, to {0} ({1}).', modelId, textPlace)]
          : []),
      ],
    };
  }

  /** Asks before anything leaves this machine, unless the user agreed once for these, and whenever it costs more than the threshold. */
  async #approve(recording: Uri, info: AudioInfo, cost: CostEstimate, { leaves }: Workers): Promise<boolean> {
    const usd = totalUsd(cost);
    const isDear = usd !== undefined && usd > setting<number>('audio.costThreshold');
    const agreed = this.#context.globalState.get<string[]>(agreedKey) ?? [];
    const what = leaves.join(' ');
    if (!isDear && (leaves.length === 0 || agreed.includes(what))) return true;
    const send = l10n.t('Send');
    const always = l10n.t('Send, and Do Not Ask Again');
    const price =
      usd === undefined ? l10n.t('What it costs is not known.') : l10n.t('It costs at most {0}.', formatUsd(usd));
    const answer = await window.showInformationMessage(
      l10n.t('Send {0} ({1})?', nameOf(recording), clockTime(info.duration)),
      { modal: true, detail: [...leaves, price].join('\n') },
      send,
      ...(leaves.length > 0 ? [always] : []),
    );
    if (answer === always) await this.#context.globalState.update(agreedKey, [...agreed, what]);
    return answer === send || answer === always;
  }

  async #show(recording: Uri, event: SummarizeEvent, progress: Progress<{ message?: string }>): Promise<void> {
    const tell = (message: string): void => {
      progress.report({ message });
      this.player.update(recording, { busy: true, status: message });
    };
    switch (event.type) {
      case 'opened':
        tell(l10n.t('Reading {0}', clockTime(event.info.duration)));
        break;
      case 'progress':
        tell(
          l10n.t('Transcribed {0} of {1}', spokenLength(event.doneSeconds), spokenLength(event.totalSeconds)) +
            (event.knownSeconds > 0 ? l10n.t(', {0} of it before', spokenLength(event.knownSeconds)) : ''),
        );
        break;
      case 'transcript':
        this.player.update(recording, { busy: true, transcript: event.transcript });
        await this.#keep(recording, event.transcript, event.complete);
        if (event.complete) tell(l10n.t('Writing minutes'));
        break;
      case 'condensing':
        tell(l10n.t('Making notes of part {0} of {1}', event.step, event.steps));
        break;
      case 'notice':
        this.#log.warn(event.message);
        break;
      case 'minutes':
      case 'finished':
        break;
    }
  }

  async #keep(recording: Uri, transcript: Transcript, complete: boolean): Promise<void> {
    await this.#library.save({
      uri: recording.toString(),
      savedAt: new Date().toISOString(),
      complete,
      transcript: {
        ...transcript,
        segments: [...transcript.segments],
        missing: transcript.missing.map(([start, end]): [number, number] => [start, end]),
      },
    });
    this.view.refresh();
  }

  /** Says what went wrong, with what can be done about it. */
  #report(recording: Uri, error: unknown): void {
    const failure = toFailure(error);
    const isCancel = failure.reason === 'cancelled';
    const message = isCancel
      ? l10n.t('Cancelled. What is transcribed is kept: run it again, and it goes on from there.')
      : failure.message;
    this.player.update(recording, { busy: false, status: message });
    if (isCancel) return;
    this.#log.error(redactedError(failure));
    const again = l10n.t('Try Again');
    const setKey = l10n.t('Set API Key');
    const other = l10n.t('Choose Transcriber');
    const isKey = failure.reason === 'wrong-key' || failure.reason === 'missing-key';
    const choices = isKey ? [setKey, again] : failure.reason === 'invalid-input' ? [] : [again, other];
    window.showErrorMessage(failure.message, ...choices).then(
      (answer) => {
        if (answer === again) void this.summarize(recording).catch((cause: unknown) => this.report(cause));
        else if (answer === setKey) void commands.executeCommand('slipstream.setApiKey');
        else if (answer === other) void commands.executeCommand('slipstream.chooseTranscriber');
      },
      () => undefined,
    );
  }

  /** Where things go: the minutes left, their preview and below it the player right; with something open already, all of it beside. */
  async #arrange(): Promise<{ minutes: ViewColumn; preview: ViewColumn | undefined; player: ViewColumn }> {
    const groups = window.tabGroups.all;
    const [first] = groups;
    if (groups.length > 1) {
      const others = groups.filter(({ viewColumn }) => viewColumn !== this.player.column);
      const empty = others.filter(({ tabs }) => tabs.length === 0);
      const minutes = empty[0] ?? others.find(({ isActive }) => isActive) ?? others[0];
      return {
        minutes: minutes?.viewColumn ?? ViewColumn.One,
        preview: empty[1]?.viewColumn,
        player: this.player.column ?? empty[2]?.viewColumn ?? ViewColumn.Beside,
      };
    }
    await commands.executeCommand('vscode.setEditorLayout', {
      orientation: 0,
      groups: [{ size: 0.5 }, { size: 0.5, groups: [{ size: 0.5 }, { size: 0.5 }] }],
    });
    return first && first.tabs.length > 0
      ? { minutes: ViewColumn.Two, preview: undefined, player: ViewColumn.Three }
      : { minutes: ViewColumn.One, preview: ViewColumn.Two, player: ViewColumn.Three };
  }

  report(error: unknown): void {
    const failure = toFailure(error);
    this.#log.error(redactedError(failure));
    if (failure.reason !== 'cancelled') void window.showErrorMessage(failure.message);
  }
}

function isOnThisMachine(place: string): boolean {
  return /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])(?=[:/]|$)/i.test(place);
}

/** Registers all that has to do with recordings. */
export function registerAudioNotes(
  context: ExtensionContext,
  keys: KeySource,
  local: LocalModels,
  log: LogOutputChannel,
): void {
  const notes = new AudioNotes(context, keys, local, log);
  const register = (name: string, run: (argument: unknown) => Promise<unknown>) =>
    commands.registerCommand(`slipstream.${name}`, (argument?: unknown) =>
      run(argument).catch((error: unknown) => notes.report(error)),
    );
  context.subscriptions.push(
    notes,
    register('summarizeAudio', async (argument) => {
      const given = argument instanceof Uri || (argument && typeof argument === 'object' && 'uri' in argument);
      const recording = await (given ? notes.recordingFor(argument) : notes.askForRecording());
      return recording && notes.summarize(recording);
    }),
    register('openRecording', async (argument) => {
      const recording = (await notes.recordingFor(argument)) ?? (await notes.askForRecording());
      if (recording) await notes.player.open(recording);
    }),
    register('saveTranscript', async (argument) => {
      const recording = await notes.recordingFor(argument);
      if (!recording) throw new Failure('invalid-input', l10n.t('There is no transcript of this recording yet.'));
      await notes.saveTranscript(recording);
    }),
    register('chooseTranscriber', () => chooseTranscriber(local)),
    register('forgetTranscripts', () => notes.forgetAll()),
  );
  registerTimeLinks(context, notes.player);
}
