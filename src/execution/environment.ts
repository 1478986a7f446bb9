/** A set of environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a converted program may see of the user's environment. An allow-list, because keys come under any name.
 * Python's search path is on it so that the program finds the modules the user's own run finds.
 */
const ALLOWED = new Set([
  'PATH',
  'LANG',
  'LANGUAGE',
  'LC_ALL',
  'LC_CTYPE',
  'LC_NUMERIC',
  'LC_TIME',
  'LC_COLLATE',
  'TZ',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'PYTHONPATH',
  'PYTHONHOME',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'PATHEXT',
  'COMSPEC',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
]);

/** What a compiler needs on top: where headers, libraries and developer tools are. */
const ALLOWED_FOR_COMPILERS = new Set([
  ...ALLOWED,
  'HOME',
  'USERPROFILE',
  'CPATH',
  'C_INCLUDE_PATH',
  'CPLUS_INCLUDE_PATH',
  'LIBRARY_PATH',
  'GCC_EXEC_PREFIX',
  'COMPILER_PATH',
  'SDKROOT',
  'DEVELOPER_DIR',
  'MACOSX_DEPLOYMENT_TARGET',
  'CCACHE_DIR',
  'INCLUDE',
  'LIB',
  'LIBPATH',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'PROGRAMDATA',
  'APPDATA',
  'LOCALAPPDATA',
]);

function pick(environment: Environment, allowed: ReadonlySet<string>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && allowed.has(name.toUpperCase())) picked[name] = value;
  }
  return picked;
}

/**
 * The environment of a converted program: what is allowed, a home and a temporary folder that are its own working folder,
 * and Python made repeatable. `PYTHONHASHSEED=0` fixes the order of sets of strings, without which a program that prints
 * one differs from itself from run to run.
 */
export function scrubEnvironment(environment: Environment, workingFolder: string): Record<string, string> {
  return {
    ...pick(environment, ALLOWED),
    HOME: workingFolder,
    USERPROFILE: workingFolder,
    TMPDIR: workingFolder,
    TMP: workingFolder,
    TEMP: workingFolder,
    PYTHONIOENCODING: 'utf-8',
    PYTHONHASHSEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/** The environment of a compiler: English messages, temporary files in the given folder, no keys. */
export function compilerEnvironment(environment: Environment, temporaryFolder: string): Record<string, string> {
  const { LANGUAGE: _language, ...picked } = pick(environment, ALLOWED_FOR_COMPILERS);
  return {
    ...picked,
    LC_ALL: 'C.UTF-8',
    // Visual C++ chooses its language by this number: English (United States).
    VSLANG: '1033',
    TMPDIR: temporaryFolder,
    TMP: temporaryFolder,
    TEMP: temporaryFolder,
  };
}
