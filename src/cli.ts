import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './commandLine/call.ts';
import { Failure, toFailure } from './shared/failure.ts';

/** Each command is loaded when it is called, with all that it needs. */
const commands: Record<string, () => Promise<Command>> = {
  compare: async () => (await import('./commandLine/compareEngines.ts')).compareCommand,
  convert: async () => (await import('./commandLine/convert.ts')).convertCommand,
  flags: async () => (await import('./commandLine/flags.ts')).flagsCommand,
  inputs: async () => (await import('./commandLine/inputs.ts')).inputsCommand,
  local: async () => (await import('./commandLine/local.ts')).localCommand,
  minutes: async () => (await import('./commandLine/minutes.ts')).minutesCommand,
  model: async () => (await import('./commandLine/model.ts')).modelCommand,
  models: async () => (await import('./commandLine/models.ts')).modelsCommand,
  tokens: async () => (await import('./commandLine/tokens.ts')).tokensCommand,
  transcribe: async () => (await import('./commandLine/minutes.ts')).transcribeCommand,
  verify: async () => (await import('./commandLine/verify.ts')).verifyCommand,
  wrap: async () => (await import('./commandLine/wrap.ts')).wrapCommand,
};

async function usage(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  return `Slipstream: Python to C++ that is compiled, compared and measured.

${all.map((command) => command.usage).join('\n\n')}

A key is read from the provider's usual environment variable, such as OPENAI_API_KEY or HF_TOKEN.
The base URL of a provider is read from SLIPSTREAM_BASE_URL_ID, such as SLIPSTREAM_BASE_URL_OLLAMA.
Models of this machine are kept in SLIPSTREAM_MODELS and computed by SLIPSTREAM_DEVICE; HF_ENDPOINT names a mirror of the Hub.
SLIPSTREAM_SPEECH_URL is the base URL of a speech server that is not the provider's; SLIPSTREAM_TRANSCRIPTS keeps what was transcribed.
Exit status: 0 if everything asked for succeeded and the outputs were equal, 1 if not, 2 for a wrong call, 130 if cancelled.
`;
}

/** The files that the parser and the built-in engine load lie beside this program. */
const assetFolder = join(dirname(fileURLToPath(import.meta.url)), 'assets');

async function main([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined) {
    process.stderr.write(await usage());
    return 2;
  }
  if (['-h', '--help', 'help'].includes(name)) {
    process.stdout.write(await usage());
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new Failure('invalid-input', `There is no command "${name}". "slipstream --help" lists them.`);
  const command = await load();
  const end = rest.indexOf('--');
  // What stands behind `--` is for the program that is run.
  if (rest.slice(0, end < 0 ? rest.length : end).some((it) => it === '-h' || it === '--help')) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return command.run(rest, assetFolder);
}

// A reader that has seen enough, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  const failure = toFailure(error);
  process.stderr.write(`${failure.message}\n`);
  if (failure.reason === 'cancelled') return 130;
  return failure.reason === 'invalid-input' ? 2 : 1;
});
