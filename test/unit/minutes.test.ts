import assert from 'node:assert/strict';
import { readAnswer } from '../../src/audio/openAiTranscriber.ts';
import { estimateCost, formatUsd, totalUsd } from '../../src/audio/minutesCost.ts';
import { MinutesCheck } from '../../src/audio/minutesCheck.ts';
import { minutesMessages, transcriptLines } from '../../src/audio/minutesPrompt.ts';
import { builtinTemplates, findTemplate } from '../../src/audio/minutesTemplates.ts';
import { findLoop } from '../../src/audio/repeatedText.ts';
import { speechModel } from '../../src/audio/speechModels.ts';
import { spreadText } from '../../src/audio/spreadText.ts';
import { clockTime, spokenLength, type Transcript } from '../../src/audio/transcript.ts';
import { formatTranscript } from '../../src/audio/transcriptFormats.ts';
import { splitLines } from '../../src/audio/writeMinutes.ts';
import { estimateTokens } from '../../src/providers/tokenEstimate.ts';
import { findPricePerMinute } from '../../src/providers/prices.ts';
import { Failure } from '../../src/shared/failure.ts';
import { findTimes, parseClockTime } from '../../src/shared/recordingTimes.ts';

const transcript: Transcript = {
  recording: 'stand*up*.mp3',
  duration: 3725,
  transcriber: 'openai/whisper-1',
  segments: [
    { start: 0, end: 1.5, text: 'Good morning.', speaker: 'Anna' },
    { start: 1.6, end: 3, text: 'Is 3 < 4 & <b>bold</b> --> yes?', speaker: 'Anna' },
    { start: 3661.25, end: 3665, text: '[Ben] fixes ![it](x) by Friday', speaker: 'Ben' },
  ],
  missing: [],
};

describe('transcripts', () => {
  it('are told as Markdown, SRT, VTT and JSON, in which what was said is text', () => {
    assert.equal(
      formatTranscript({ ...transcript, missing: [[10, 70]] }, 'md'),
      [
        '*Recording: [stand\\*up\\*.mp3](<stand*up*.mp3>), 01:02:05, transcribed by openai/whisper-1.*',
        '',
        '# Transcript of stand\\*up\\*.mp3',
        '',
        '> From 00:00:10 to 00:01:10 (60 s) nothing was transcribed.',
        '',
        '[00:00:00] **Anna:** Good morning. Is 3 \\< 4 & \\<b\\>bold\\</b\\> --\\> yes?',
        '',
        '[01:01:01] **Ben:** \\[Ben\\] fixes !\\[it\\](x) by Friday',
        '',
      ].join('\n'),
    );
    assert.equal(
      formatTranscript(transcript, 'srt'),
      [
        '1\n00:00:00,000 --> 00:00:01,500\nAnna: Good morning.\n',
        '2\n00:00:01,600 --> 00:00:03,000\nAnna: Is 3 < 4 & <b>bold</b> → yes?\n',
        '3\n01:01:01,250 --> 01:01:05,000\nBen: [Ben] fixes ![it](x) by Friday\n',
      ].join('\n'),
    );
    assert.equal(
      formatTranscript(transcript, 'vtt'),
      [
        'WEBVTT\n',
        '00:00:00.000 --> 00:00:01.500\n<v Anna>Good morning.\n',
        '00:00:01.600 --> 00:00:03.000\n<v Anna>Is 3 &lt; 4 &amp; &lt;b&gt;bold&lt;/b&gt; --&gt; yes?\n',
        '01:01:01.250 --> 01:01:05.000\n<v Ben>[Ben] fixes ![it](x) by Friday\n',
      ].join('\n'),
    );
    assert.deepEqual(JSON.parse(formatTranscript(transcript, 'json')), { version: 1, ...transcript });
  });

  it('cut subtitles that no screen holds, and lose nothing', () => {
    const text = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
    const srt = formatTranscript({ ...transcript, segments: [{ start: 0, end: 60, text }] }, 'srt');
    const lines = srt.split('\n').filter((line) => line.startsWith('word'));
    assert.ok(lines.length > 3 && lines.every((line) => line.length <= 84));
    assert.equal(lines.join(' '), text);
    const emoji = formatTranscript({ ...transcript, segments: [{ start: 0, end: 60, text: '😀'.repeat(200) }] }, 'srt');
    assert.ok(emoji.isWellFormed());
  });

  it('have times that people write', () => {
    assert.deepEqual([0, 61.9, 3725, 360_000].map(clockTime), ['00:00:00', '00:01:01', '01:02:05', '100:00:00']);
    assert.deepEqual(['00:01:01', '1:01', '75:00', '1:75', '1:60:00', 'x'].map(parseClockTime), [
      61,
      61,
      4500,
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(
      findTimes('- x [00:00:12, 1:05] and [01:30:00 ⚠ not in the recording], [x] 00:10 [9:99]').map(
        ({ start, text, seconds }) => [start, text, seconds],
      ),
      [
        [5, '00:00:12', 12],
        [15, '1:05', 65],
      ],
    );
    assert.deepEqual([45.4, 300, 7500].map(spokenLength), ['45 s', '5 min', '2 h 5 min']);
  });

  it('are read from every kind of answer', () => {
    const piece = { start: 100, end: 110 };
    assert.equal(readAnswer({ nothing: 1 }, piece, undefined), undefined);
    assert.deepEqual(readAnswer({ text: '' }, piece, undefined), []);
    const { segments } = {
      segments: [
        { start: 4, end: 99, text: ' second ', speaker: 'B' },
        { start: 1, end: 2, text: 'first' },
        { start: 3, end: 4, text: '  ' },
        { start: 'x', text: 'no time' },
        { start: 6, end: 7, text: 'Thanks for watching!', no_speech_prob: 0.9, avg_logprob: -1.4 },
        { start: 8, end: 9, text: 'quiet', no_speech_prob: 0.9, avg_logprob: -0.2 },
      ],
    };
    assert.deepEqual(readAnswer({ text: 'all', segments }, piece, undefined), [
      { start: 101, end: 102, text: 'first' },
      { start: 104, end: 110, text: 'second', speaker: 'B' },
      { start: 108, end: 109, text: 'quiet' },
    ]);
    const music = [{ start: 0, end: 9, text: 'Thank you.', no_speech_prob: 0.95, avg_logprob: -2 }];
    assert.deepEqual(readAnswer({ text: 'Thank you.', segments: music }, piece, undefined), []);
    const spread = spreadText('One two. Three four five six! 七八九。', piece, 'en');
    assert.deepEqual(
      spread.map(({ text }) => text),
      ['One two.', 'Three four five six!', '七八九。'],
    );
    assert.equal(spread[0]?.start, 100);
    assert.ok(spread.every(({ start, end }) => start < end && end <= 110));
  });
});

describe('speech models', () => {
  it('are asked for the format that they have', () => {
    const formats = [
      'whisper-1',
      'gpt-transcribe',
      'gpt-4o-mini-transcribe-2025-12-15',
      'gpt-4o-transcribe-diarize',
    ].map((name) => speechModel(name).responseFormat);
    assert.deepEqual(formats, ['verbose_json', undefined, 'json', 'diarized_json']);
    for (const name of ['whisper-1', 'gpt-transcribe', 'gpt-4o-transcribe-diarize']) {
      assert.ok(speechModel(name).limits.seconds < 1400 && speechModel(name).limits.bytes < 25 * 1024 ** 2);
    }
  });

  it('have a price where the table has one by time', async () => {
    assert.equal(await findPricePerMinute('openai', 'no-such-model'), undefined);
    assert.equal(await findPricePerMinute(undefined, 'whisper-1'), undefined);
    const price = await findPricePerMinute('openai', 'whisper-1');
    assert.ok(price !== undefined && Math.abs(price - 0.006) < 1e-9);
    const info = {
      id: 'a/b',
      providerId: 'a',
      providerLabel: 'A',
      model: 'b',
      label: 'b',
      inputPrice: 1,
      outputPrice: 10,
    };
    const cost = estimateCost({ duration: 3600 }, { pricePerMinute: price }, { info });
    assert.deepEqual(cost, { transcriptionUsd: 0.36, minutesUsd: 0.054 });
    assert.equal(formatUsd(totalUsd(cost) ?? 0), '$0.41');
    assert.equal(totalUsd(estimateCost({ duration: 1 }, {}, undefined)), undefined);
  });
});

describe('loops of a transcriber', () => {
  it('are found, whatever is repeated', () => {
    assert.deepEqual(findLoop(`Hello. ${'Thank you for watching. '.repeat(20)}Bye.`), {
      unit: 'Thank you for watching.',
      times: 20,
      start: 7,
      end: 487,
    });
    assert.equal(findLoop('谢谢观看。'.repeat(30))?.unit, '谢谢观看。');
    assert.equal(findLoop('a'.repeat(200))?.unit, 'a');
  });

  it('are not what people say', () => {
    assert.equal(findLoop('No, no, no, no, no, no! That is not it.'), undefined);
    assert.equal(findLoop('Yes. '.repeat(10)), undefined);
    const meeting = Array.from({ length: 50 }, (_, index) => `The item number ${index} is done.`).join(' ');
    assert.equal(findLoop(meeting), undefined);
    assert.equal(findLoop(''), undefined);
  });
});

describe('minutes', () => {
  const check = (text: string, size = 3): { text: string; check: MinutesCheck } => {
    const checker = new MinutesCheck(transcript);
    let out = '';
    for (let at = 0; at < text.length; at += size) out += checker.push(text.slice(at, at + size));
    return { text: out + checker.end(), check: checker };
  };

  it('mark times that are not in the recording, however they are written', () => {
    const { text, check: checked } = check(
      '- a [0:02]\n- b [00:30:00]\n- c [01:01:02–01:59:00, 0:01]\n- d [x] (12:00)',
    );
    assert.equal(
      text,
      '- a [00:00:02]\n- b [00:30:00 ⚠ not in the recording]\n- c [01:01:02–01:59:00 ⚠ not in the recording, 00:00:01]\n- d [x] (12:00)',
    );
    assert.deepEqual(checked.unknownTimes, ['00:30:00', '01:59:00']);
  });

  it('mark owners whom nobody named, and no others', () => {
    const lines = [
      '- [ ] A **big** task — **Ben**, Friday [01:01:01]',
      '- [ ] Cake — **Zoe**, no date [00:00:01]',
      '- [ ] Tests — **unassigned**, no date [00:00:01]',
      '- [ ] Nothing in bold',
      '- **Zoe** is no action item',
    ];
    const { text, check: checked } = check(lines.join('\n'));
    assert.deepEqual(checked.unknownOwners, ['Zoe']);
    assert.equal(text.split('⚠').length, 2);
  });

  it('lose the code block around them, and all that a page would load', () => {
    assert.equal(check('\n```markdown\n# A\n\n- b\n```\n').text, '# A\n\n- b\n');
    assert.equal(
      check('![x](https://a/b) <script>1</script> 1 < 2').text,
      '!\\[x](https://a/b) \\<script>1\\</script> 1 < 2',
    );
    const code = '# A\n```ts\nx\n```\n';
    assert.equal(check(code).text, code);
  });

  it('are asked for with what was said as data, in the language that is wanted', () => {
    const lines = transcriptLines(transcript);
    assert.match(lines[0] ?? '', /^\[00:00:00\] Anna: Good morning\. Is 3/);
    const messages = minutesMessages(transcript, lines, findTemplate('meeting'), {
      language: 'zh-TW',
      condensed: false,
    });
    assert.match(messages[0]?.content ?? '', /in Traditional Chinese|in Chinese \(Taiwan\)/);
    assert.ok(!messages[0]?.content.includes('Good morning'));
    assert.match(messages[1]?.content ?? '', /===== transcript \w{16} =====\n\[00:00:00\]/);
  });

  it('follow a template of ours, or one of the user', () => {
    for (const { name } of builtinTemplates) assert.equal(findTemplate(name.toUpperCase()).name, name);
    assert.equal(findTemplate('voice-memo').name, 'voice memo');
    assert.equal(findTemplate('Retro', { retro: '# Mine' }).sections, '# Mine');
    assert.equal(findTemplate('meeting', { meeting: '# Mine' }).sections, '# Mine');
    assert.throws(
      () => findTemplate('poem', { retro: '' }),
      (error: unknown) => error instanceof Failure && /retro, meeting/.test(error.message),
    );
  });

  it('are made of parts that fit, of which nothing is lost', () => {
    const lines = [
      ...Array.from({ length: 30 }, (_, index) => `[00:00:${index}] Line ${index} of some length.`),
      `[00:01:00] ${'字'.repeat(2000)}`,
    ];
    const parts = splitLines(lines, 200);
    for (const part of parts) {
      assert.ok(part.reduce((sum, line) => sum + estimateTokens(line) + 1, 0) <= 200);
    }
    const rest = parts.flat();
    assert.deepEqual(rest.slice(0, 30), lines.slice(0, 30));
    assert.equal(
      rest
        .slice(30)
        .map((line) => line.replace('[00:01:00] ', ''))
        .join(''),
      '字'.repeat(2000),
    );
  });
});
