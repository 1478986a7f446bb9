import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatCommand } from '../../src/cpp/createCompiler.ts';
import { parseVersion } from '../../src/cpp/findCompilers.ts';
import { parseEnvironment } from '../../src/cpp/findVisualCpp.ts';
import { compilerMissing, installHint } from '../../src/cpp/installHint.ts';

describe('what a compiler says about itself', () => {
  it('is read for g++, clang++ and Apple clang', () => {
    const gnu = 'g++ (Ubuntu 13.2.0-4ubuntu3) 13.2.0\nCopyright (C) 2023 Free Software Foundation, Inc.\n';
    assert.deepEqual(parseVersion(gnu), { id: 'gcc', version: '13.2.0', label: 'g++ 13.2.0' });
    assert.deepEqual(parseVersion('Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu\n'), {
      id: 'clang',
      version: '14.0.6',
      label: 'clang++ 14.0.6',
    });
    assert.equal(parseVersion('Apple clang version 15.0.0 (clang-1500.3.9.4)\n')?.label, 'Apple clang++ 15.0.0');
    assert.equal(parseVersion('hello'), undefined);
  });
});

describe('the install line', () => {
  it('fits the system', () => {
    assert.equal(installHint('linux', 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n'), 'sudo apt install g++');
    assert.equal(installHint('linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'), 'sudo dnf install gcc-c++');
    assert.equal(installHint('linux', 'ID=arch\n'), 'sudo pacman -S gcc');
    assert.equal(installHint('linux', 'ID=alpine\n'), 'sudo apk add g++');
    assert.equal(
      installHint('linux', 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n'),
      'sudo zypper install gcc-c++',
    );
    assert.equal(installHint('darwin'), 'xcode-select --install');
    assert.match(installHint('win32'), /^winget install /);
  });

  it('is in the sentence of the failure', () => {
    const failure = compilerMissing('darwin');
    assert.equal(failure.reason, 'compiler-missing');
    assert.equal(failure.message, 'No C++ compiler was found. To install one, run: xcode-select --install');
  });
});

describe('the command as one would type it', () => {
  it('quotes what a shell would take apart', () => {
    assert.equal(formatCommand(['/usr/bin/g++', '-O3', "a'b c.cpp"], 'linux'), "/usr/bin/g++ -O3 'a'\\''b c.cpp'");
    assert.equal(formatCommand(['C:\\VC\\cl.exe', '/O2', 'a b.cpp'], 'win32'), 'C:\\VC\\cl.exe /O2 "a b.cpp"');
  });
});

describe('the output of set', () => {
  it('becomes an environment', () => {
    assert.deepEqual(parseEnvironment('A=1\r\nPATH=C:\\a;C:\\b\r\n\r\nX==y\r\n'), {
      A: '1',
      PATH: 'C:\\a;C:\\b',
      X: '=y',
    });
  });
});
