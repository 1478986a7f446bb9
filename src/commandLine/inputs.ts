import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { plain } from '../conversion/renderText.ts';
import { BUILTIN_CONVERTER_ID } from '../converters/createConverter.ts';
import { compareRows } from '../functionInputs/compareRows.ts';
import { askPython, findInputs } from '../functionInputs/findInputs.ts';
import { originName, writeRows, type InputRow } from '../functionInputs/inputRow.ts';
import { regressionTest, writeTest } from '../functionInputs/regressionTest.ts';
import { Failure } from '../shared/failure.ts';
import { floatTolerance, pythonLiteral } from '../verification/values.ts';
import { interruptSignal, nonNegativeInteger, parseCall, positiveNumber, readText, type Command } from './call.ts';
import { givenOrConverted } from './cppOf.ts';
import { knownInputsOptions, knownInputsUsage, pythonFunction, rowsOf } from './knownInputs.ts';
import { comparisonRule, pipelineOptions, readUnit, splitFlags } from './pipeline.ts';
import { machineServices } from './services.ts';

const usage = `slipstream inputs FILE --function NAME [options]
  Shows the inputs of a function, where they come from and what Python gives: calls in the file, calls seen in a run of it, values
  at the edges, random ones. Takes --seed, --inputs N (0: the known ones only), --no-profile, --arg, --stdin, --json, and:
${knownInputsUsage}
  --budget USD           ask no model that is likely to cost more than this
  -o, --output OUT.jsonl write them as JSON Lines; "-" is standard output
  --compare              call the C++ on them too, and tell which differ; --cpp and --engine say which C++
  --cpp FILE.cpp         this C++ rather than that of the built-in engine
  --save-test FOLDER     write a test for "python3 -m unittest" that compares Python and C++ on them, but not on the random ones
  --module FILE.py       let the test call this module of "slipstream wrap" rather than compile the C++
  --force                overwrite the files of a test`;

/** Longer cells are cut in the table; JSON Lines hold all. */
const WIDEST = 60;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, {
    ...pipelineOptions,
    ...knownInputsOptions,
    engine: { type: 'string', default: BUILTIN_CONVERTER_ID },
    budget: { type: 'string' },
    output: { type: 'string', short: 'o' },
    compare: { type: 'boolean', default: false },
    cpp: { type: 'string' },
    'save-test': { type: 'string' },
    module: { type: 'string' },
    force: { type: 'boolean', default: false },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0 || values.function === undefined) {
    throw new Failure('invalid-input', 'Name a Python file and a function: slipstream inputs FILE --function NAME.');
  }
  const signal = interruptSignal();
  const unit = await readUnit(file, values.function, assetFolder);
  await using services = machineServices(values, assetFolder);
  const { examples, ...what } = await pythonFunction(unit, values, services, assetFolder, signal);
  const { functionName } = what;
  const stdin = values.stdin === undefined ? undefined : await readText(values.stdin);
  const found = await findInputs(
    {
      ...what,
      examples,
      ...(unit.program !== undefined && !values['no-profile'] && { program: unit.program }),
      args: values.arg,
      ...(stdin !== undefined && { stdin }),
      seed: nonNegativeInteger(values.seed, '--seed'),
      inputs: nonNegativeInteger(values.inputs, '--inputs'),
    },
    { signal },
  );
  for (const note of found.notes) process.stderr.write(`${plain(note)}\n`);
  const budgetUsd = values.budget === undefined ? undefined : positiveNumber(values.budget, '--budget');
  const added = await rowsOf(unit, found.parameters, values, assetFolder, { budgetUsd, signal });
  let rows: readonly InputRow[] = [...(await askPython(what, added, { signal })), ...found.rows];
  let status = 0;
  const testFolder = values['save-test'];
  if (values.compare || testFolder !== undefined) {
    const profile = { calls: found.profiledCalls, parameters: found.profile?.parameters ?? [] };
    const made = await givenOrConverted({ ...unit, profile }, values, assetFolder, false);
    if (typeof made === 'number') return made;
    const isForeign = values.cpp !== undefined || values.engine !== BUILTIN_CONVERTER_ID;
    const compiler = await services.findCompiler(signal);
    const sandbox = isForeign ? await services.findSandbox() : undefined;
    const rule = comparisonRule(values);
    const flags = values.flags === undefined ? compiler.defaultFlags : splitFlags(values.flags);
    const common = { functionName, source: unit.source, rule, tolerance: floatTolerance(rule), assetFolder };
    const compared = await compareRows(
      {
        ...what,
        ...common,
        runner: await services.createRunner({ untrusted: isForeign }),
        compiler,
        flags,
        ...(sandbox && { sandbox }),
        cpp: made.cpp,
        seed: 1,
        platform: process.platform,
      },
      rows,
      { signal },
    );
    rows = compared.rows;
    const { outcome, inputs, mismatch, notChecked } = compared.verification;
    const differ = rows.filter(({ equal }) => equal === false).length;
    const told = {
      equal: `Equal on ${inputs} inputs.`,
      different: `Different on ${differ} inputs: ${mismatch?.summary ?? ''}`,
    };
    process.stderr.write(`${plain(outcome === 'not-compared' ? notChecked.join(' ') : told[outcome])}\n`);
    if (outcome !== 'equal') status = 1;
    if (testFolder !== undefined) {
      const folder = resolve(testFolder);
      const files = await regressionTest({
        ...common,
        ...(unit.isImportable && { originalFile: resolve(file) }),
        tested:
          values.module === undefined
            ? {
                kind: 'compiled',
                calledSource: compared.calledSource,
                compilerPath: compiler.path,
                compilerId: compiler.id,
                flags,
              }
            : { kind: 'module', file: resolve(values.module) },
        keywordOnly: found.parameters.filter(({ isKeywordOnly }) => isKeywordOnly).map(({ name }) => name),
        rows: rows.filter(({ keep }) => keep),
        folder,
      });
      let there: readonly string[] = [];
      const isWritten = await writeTest(files, folder, async (names) => {
        there = names;
        return values.force;
      });
      if (!isWritten) {
        throw new Failure('invalid-input', `${there.join(' and ')} is there already. --force overwrites it.`);
      }
      const [name = ''] = files.keys();
      process.stderr.write(`Run it with: python3 -m unittest ${name.replace(/\.py$/, '')} (in ${testFolder})\n`);
    }
  }
  if (values.output !== undefined && values.output !== '-') {
    await writeFile(values.output, writeRows(functionName, rows));
  } else if (values.output === '-') process.stdout.write(writeRows(functionName, rows));
  else if (values.json) {
    const { profile, notes } = found;
    const parameters = found.parameters.map(({ name }) => name);
    const list = rows.map(({ args: given, ...row }) => ({ args: given.map(pythonLiteral), ...row }));
    const told = { function: functionName, parameters, ...(profile && { profile }), notes, inputs: list };
    process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
  } else process.stdout.write(table(functionName, rows));
  return status;
}

function table(functionName: string, rows: readonly InputRow[]): string {
  const short = (text: string): string => plain(text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text);
  return rows
    .map(({ origin, args, python, cpp, equal }) => {
      const call = short(`${functionName}(${args.map(pythonLiteral).join(', ')})`);
      const other = cpp === undefined ? '' : equal === false ? `   C++: ${short(cpp)}` : equal ? '   C++ equal' : '';
      return `${originName(origin).padEnd(12)} ${call} -> ${short(python ?? '–')}${other}\n`;
    })
    .join('');
}

/** `slipstream inputs`: what a function is called on, from where, and as a test. */
export const inputsCommand: Command = { usage, run };
