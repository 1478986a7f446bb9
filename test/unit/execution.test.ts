import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { decodeOutput } from '../../src/execution/decodeOutput.ts';
import { describeEnd } from '../../src/execution/describeEnd.ts';
import { compilerEnvironment, scrubEnvironment } from '../../src/execution/environment.ts';
import { DEFAULT_RUN_LIMITS, limitedCommand } from '../../src/execution/limitedCommand.ts';
import type { RunRecord } from '../../src/shared/evidence.ts';

describe('decoding output', () => {
  it('keeps valid UTF-8, a byte order mark too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(decodeOutput(Buffer.from(text, 'utf8'), false), text);
      }),
    );
    assert.equal(decodeOutput(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), false), '\ufeffa');
  });

  it('shows bytes that are not UTF-8, so that different bytes stay different', () => {
    assert.equal(decodeOutput(Uint8Array.of(0x61, 0xff, 0x62, 0xc3), false), 'a\\xffb\\xc3');
    assert.equal(decodeOutput(Uint8Array.of(0xc0, 0x80, 0xed, 0xa0, 0x80), false), '\\xc0\\x80\\xed\\xa0\\x80');
    assert.equal(decodeOutput(Uint8Array.of(0xff, 0xf0, 0x9f, 0x98, 0x80), false), '\\xff😀');
  });

  it('drops a character that the limit cut in two', () => {
    assert.equal(decodeOutput(Buffer.from('aé😀').subarray(0, 5), true), 'aé');
  });
});

describe('the environment of a converted program', () => {
  const environment = {
    PATH: '/bin',
    OPENAI_API_KEY: 'key',
    HF_TOKEN: 'token',
    AWS_SECRET_ACCESS_KEY: 's',
    HOME: '/home/me',
    LD_PRELOAD: '/x.so',
    PYTHONPATH: '/lib',
    SSH_AUTH_SOCK: '/a',
  };

  it('holds no keys and not the user’s home', () => {
    const scrubbed = scrubEnvironment(environment, '/work');
    assert.deepEqual(Object.keys(scrubbed).sort(), [
      'HOME',
      'PATH',
      'PYTHONDONTWRITEBYTECODE',
      'PYTHONHASHSEED',
      'PYTHONIOENCODING',
      'PYTHONPATH',
      'TEMP',
      'TMP',
      'TMPDIR',
      'USERPROFILE',
    ]);
    assert.equal(scrubbed['HOME'], '/work');
  });

  it('holds no keys for a compiler either, and asks it for English', () => {
    const scrubbed = compilerEnvironment({ ...environment, LANGUAGE: 'zh_TW' }, '/work');
    assert.ok(!Object.values(scrubbed).some((value) => ['key', 'token', 's', 'zh_TW'].includes(value)));
    assert.equal(scrubbed['LC_ALL'], 'C.UTF-8');
  });
});

describe('the command under limits', () => {
  const context = { platform: 'linux', processesOfUser: 10 } as const;

  it('passes the program as arguments, never as shell text', () => {
    const { command, args } = limitedCommand('/bin/pro gram', ['$(x)', ';'], DEFAULT_RUN_LIMITS, context);
    assert.equal(command, '/bin/sh');
    assert.deepEqual(args.slice(2), ['sh', '/bin/pro gram', '$(x)', ';']);
    assert.ok(!args[1]?.includes('gram'));
  });

  it('sets no memory limit for a program that reserves address space', () => {
    const script = (limits: object): string =>
      limitedCommand('a', [], { ...DEFAULT_RUN_LIMITS, ...limits }, context).args[1] ?? '';
    assert.match(script({}), /ulimit -d/);
    assert.doesNotMatch(script({ reservesAddressSpace: true }), /ulimit -d/);
  });

  it('is the command itself on Windows', () => {
    assert.deepEqual(limitedCommand('a.exe', ['b'], DEFAULT_RUN_LIMITS, { platform: 'win32', processesOfUser: 0 }), {
      command: 'a.exe',
      args: ['b'],
    });
  });
});

describe('how a program ended', () => {
  const limits = { timeoutSeconds: 5, outputBytes: 1024 ** 2, memoryBytes: 1024 ** 3 };
  const run: RunRecord = { stdout: '', stderr: '', stdoutTruncated: false, exitCode: 0, signal: null, seconds: 1 };

  it('is told in a sentence', () => {
    const sentences = [
      describeEnd('The C++', { ...run, endedBy: 'timed-out' }, limits),
      describeEnd('The C++', { ...run, endedBy: 'memory-limit' }, limits),
      describeEnd('The C++', { ...run, endedBy: 'output-limit' }, limits),
      describeEnd('The C++', { ...run, exitCode: null, signal: 'SIGSEGV' }, limits),
      describeEnd('The C++', { ...run, exitCode: 3 }, limits),
      describeEnd('The C++', { ...run, exitCode: 0xc00000fd }, limits),
    ];
    assert.deepEqual(sentences, [
      'The C++ was ended after 5 s, the time limit.',
      'The C++ needed more than 1024 MiB, the memory limit, and was ended.',
      'The C++ wrote more than 1 MiB, the output limit, and was ended.',
      'The C++ was ended by SIGSEGV: it used memory that is not its own (segmentation fault).',
      'The C++ ended with exit status 3.',
      'The C++ ended with exit status 3221225725: its stack overflowed.',
    ]);
  });
});
