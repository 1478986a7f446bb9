import { Failure } from '../shared/failure.ts';

/** The ids in a text, whatever stands between them. Throws Failure. */
export function readIds(text: string): number[] {
  const rest = text.replaceAll(/[\s,;[\]()]+/g, ' ').trim();
  if (rest === '') return [];
  return rest.split(' ').map((word) => {
    if (!/^\d{1,9}$/.test(word))
      throw new Failure('invalid-input', `"${word.slice(0, 20)}" is not an id. Ids are whole numbers.`);
    return Number(word);
  });
}
