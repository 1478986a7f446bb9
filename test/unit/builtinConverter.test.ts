import assert from 'node:assert/strict';
import type { ConversionRequest } from '../../src/conversion/converter.ts';
import { BuiltinConverter } from '../../src/converters/builtinConverter.ts';
import { createAssetFolder } from '../fixtures/assetFolder.ts';

describe('the built-in engine as a converter', () => {
  it('gives integers any size once they were seen to outgrow 64 bits', async () => {
    await using assets = await createAssetFolder();
    const converter = await BuiltinConverter.create({ assetFolder: assets.path });
    const source = 'def volume(a, b):\n    return a * b * a\n\n\nprint(volume(3, 4))\n';
    const unit = { source, lineMap: [] } as unknown as ConversionRequest['unit'];
    const target = { machine: 'a machine', flags: [] };
    const { signal } = new AbortController();
    const convert = async (finding?: string): Promise<string> => {
      const repairs = finding === undefined ? [] : [{ cpp: '', finding }];
      for await (const event of converter.convert({ unit, target, repairs }, { signal }))
        if (event.type === 'finished') return event.cpp;
      return '';
    };
    const overflow = 'OverflowError: integer overflow: the result does not fit 64 bits';
    assert.match(await convert(), /int64_t volume\(/);
    assert.match(await convert(overflow), /py::Int volume\(/);
    assert.ok(converter.answers(overflow));
    assert.ok(!converter.answers('The program did not compile'));
  });
});
