import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodeExtractor, extractCode } from '../../src/conversion/codeExtraction.ts';

const program = '#include <cstdio>\nint main() {\n    std::puts("hi");\n}\n';
const longer = `// second\n${program}`;

describe('code extraction', () => {
  const cases: [name: string, answer: string, expected: string][] = [
    ['one block', `\`\`\`cpp\n${program}\`\`\``, program],
    ['prose before and after', `Here it is:\n\n\`\`\`cpp\n${program}\`\`\`\n\nThis uses \`puts\`. Enjoy;\n`, program],
    ['other names of the language', `\`\`\`C++\n${program}\`\`\``, program],
    ['attributes after the name', `\`\`\`cpp title="main.cpp"\n${program}\`\`\``, program],
    ['tildes', `~~~cpp\n${program}~~~`, program],
    [
      'a longer fence with a shorter one inside',
      `\`\`\`\`cpp\n${program}// \`\`\`\n\`\`\`\`\n`,
      `${program}// \`\`\`\n`,
    ],
    ['a fence without a language', `\`\`\`\n${program}\`\`\``, program],
    ['no fence', program, program],
    ['no fence, prose around', `Sure, here is the program:\n\n${program}\nIt prints hi\n`, program],
    ['no fence and no newline at the end', program.trimEnd(), program],
    ['CRLF', `\`\`\`cpp\r\n${program.replaceAll('\n', '\r\n')}\`\`\`\r\n`, program],
    ['a byte order mark', `\uFEFF\`\`\`cpp\n${program}\`\`\``, program],
    ['a fence that is not closed', `\`\`\`cpp\n${program}`, program],
    ['a fence in a list', `1. This:\n   \`\`\`cpp\n${program.replace(/^(?=.)/gm, '   ')}   \`\`\``, program],
    ['a fence at the end of a line of prose', `Here: \`\`\`cpp\n${program}\`\`\``, program],
    ['code in the line of the fence', `\`\`\`cpp ${program}\`\`\``, program],
    ['an end of the block in the last line of code', `\`\`\`cpp\n${program.trimEnd()}\`\`\`\nDone.`, program],
    [
      'blocks in other languages',
      `\`\`\`bash\ng++ -O3 a.cpp\n\`\`\`\n\`\`\`cpp\n${program}\`\`\`\n\`\`\`text\nint main() hi\n\`\`\``,
      program,
    ],
    ['a correction after the first version', `\`\`\`cpp\n${program}\`\`\`\nWait:\n\`\`\`cpp\n${longer}\`\`\``, longer],
    [
      'a snippet after the program',
      `\`\`\`cpp\n${program}\`\`\`\nThe core is:\n\`\`\`cpp\nstd::puts("hi");\n\`\`\``,
      program,
    ],
    [
      'a short example of use after the program',
      `\`\`\`cpp\n${longer}${'// x\n'.repeat(50)}\`\`\`\n\`\`\`cpp\nint main() { run(); }\n\`\`\``,
      `${longer}${'// x\n'.repeat(50)}`,
    ],
    [
      'thinking with a draft',
      `<think>\nMaybe:\n\`\`\`cpp\nint main() { draft(); }\n\`\`\`\n</think>\n\n\`\`\`cpp\n${program}\`\`\``,
      program,
    ],
    [
      'thinking whose opening was swallowed',
      `Maybe:\n\`\`\`cpp\n${longer}${longer}\`\`\`\n</think>\n\`\`\`cpp\n${program}\`\`\``,
      program,
    ],
    ['thinking on one line', `<think>No.</think>\n${program}`, program],
    ['thinking without end', `<think>\n\`\`\`cpp\n${program}\`\`\``, ''],
    ['only another language', '```python\nprint("hi")\n```\n', ''],
    ['only prose', 'I cannot do that. Use `int` there.\n', ''],
    ['nothing', '', ''],
    ['an empty block', '```cpp\n```\n', ''],
    [
      'a header and a source',
      `**calc.hpp**\n\`\`\`cpp\n#pragma once\nint f();\n\`\`\`\n\`calc.cpp\`:\n\`\`\`cpp\n#include "calc.hpp"\nint f() { return 1; }\n\`\`\`\nmain.cpp\n\`\`\`cpp\n#include <cstdio>\n#include "calc.hpp"\nint main() { return f(); }\n\`\`\``,
      '#include <cstdio>\n\nint f();\nint main() { return f(); }\n\nint f() { return 1; }\n',
    ],
    [
      'a program that goes on in a second block',
      '```cpp\n#include <cstdio>\nint f() { return 1; }\n```\nand then\n```cpp\nint main() { return f(); }\n```',
      '#include <cstdio>\nint f() { return 1; }\n\nint main() { return f(); }\n',
    ],
    [
      'without main, the longest block',
      '```cpp\nint a;\n```\n```cpp\nint f() { return 1; }\n```',
      'int f() { return 1; }\n',
    ],
  ];

  for (const [name, answer, expected] of cases) {
    it(`takes the code out of: ${name}`, () => {
      assert.equal(extractCode(answer), expected);
    });
  }

  it('finds the same however the answer is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cases.map(([, answer]) => answer)),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (answer, sizes) => {
          const extractor = new CodeExtractor();
          for (let start = 0, turn = 0; start < answer.length; turn++) {
            const size = sizes[turn % sizes.length] ?? 1;
            extractor.push(answer.slice(start, start + size));
            start += size;
          }
          assert.equal(extractor.finish(), extractCode(answer));
        },
      ),
    );
  });

  it('tells the code as it grows, and keeps a program when a snippet follows', () => {
    const extractor = new CodeExtractor();
    assert.equal(extractor.push('Here:\n```cpp\n'), false);
    assert.equal(extractor.push('#include <a>\nint ma'), true);
    assert.equal(extractor.code, '#include <a>\n');
    assert.equal(extractor.push('in'), false);
    extractor.push('() {}\n```\n```cpp\nsnippet();\n');
    assert.equal(extractor.code, '#include <a>\nint main() {}\n');
  });

  it('never throws, whatever comes', () => {
    const piece = fc.constantFrom(
      '```',
      '~~~',
      'cpp',
      '\n',
      '\r\n',
      '<think>',
      '</think>',
      'int main() {}',
      '#include "a.h"',
      '#include <b>',
      ' ',
      'a.h',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        assert.equal(typeof extractCode(pieces.join('')), 'string');
      }),
    );
  });
});
