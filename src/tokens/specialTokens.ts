import * as z from 'zod/mini';
import type { LoadedTokenizer } from './loadTokenizer.ts';

/** A token that is not made of text, and what the model takes it for. */
export interface SpecialToken {
  readonly id: number;
  readonly content: string;
  readonly role: SpecialRole;
}

export type SpecialRole = 'begin' | 'end' | 'unknown' | 'padding' | 'conversation' | 'reserved' | 'infill' | 'other';

const named = z.union([z.string(), z.object({ content: z.string() })]);
const roles: readonly (readonly [name: string, role: SpecialRole])[] = [
  ['bos_token', 'begin'],
  ['eos_token', 'end'],
  ['unk_token', 'unknown'],
  ['pad_token', 'padding'],
];
/** Roles that no configuration tells, by the names that models give such tokens. */
const byName: readonly (readonly [pattern: RegExp, role: SpecialRole])[] = [
  [/reserved|placeholder|place▁holder|unused/i, 'reserved'],
  [/fim|prefix|suffix|middle/i, 'infill'],
  [/^<\|(?:endoftext|end_of_text|return)\|>$|^<\/s>$/, 'end'],
  [/^<s>$|begin_of_text|startoftext/, 'begin'],
  [/^<unk>$/, 'unknown'],
  [/^<pad>$|▁pad▁/, 'padding'],
  [
    /user|assistant|system|im_start|im_end|header|eot|eom|turn|INST|^<\|(?:start|end|message|channel|call|constrain)\|>$/i,
    'conversation',
  ],
];

/** The special tokens of a tokenizer, by id, each with its role. */
export function listSpecialTokens({ tokenizer, config }: LoadedTokenizer): SpecialToken[] {
  const told = new Map<string, SpecialRole>();
  for (const [name, role] of [...roles].reverse()) {
    const value = named.safeParse(config[name]).data;
    if (value !== undefined) told.set(typeof value === 'string' ? value : value.content, role);
  }
  return [...tokenizer.specialTokens]
    .map(([content, id]) => ({
      id,
      content,
      role: told.get(content) ?? byName.find(([pattern]) => pattern.test(content))?.[1] ?? 'other',
    }))
    .sort((first, second) => first.id - second.id);
}
