import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseGnuDiagnostics, parseMsvcDiagnostics } from '../../src/cpp/parseDiagnostics.ts';

const fileName = 'candidate.cpp';

describe('reading the messages of g++ and clang++', () => {
  it('reads place, severity and option', () => {
    const output = [
      "candidate.cpp: In function 'int main()':",
      "candidate.cpp:2:7: warning: unused variable 'total' [-Wunused-variable]",
      '    2 |   int total;',
      '      |       ^~~~~',
      "candidate.cpp:3:3: error: 'foo' was not declared in this scope",
      'candidate.cpp:3:3: note: suggested alternative',
    ].join('\n');
    assert.deepEqual(parseGnuDiagnostics(output, { source: 'int main() {\n  int total;\n  foo();\n}\n', fileName }), [
      {
        severity: 'warning',
        message: "unused variable 'total'",
        line: 1,
        column: 6,
        endLine: 1,
        endColumn: 11,
        code: '-Wunused-variable',
      },
      {
        severity: 'error',
        message: "'foo' was not declared in this scope",
        line: 2,
        column: 2,
        endLine: 2,
        endColumn: 5,
      },
      { severity: 'note', message: 'suggested alternative', line: 2, column: 2, endLine: 2, endColumn: 5 },
    ]);
  });

  it('turns byte columns into UTF-16 columns', () => {
    const [found] = parseGnuDiagnostics('candidate.cpp:1:15: error: bad', { source: 's = "é😀"; wrong();', fileName });
    assert.deepEqual([found?.column, found?.endColumn], [11, 16]);
  });

  it('shows what went wrong in a header at the line that led there', () => {
    const output = [
      'In file included from /usr/include/c++/12/algorithm:61,',
      '                 from candidate.cpp:1:',
      '/usr/include/c++/12/bits/stl_algo.h:1:2:   required from here',
      'candidate.cpp:3:12:   required from here',
      "/usr/include/c++/12/bits/predefined_ops.h:45:23: error: no match for 'operator<'",
      '/usr/include/c++/12/bits/predefined_ops.h:45:23: note: candidate',
    ].join('\n');
    const found = parseGnuDiagnostics(output, { source: '#include <algorithm>\n\n  std::sort(v);\n', fileName });
    assert.equal(found.length, 1);
    assert.equal(found[0]?.line, 2);
    assert.equal(found[0]?.message, "no match for 'operator<' (in predefined_ops.h)");
  });

  it('does so for clang too, which tells it afterwards, and says each thing once', () => {
    const header = [
      'In file included from candidate.cpp:1:',
      "/usr/include/c++/12/bits/predefined_ops.h:45:23: error: invalid operands to binary expression ('A' and 'A')",
      "/usr/include/c++/12/bits/stl_algo.h:9:2: note: in instantiation of function template specialization 'x' requested here",
      "candidate.cpp:3:8: note: in instantiation of function template specialization 'std::sort<A>' requested here",
    ];
    const output = [...header, ...header, "candidate.cpp:2:1: error: use of undeclared identifier 'foo'"].join('\n');
    const found = parseGnuDiagnostics(output, { source: '#include <algorithm>\nfoo();\n  std::sort(v);\n', fileName });
    assert.deepEqual(
      found.map(({ severity, line, column }) => [severity, line, column]),
      [
        ['error', 2, 7],
        ['error', 1, 0],
      ],
    );
  });

  it('reads errors of the linker and of the driver', () => {
    const output = [
      "/usr/bin/ld: /tmp/x.o: in function `main':",
      "candidate.cpp:(.text+0x5): undefined reference to `f()'",
      'collect2: error: ld returned 1 exit status',
      "g++: error: unrecognized command-line option '-fnonsense'",
    ].join('\n');
    assert.deepEqual(
      parseGnuDiagnostics(output, { source: 'int main(){}', fileName }).map(({ severity, message, line }) => [
        severity,
        message,
        line,
      ]),
      [
        ['error', "undefined reference to `f()'", 0],
        ['error', "unrecognized command-line option '-fnonsense'", 0],
      ],
    );
  });

  it('keeps places inside the text, however the compiler counts', () => {
    const [found] = parseGnuDiagnostics('candidate.cpp:99:99: fatal error: x', { source: 'a', fileName });
    assert.deepEqual([found?.severity, found?.line, found?.column, found?.endColumn], ['error', 0, 1, 1]);
  });
});

describe('reading the messages of Visual C++', () => {
  it('reads place, severity and code', () => {
    const output = [
      'candidate.cpp',
      "candidate.cpp(2,3): error C2065: 'foo': undeclared identifier",
      "C:\\work\\candidate.cpp(1,5): warning C4101: 'x': unreferenced local variable",
      'LINK : fatal error LNK1120: 1 unresolved externals',
    ].join('\r\n');
    assert.deepEqual(
      parseMsvcDiagnostics(output, { source: 'int x;\r\n  foo();', fileName }).map((found) => [
        found.severity,
        found.code,
        found.line,
        found.column,
        found.endColumn,
      ]),
      [
        ['error', 'C2065', 1, 2, 5],
        ['warning', 'C4101', 0, 4, 5],
        ['error', 'LNK1120', 0, 0, 6],
      ],
    );
  });
});
