import assert from 'node:assert/strict';
import { adaptedKind, isScalarKind, parseKinds, typeDifference } from '../../src/pythonModule/kinds.ts';
import { wrapperSource } from '../../src/pythonModule/wrapperSource.ts';
import type { Value } from '../../src/verification/values.ts';

const int = (value: number): Value => ({ kind: 'int', value: BigInt(value) });
const tuple = (...items: Value[]): Value => ({ kind: 'tuple', items });
const list = (...items: Value[]): Value => ({ kind: 'list', items });

describe('Kinds of a module for Python', () => {
  it('gives back the types that Python has where C++ has others', () => {
    assert.deepEqual(parseKinds('int64(list(tuple(int64,str)),text(int))'), {
      result: 'int64',
      parameters: ['list(tuple(int64,str))', 'text(int)'],
    });
    assert.equal(adaptedKind('list(int64)', [tuple(int(1), int(2)), tuple()]), 'tuplelist(int64)');
    assert.equal(adaptedKind('list(int64)', [list({ kind: 'bool', value: true })]), 'list(as_bool(int64))');
    assert.equal(
      adaptedKind('tuple(str,int64)', [list({ kind: 'bytes', value: new Uint8Array() }, int(1))]),
      'listtuple(bytestr,int64)',
    );
    assert.equal(adaptedKind('optional(list(float))', [{ kind: 'none' }, tuple()]), 'optional(tuplelist(float))');
    assert.equal(adaptedKind('text(union(int64,str))', [int(1)]), 'text(union(int64,str))');
    assert.ok(
      isScalarKind('uint32') && isScalarKind('as_bool(int64)') && !isScalarKind('int128') && !isScalarKind('str'),
    );
  });

  it('sees a list for a tuple, a number for a bool and another order of a dict', () => {
    assert.equal(typeDifference(list(int(1)), list(int(2))), undefined);
    assert.match(typeDifference(tuple(int(1)), list(int(1))) ?? '', /a tuple in Python, a list in C\+\+/);
    assert.match(typeDifference(list({ kind: 'bool', value: true }), list(int(1))) ?? '', /a bool in Python/);
    const dict = (...keys: number[]): Value => ({ kind: 'dict', entries: keys.map((key) => [int(key), int(0)]) });
    assert.match(typeDifference(dict(1, 2), dict(2, 1)) ?? '', /another order/);
  });

  it('writes a function with the parameters of the original, and its text whatever quotes it holds', () => {
    const source = `def f(a, /, b=1, *, c):\n    return '''x''' + """y"""\n`;
    const text = wrapperSource({
      functionName: 'f',
      moduleName: 'fast_f',
      libraryName: 'libfast_f.so',
      parameters: [
        { name: 'a', annotation: null, kind: 'POSITIONAL_ONLY', hasDefault: false },
        { name: 'b', annotation: null, kind: 'POSITIONAL_OR_KEYWORD', hasDefault: true },
        { name: 'c', annotation: null, kind: 'KEYWORD_ONLY', hasDefault: false },
      ],
      signature: { result: 'str', parameters: ['int64', 'float', 'list(str)'] },
      kinds: { result: 'str', parameters: ['int64', 'float', 'list(str)'] },
      source,
      runtime: '# runtime',
      heading: ['first', 'second'],
    });
    assert.match(text, /^# first\n# second\n# runtime\n/);
    assert.ok(text.includes('def f(a, /, b=_default["b"], *, c):'), text);
    assert.ok(text.includes('_python(a, b, c=c)'));
    assert.ok(text.includes(`_original(${JSON.stringify(source)}, "f")`));
    assert.ok(text.includes('_write_2((c,)),') && text.includes('_readers = (None, None, _read_2, )'));
  });
});
