import { Unsupported, type FunctionDef, type Place, type Stmt } from '../ast.ts';
import { builtinNames } from '../builtinNames.ts';
import { buildClass } from '../classes.ts';
import { libraryConstants, libraryModules } from '../library.ts';
import { refusedModules } from '../library/refusedModules.ts';
import { moduleNames, moduleRows } from '../library/tables.ts';
import type { FunctionInfo } from '../program.ts';
import { recordOf } from '../records.ts';
import { analyzeScope } from '../scopes.ts';
import { walk } from '../walk.ts';
import { Part } from './part.ts';

/** What is said in other words before it comes here. */
const handledElsewhere = new Set([
  'collections.namedtuple',
  'dataclasses.dataclass',
  'dataclasses.field',
  'enum.Enum',
  'enum.IntEnum',
  'enum.StrEnum',
  'enum.Flag',
  'enum.IntFlag',
  'enum.unique',
  'enum.verify',
  'enum.UNIQUE',
  'enum.auto',
  'functools.total_ordering',
  'functools.lru_cache',
  'functools.cache',
  'functools.partial',
  'functools.wraps',
  'contextlib.contextmanager',
]);

/** What `from module import *` brings that is converted. */
function membersOf(module: string): string[] {
  const rows = [libraryModules.get(module), moduleRows.get(module)];
  const constants = [...libraryConstants.keys()].filter((name) => name.startsWith(`${module}.`));
  return [
    ...rows.flatMap((row) => [...(row?.keys() ?? [])]).filter((name) => !name.includes('.')),
    ...constants.map((name) => name.slice(module.length + 1)),
  ];
}

/** Modules of which constants are converted. */
const constantModules = new Set([...libraryConstants.keys()].map((name) => name.split('.')[0]));

/** Finds functions, classes and imports of the module before anything is translated. */
export class Declarations extends Part {
  /** Finds functions, classes and imports of the module before anything is translated. */
  declare(body: readonly Stmt[]): void {
    const refused: Unsupported[] = [];
    const named = new Set<string>();
    for (const statement of body) {
      try {
        if (statement.kind === 'def' && named.has(statement.name) && builtinNames.has(statement.name))
          this.unsupported(
            `\`${statement.name}\` is Python's own above and a function of the program from here on, which cannot be converted: give it another name.`,
            statement.place,
          );
        if (statement.kind !== 'def' && statement.kind !== 'class')
          walk(statement, ({ kind, name }) => void (kind === 'name' && named.add(String(name))));
        this.#declareStatement(statement);
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error;
        refused.push(error);
      }
    }
    const [first, ...further] = refused;
    if (!first) return;
    first.further = further;
    throw first;
  }

  /** Refuses an import, with the way round where there is one. */
  #refuseModule(module: string, place: Place, name?: string): never {
    const way = Object.hasOwn(refusedModules, module) ? refusedModules[module] : undefined;
    if (way !== undefined)
      this.unsupported(`The module \`${module}\` cannot be converted: ${way}.`, place, 'unknown-module');
    const what = name === undefined ? `The module \`${module}\`` : `\`${module}.${name}\``;
    return this.unsupported(`${what} cannot be converted yet.`, place, 'unknown-module');
  }

  #declareStatement(statement: Stmt): void {
    if (recordOf(statement)) return;
    switch (statement.kind) {
      case 'def':
        this.translation.functions.set(statement.name, this.#functionInfo(statement));
        break;
      case 'class': {
        const { classes, imports } = this.translation;
        const classNames = new Set(
          this.translation.source.body.flatMap((each) => (each.kind === 'class' ? [each.name] : [])),
        );
        const method: Parameters<typeof buildClass>[1]['method'] = (def, owner, how) => ({
          ...this.#functionInfo(def),
          owner,
          ...how,
        });
        this.translation.classes.set(statement.name, buildClass(statement, { classes, classNames, imports, method }));
        break;
      }
      case 'import':
        for (const { module, as } of statement.names) {
          if (['typing', 'abc', 'dataclasses', 'enum', 'contextlib'].includes(module)) continue;
          if (!libraryModules.has(module) && !moduleRows.has(module) && !constantModules.has(module))
            this.#refuseModule(module, statement.place);
          this.translation.imports.set(as ?? module, module);
        }
        break;
      case 'import-from':
        if (['typing', '__future__', 'abc', 'collections.abc'].includes(statement.module)) return;
        const everything = statement.names.some(({ name }) => name === '*') ? membersOf(statement.module) : [];
        for (const name of everything)
          if (!this.translation.imports.has(name)) this.translation.imports.set(name, `${statement.module}.${name}`);
        for (const { name, as } of statement.names) {
          if (name === '*' && (everything.length > 0 || statement.module === 'enum')) continue;
          const full = `${statement.module}.${name}`;
          if (handledElsewhere.has(full)) continue;
          const known =
            libraryModules.get(statement.module)?.has(name) === true ||
            moduleRows.get(statement.module)?.has(name) === true ||
            libraryConstants.has(full);
          if (name === '*' && moduleNames(statement.module).length > 0) {
            for (const each of moduleNames(statement.module))
              this.translation.imports.set(each, `${statement.module}.${each}`);
            continue;
          }
          // A name that a module of ours has not is refused where it is used.
          if (!known && moduleNames(statement.module).length === 0)
            this.#refuseModule(statement.module, statement.place, name);
          this.translation.imports.set(as ?? name, full);
        }
        break;
      default:
        return;
    }
  }

  #functionInfo(def: FunctionDef): FunctionInfo {
    if (def.isAsync) this.unsupported('An async function cannot be converted.', def.place);
    if (def.decorators.length) this.unsupported('A decorator cannot be converted yet.', def.place);
    return {
      id: def.id,
      name: def.name,
      cppName: def.name,
      def,
      binding: 'function',
      isAbstract: false,
      scope: analyzeScope(def.params, def.body),
      instances: [],
    };
  }
}
