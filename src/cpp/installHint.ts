import { Failure } from '../shared/failure.ts';

/** The line to type to get a C++ compiler on this system. `osRelease` is the text of /etc/os-release, where there is one. */
export function installHint(platform: NodeJS.Platform, osRelease = ''): string {
  if (platform === 'darwin') return 'xcode-select --install';
  if (platform === 'win32') {
    return 'winget install Microsoft.VisualStudio.2022.BuildTools --override "--passive --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"';
  }
  const field = (name: string): string => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  const names = `${field('ID')} ${field('ID_LIKE')}`.split(' ');
  const is = (...wanted: string[]): boolean => wanted.some((name) => names.includes(name));
  if (is('fedora', 'rhel', 'centos')) return 'sudo dnf install gcc-c++';
  if (is('suse', 'opensuse')) return 'sudo zypper install gcc-c++';
  if (is('arch')) return 'sudo pacman -S gcc';
  if (is('alpine')) return 'sudo apk add g++';
  if (is('nixos')) return 'nix-shell -p gcc';
  return 'sudo apt install g++';
}

/** The Failure for a machine on which no compiler was found. */
export function compilerMissing(platform: NodeJS.Platform, osRelease?: string): Failure {
  return new Failure(
    'compiler-missing',
    `No C++ compiler was found. To install one, run: ${installHint(platform, osRelease)}`,
  );
}
