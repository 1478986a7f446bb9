import { parse } from 'node:path';
import type { Uri } from 'vscode';
import type { PythonUnit } from '../python/unit.ts';
import type { Evidence } from '../shared/evidence.ts';
import { cppUri } from './cppDocuments.ts';

/** Where the C++ of a record is read and edited. */
export function cppUriOf(evidence: Evidence): Uri {
  return cppUri(evidence.id, cppName(evidence));
}

/** The name of the C++ of a record, without its ending. */
export function cppName({ unit }: Evidence): string {
  const name = unit.kind === 'file' && unit.file ? parse(unit.file).name : unit.name;
  return name.replace(/\.py$/, '').replace(/[^\p{L}\p{N}_.-]+/gu, '_') || 'program';
}

/** The unit of a record, to be converted again. */
export function unitOfRecord({ unit }: Evidence): PythonUnit {
  const lines = unit.source.split('\n').length;
  const start = unit.kind === 'file' ? 0 : unit.range[0];
  return {
    record: unit,
    source: unit.source,
    lineMap: Array.from({ length: lines }, (_, line) => start + line),
    ...(unit.kind === 'function' && { functionName: unit.name }),
    runnable: unit.kind !== 'function' && unit.kind !== 'class',
  };
}
