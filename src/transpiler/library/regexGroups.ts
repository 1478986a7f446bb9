import type { RegexGroup } from '../types.ts';

type Group = { name?: string; always: boolean };

/**
 * The groups of a regular expression in Python's syntax, in order, and whether each takes part in every match: not when it
 * stands in an alternative, in a part that may be left out, or in a negative look-around. Undefined when it is not well
 * formed, or holds what is not converted (conditional groups, names of characters).
 */
export function regexGroups(pattern: string, verbose: boolean): readonly RegexGroup[] | undefined {
  const reader = new GroupReader(pattern, verbose);
  return reader.read() ? reader.groups : undefined;
}

class GroupReader {
  readonly groups: Group[] = [];
  readonly #text: string;
  #verbose: boolean;
  #at = 0;
  #valid = true;

  constructor(text: string, verbose: boolean) {
    this.#text = text;
    this.#verbose = verbose;
  }

  read(): boolean {
    this.#alternatives();
    return this.#valid && this.#at === this.#text.length;
  }

  /** Parts divided by `|` up to `)` or the end. */
  #alternatives(): void {
    const from = this.groups.length;
    let options = 1;
    while (this.#valid && this.#at < this.#text.length && this.#text[this.#at] !== ')') {
      if (this.#text[this.#at] === '|') {
        options++;
        this.#at++;
      } else {
        this.#part();
      }
    }
    if (options > 1) this.#leaveOut(from);
  }

  /** Notes that the groups since `from` need not take part. */
  #leaveOut(from: number): void {
    for (const group of this.groups.slice(from)) group.always = false;
  }

  #part(): void {
    const from = this.groups.length;
    const char = this.#text[this.#at++];
    if (char === '\\') {
      if (this.#text[this.#at++] === 'N') this.#valid = false;
    } else if (char === '[') this.#class();
    else if (char === '(') this.#group();
    else if (char === '#' && this.#verbose) {
      while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at++;
    }
    if (this.#verbose) this.#take(/\s*/y);
    const times = this.#take(/[*?]|\{0*(?:,\d*)?\}/y);
    if (times !== undefined && times !== '' && times !== '{}') this.#leaveOut(from);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #class(): void {
    if (this.#take(/\^?\]?(?:\\[^]|[^\]\\])*\]/y) === undefined) this.#valid = false;
  }

  #group(): void {
    const from = this.groups.length;
    const kind = this.#take(/\?(?:P<\w+>|P=\w+\)|<?[=!]|[:>#]|[aimsux-]+[:)])/y);
    if (kind === undefined) {
      if (this.#text[this.#at] === '?') this.#valid = false;
      this.groups.push({ always: true });
    } else if (kind.startsWith('?P<')) {
      this.groups.push({ name: kind.slice(3, -1), always: true });
    } else if (kind === '?#') {
      this.#take(/[^)]*\)/y);
      return;
    } else if (kind.endsWith(')')) {
      if (/x/.test(kind) && !kind.startsWith('?P=')) this.#verbose = true;
      return;
    }
    this.#alternatives();
    if (this.#text[this.#at++] !== ')') this.#valid = false;
    if (kind?.endsWith('!') === true) this.#leaveOut(from);
  }
}
