import type { ChatMessage } from './languageModel.ts';

/** Each message costs a few tokens of its own: role and separators. */
const TOKENS_PER_MESSAGE = 8;

/**
 * A cautious estimate of how many tokens a text is, without the model's own tokenizer: a third of the ASCII characters (code
 * runs at three to four per token) and every UTF-8 byte of the others, which is what a tokenizer falls back to at worst.
 */
export function estimateTokens(text: string): number {
  let ascii = 0;
  let otherBytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) ascii++;
    else if (unit < 0x800) otherBytes += 2;
    // A surrogate is half of a character of four bytes.
    else if (unit >= 0xd800 && unit <= 0xdfff) otherBytes += 2;
    else otherBytes += 3;
  }
  return Math.ceil(ascii / 3) + otherBytes;
}

/** The same for a whole chat. */
export function estimatePromptTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + estimateTokens(content) + TOKENS_PER_MESSAGE, 0);
}
