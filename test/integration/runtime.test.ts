import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sections = 'src/transpiler/runtime';
const fixtures = 'test/fixtures/runtime';

interface Ended {
  readonly output: string;
  readonly errors: string;
  readonly status: number;
}

function run(program: string, args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { maxBuffer: 1 << 26 }, (error, output, errors) => {
      resolve({ output, errors, status: error ? Number(error.code ?? -1) : 0 });
    });
    child.stdin?.end(input);
  });
}

function listed(source: string, word: string): string[] {
  const line = source.split('\n', 1)[0] ?? '';
  assert.ok(line.startsWith(`// ${word}:`), line);
  return line
    .slice(word.length + 4)
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

/** A test program together with the sections it names, each after what it requires. */
async function assembled(name: string): Promise<string> {
  const program = await readFile(join(fixtures, `${name}.cpp`), 'utf8');
  const texts = new Map<string, string>();
  const add = async (section: string): Promise<void> => {
    if (texts.has(section)) return;
    const source = await readFile(join(sections, `${section}.hpp`), 'utf8');
    for (const needed of listed(source, 'requires')) await add(needed);
    texts.set(section, source);
  };
  for (const section of listed(program, 'uses')) await add(section);
  return [...texts.values(), program].join('\n');
}

describe('C++ runtime against CPython', function () {
  this.timeout(600_000);
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runtime-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function compiled(name: string, flags: readonly string[]): Promise<string> {
    const source = join(folder, `${name}.cpp`);
    const program = join(folder, `${name}${flags.length}`);
    await writeFile(source, await assembled(name));
    const built = await run('g++', ['-std=c++20', '-Wall', '-Wextra', ...flags, source, '-o', program]);
    assert.equal(built.errors, '');
    return program;
  }

  async function pythonOutput(name: string, input?: string): Promise<Ended> {
    return run('python3', [join(fixtures, `${name}.py`)], input);
  }

  it('formats, rounds, hashes and splits thousands of seeded cases alike', async () => {
    const cases = (await run('python3', [join(fixtures, 'formats_cases.py')])).output;
    assert.ok(cases.split('\n').length > 5000);
    const program = await compiled('formats', ['-O1']);
    const [expected, actual] = await Promise.all([pythonOutput('formats', cases), run(program, [], cases)]);
    assert.deepEqual(actual.output.split('\n'), expected.output.split('\n'));
  });

  for (const name of ['integers', 'library']) {
    it(`${name}: prints and ends as the Python program, without undefined behaviour`, async () => {
      const expected = await pythonOutput(name);
      for (const flags of [['-O1'], ['-O0', '-fsanitize=address,undefined']]) {
        const actual = await run(await compiled(name, flags), []);
        assert.deepEqual(actual.output.split('\n'), expected.output.split('\n'));
        assert.equal(actual.status, expected.status);
        assert.doesNotMatch(actual.errors, /runtime error|AddressSanitizer/);
        assert.equal(actual.errors.split('\n').at(-2), expected.errors.split('\n').at(-2));
      }
    });
  }

  it('every section compiles with what it says it requires', async () => {
    const names = (await readdir(sections)).filter((file) => file.endsWith('.hpp'));
    const include = async (section: string, seen: Set<string>): Promise<string> => {
      if (seen.has(section)) return '';
      seen.add(section);
      const source = await readFile(join(sections, `${section}.hpp`), 'utf8');
      let text = '';
      for (const needed of listed(source, 'requires')) text += await include(needed, seen);
      return text + source;
    };
    const flags = ['-std=c++20', '-Wall', '-Wextra'];
    const readOnce = async (name: string, text: string): Promise<string> => {
      const header = join(folder, `${name}.hpp`);
      await writeFile(header, text);
      const prepared = await run('g++', [...flags, '-x', 'c++-header', header, '-o', `${header}.gch`]);
      assert.equal(prepared.errors, '');
      return header;
    };
    // Every program has these headers. Read once, they are not read again for each section.
    const seen = new Set<string>();
    const always: string[] = [];
    for (const section of ['exceptions', 'tuple', 'main']) always.push(await include(section, seen));
    const common = always.join('').match(/^#include <[a-z_]+>$/gm) ?? [];
    const headers = await readOnce('headers', `${[...new Set(common)].join('\n')}\n`);
    // Most sections require these two: for those, they and what they require are read once as well.
    const base = new Set<string>();
    const basics = await readOnce('basics', (await include('list', base)) + (await include('str', base)));
    for (const file of names) {
      const source = join(folder, 'section.cpp');
      const required = new Set<string>();
      const whole = await include(file.slice(0, -4), required);
      const isAbove = !base.has(file.slice(0, -4)) && [...base].every((section) => required.has(section));
      const text = isAbove ? await include(file.slice(0, -4), new Set(base)) : whole;
      await writeFile(source, `${text}\nint main() {}\n`);
      const built = await run('g++', [...flags, '-fsyntax-only', '-include', isAbove ? basics : headers, source]);
      assert.equal(built.errors, '', file);
    }
  });
});
