import type { FunctionInfo, Variable } from '../program.ts';

/** The name that a parameter has in the head of its function. */
export function givenName({ cpp, isCell }: Variable): string {
  return isCell ? `${cpp}_given` : cpp;
}

/** The index of the first parameter that a call gives an argument for. */
export function firstParam(info: FunctionInfo): number {
  return info.binding === 'instance' || info.binding === 'class' ? 1 : 0;
}

export function callsItself(info: Pick<FunctionInfo, 'name' | 'def'>): boolean {
  return JSON.stringify(info.def.body, (key, value: unknown) =>
    key === 'place' ? undefined : typeof value === 'bigint' ? String(value) : value,
  ).includes(`"name":"${info.name}"`);
}
