import type { ConversionRequest, Converter, ConverterEvent } from '../conversion/converter.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import { Transpiler, type TranspilerOptions } from '../transpiler/transpiler.ts';

/** The built-in engine as a converter: no account, no network, and the same answer every time. */
export class BuiltinConverter implements Converter {
  readonly id = 'builtin';
  readonly label = 'Built-in engine';
  readonly canRepair = true;
  readonly writesUntrustedCode = false;
  readonly #transpiler: Transpiler;

  private constructor(transpiler: Transpiler) {
    this.#transpiler = transpiler;
  }

  static async create(options: TranspilerOptions): Promise<BuiltinConverter> {
    return new BuiltinConverter(await Transpiler.create(options));
  }

  /** Integers that outgrew 64 bits where nobody could see it coming have any size in the second attempt. */
  answers(finding: string): boolean {
    return finding.includes('OverflowError');
  }

  async *convert(
    request: ConversionRequest,
    { signal }: { readonly signal: AbortSignal },
  ): AsyncGenerator<ConverterEvent, void, undefined> {
    throwIfAborted(signal);
    const { source, functionName, examples = [], profile } = request.unit;
    const result = this.#transpiler.transpile(
      source,
      functionName === undefined ? undefined : { functionName, examples: [...examples, ...(profile?.calls ?? [])] },
      request.repairs.length > 0 ? 'any size' : 'automatic',
    );
    if (result.diagnostics.length > 0) yield { type: 'diagnostics', diagnostics: result.diagnostics };
    if (!result.ok) {
      const [first] = result.diagnostics;
      const line = first === undefined ? -1 : (request.unit.lineMap[first.line] ?? -1);
      const place = line < 0 ? '' : `Line ${line + 1}: `;
      throw new Failure(
        'unsupported',
        `${place}${first?.message ?? 'The program cannot be converted.'} The built-in engine refuses what it cannot convert faithfully; a language model may be able to.`,
      );
    }
    yield { type: 'code', cpp: result.cpp };
    yield { type: 'finished', cpp: result.cpp };
  }
}
