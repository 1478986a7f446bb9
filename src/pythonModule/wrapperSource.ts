import type { Parameter } from '../verification/pythonSide.ts';
import { isScalarKind, type CallKinds } from './kinds.ts';

/** What the Python module is made of. */
export interface WrapperParts {
  readonly functionName: string;
  readonly moduleName: string;
  readonly libraryName: string;
  readonly parameters: readonly Parameter[];
  /** What the library says of itself. */
  readonly signature: CallKinds;
  /** The same with the types that Python has. */
  readonly kinds: CallKinds;
  /** The Python that the C++ was made from. */
  readonly source: string;
  /** `wrapper.py`. */
  readonly runtime: string;
  /** Lines that stand at the top as comments. */
  readonly heading: readonly string[];
}

/** A text as a Python literal that can be read. */
function literal(text: string): string {
  for (const quotes of ["'''", '"""']) {
    const isSafe = !text.includes(quotes) && !/["'\\]$/.test(text) && !text.includes('\r') && !text.includes('\0');
    if (isSafe) return `r${quotes}${text}${quotes}`;
  }
  return JSON.stringify(text);
}

/** How one argument is passed, as a Python expression; throws `_Unfit` at run time for a value that is not of the kind. */
function passed(name: string, kind: string, index: number): string {
  if (kind === 'bool' || kind.startsWith('as_bool(')) return `${name} if type(${name}) is bool else _refuse(${name})`;
  if (kind === 'float') return `${name} if type(${name}) is float else _real(${name})`;
  if (isScalarKind(kind)) {
    return `${name} if type(${name}) is int and _LEAST <= ${name} <= _GREATEST else _refuse(${name})`;
  }
  return `_write_${index}((${name},))`;
}

function resultExpression(kind: string): string {
  if (kind === 'none' || kind === 'text(none)') return 'None';
  if (kind === 'bool' || kind.startsWith('as_bool(')) return '_answer.whole != 0';
  if (kind === 'float') return '_answer.real';
  if (kind === 'uint64') return '_answer.whole & 0xFFFFFFFFFFFFFFFF';
  return isScalarKind(kind) ? '_answer.whole' : '_first(_read_result, _answer)';
}

function parameterList(parameters: readonly Parameter[]): string {
  const parts: string[] = [];
  for (const [index, { name, kind, hasDefault }] of parameters.entries()) {
    const before = parameters[index - 1]?.kind;
    if (before === 'POSITIONAL_ONLY' && kind !== 'POSITIONAL_ONLY') parts.push('/');
    if (kind === 'KEYWORD_ONLY' && before !== 'KEYWORD_ONLY') parts.push('*');
    parts.push(hasDefault ? `${name}=_default["${name}"]` : name);
  }
  if (parameters.at(-1)?.kind === 'POSITIONAL_ONLY') parts.push('/');
  return parts.join(', ');
}

/** Writes the Python module: the original, the conversions, and a function of the original's name and parameters. */
export function wrapperSource(parts: WrapperParts): string {
  const { functionName, parameters, kinds, signature } = parts;
  const names = parameters.map(({ name }) => name);
  const again = parameters.map(({ name, kind }) => (kind === 'KEYWORD_ONLY' ? `${name}=${name}` : name)).join(', ');
  const isPacked = (kind: string): boolean => !isScalarKind(kind);
  const packed = kinds.parameters.map(isPacked);
  const result = resultExpression(kinds.result);
  const isPackedResult = result.startsWith('_first');
  const settled = isPackedResult ? '_read_result' : result;
  const body = [
    ...kinds.parameters.flatMap((kind, index) =>
      packed[index] ? [`_write_${index}, _read_${index} = _kind(${JSON.stringify(kind)})`] : [],
    ),
    ...(isPackedResult ? [`_read_result = _kind(${JSON.stringify(kinds.result)})[1]`] : []),
    `_readers = (${packed.map((is, index) => (is ? `_read_${index}, ` : 'None, ')).join('')})`,
    '',
    '@_wraps(_python)',
    `def ${functionName}(${parameterList(parameters)}):`,
    '    _answer = _Answer()',
    '    try:',
    '        _status = _call(',
    ...kinds.parameters.map((kind, index) => `            ${passed(names[index] ?? '', kind, index)},`),
    '            _byref(_answer),',
    '        )',
    '    except _Unfit:',
    '        _status = _UNFIT',
    '    if _status == _RETURNED:',
    `        return ${result}`,
    `    return _settle(_status, _answer, (${names.map((name) => `${name}, `).join('')}), ${settled}, _readers, lambda: _python(${again}))`,
  ];
  const text = `${signature.result}(${signature.parameters.join(',')})`;
  return `${parts.heading.map((line) => `# ${line}`.trimEnd()).join('\n')}
${parts.runtime.trimEnd()}


__all__ = [${JSON.stringify(functionName)}]
_python = _original(${literal(parts.source)}, ${JSON.stringify(functionName)})
_default = _defaults(_python)
_call = _load(
    ${JSON.stringify(parts.libraryName)},
    ${JSON.stringify(text)},
    [${signature.parameters.map((kind) => JSON.stringify(kind)).join(', ')}],
    ${JSON.stringify(functionName)},
)
if _call is None:
    ${functionName} = _python
else:
${body.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')}
`;
}
