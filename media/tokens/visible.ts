/** A text in which what has no shape of its own gets one. */
export function visible(text: string): string {
  return text
    .replaceAll(' ', '·')
    .replaceAll('\t', '→')
    .replaceAll('\r', '␍')
    .replaceAll('\n', '↵')
    .replaceAll(/[\u0000-\u001f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)))
    .replaceAll(/[\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufe00-\ufe0f\ufeff]/g, codeOf)
    .replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, codeOf);
}

function codeOf(hidden: string): string {
  return `⟨${hidden.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** A text as it is said aloud: white space by its name. `texts` are those of the page. */
export function spoken(text: string, texts: Readonly<Record<string, string>>): string {
  const named = text.replaceAll(/ +|\t|\r\n|[\r\n]/g, (space) => {
    if (space === '\t') return ` ${texts['tab'] ?? ''} `;
    if (/[\r\n]/.test(space)) return ` ${texts['lineEnd'] ?? ''} `;
    const name = space.length === 1 ? texts['space'] : texts['spaces']?.replace('{0}', String(space.length));
    return ` ${name ?? ''} `;
  });
  return named.split(' ').filter(Boolean).map(visible).join(' ');
}
