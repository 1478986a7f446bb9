import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Folders of `src/` in the order in which arrows run down: a folder may import itself and what its row allows. */
const mayImport = {
  shared: [],
  python: ['shared'],
  execution: ['shared'],
  cpp: ['shared', 'execution'],
  verification: ['shared', 'execution', 'cpp', 'python'],
  benchmark: ['shared', 'execution', 'cpp'],
  pythonModule: ['shared', 'execution', 'cpp', 'python', 'verification', 'benchmark'],
  functionInputs: ['shared', 'execution', 'cpp', 'python', 'verification', 'providers', 'conversion'],
  hub: ['shared'],
  tokens: ['shared', 'hub'],
  providers: ['shared', 'hub'],
  audio: ['shared', 'execution', 'providers'],
  transpiler: ['shared', 'python'],
  converters: ['shared', 'python', 'transpiler', 'providers', 'conversion'],
  conversion: ['shared', 'python', 'cpp', 'execution', 'verification', 'benchmark'],
};
const folders = Object.keys(mayImport);
const zones = [
  ...folders.flatMap((folder) =>
    [...folders.filter((other) => other !== folder && !mayImport[folder].includes(other)), 'editor', 'commandLine'].map(
      (other) => ({
        target: `./src/${folder}`,
        from: `./src/${other}`,
        message: `src/${folder} must not import src/${other}: arrows run down (see README, Working on the code).`,
      }),
    ),
  ),
  ...['cli.ts', 'extension.ts'].map((from) => ({
    target: ['./src', './media'],
    from: `./src/${from}`,
    message: 'Nobody imports the entry points.',
  })),
  { target: './src/commandLine', from: './src/editor', message: 'The command line runs without an editor.' },
  { target: './src/editor', from: './src/commandLine', message: 'The editor does not go through the command line.' },
  { target: './media', from: './src', except: ['./shared'], message: 'Webviews import only src/shared.' },
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.vscode-test/**', 'test-output/**', 'test/fixtures/*/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'scripts/*.mjs', 'scripts/*.cjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'vscode', message: 'Only extension.ts and editor/ import vscode.' },
            { name: 'zod', message: 'Take zod/mini: it is a fifth of the size.' },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='zod/mini'] > ImportSpecifier",
          message: 'Write `import * as z`: the name `z` of zod/mini brings every language along.',
        },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  { files: ['src/extension.ts', 'src/editor/**', 'test/workbench/**'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['*.config.js', 'esbuild.js'], rules: { 'import-x/no-default-export': 'off' } },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
