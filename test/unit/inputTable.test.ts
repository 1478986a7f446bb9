import assert from 'node:assert/strict';
import type { InputRow } from '../../src/functionInputs/inputRow.ts';
import { InputTable } from '../../src/functionInputs/inputTable.ts';
import { pythonLiteral, type Value } from '../../src/verification/values.ts';

const whole = (value: number): Value => ({ kind: 'int', value: BigInt(value) });
const row = (value: number, more: Partial<InputRow> = {}): InputRow => ({
  origin: 'random',
  args: [whole(value)],
  keep: false,
  ...more,
});
const shown = (table: InputTable) => table.rows.map(({ args, keep }) => [args.map(pythonLiteral).join(), keep]);

describe('The table of inputs', () => {
  it('holds each input once, new ones first, and learns from what comes twice', () => {
    const table = new InputTable();
    assert.equal(table.merge([row(1), row(2), row(1)]), 2);
    assert.equal(table.merge([row(3, { keep: true }), row(2, { keep: true, note: 'the two differ' })]), 1);
    assert.deepEqual(shown(table), [
      ['3', true],
      ['1', false],
      ['2', true],
    ]);
    assert.equal(table.rows[2]?.note, 'the two differ');
    assert.equal(new Set(table.rows.map(({ id }) => id)).size, 3);
  });

  it('takes literals into its cells and nothing else; what is changed is the user’s, and what was found of it is forgotten', () => {
    const table = new InputTable();
    table.merge([row(1, { python: '2', cpp: '3', equal: false, keep: true })]);
    const id = table.rows[0]?.id ?? 0;
    assert.throws(() => table.edit(id, 0, 'exit()'), { reason: 'invalid-input' });
    assert.throws(() => table.edit(99, 0, '1'), { reason: 'invalid-input' });
    table.edit(id, 0, ' 1 ');
    assert.equal(table.rows[0]?.python, '2', 'the same value is no change');
    table.edit(id, 0, "[1, 'a']");
    const { origin, python, equal, keep } = table.rows[0] ?? {};
    assert.deepEqual(
      [shown(table)[0], origin, python, equal, keep],
      [["[1, 'a']", true], 'user', undefined, undefined, true],
    );
  });

  it('adds rows with plain values of the types, keeps, removes, and takes results over by arguments', () => {
    const table = new InputTable();
    table.merge([row(1), row(2)]);
    const id = table.add([{ kind: 'dict', key: { kind: 'int' }, value: { kind: 'int' } }]);
    assert.deepEqual(shown(table)[0], ['{}', true]);
    table.remove(id);
    table.setKeep(true);
    table.setKeep(false, table.rows[0]?.id);
    assert.deepEqual(
      table.kept.map(({ args }) => args.map(pythonLiteral).join()),
      ['2'],
    );
    table.update([row(2, { python: '4', cpp: '5', equal: false })]);
    assert.deepEqual(
      table.rows.map(({ python, cpp }) => [python, cpp]),
      [
        [undefined, undefined],
        ['4', '5'],
      ],
    );
  });
});
