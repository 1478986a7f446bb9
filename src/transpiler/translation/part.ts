import { Unsupported, type Expr, type Place } from '../ast.ts';
import type { Flow } from '../flow.ts';
import type { Value } from '../library.ts';
import type { Context } from '../program.ts';
import type { Translation } from './translation.ts';

/** A part of the translation: it has one subject, and reaches what is known of the program and the other parts through the translation. */
export abstract class Part {
  protected readonly translation: Translation;

  constructor(translation: Translation) {
    this.translation = translation;
  }

  /** The function in hand, or the module. */
  protected get context(): Context {
    return this.translation.context;
  }

  protected set context(context: Context) {
    this.translation.context = context;
  }

  /** What is known of variables where the translation stands. */
  protected get flow(): Flow {
    return this.translation.flow;
  }

  protected expr(node: Expr): Value {
    return this.translation.expressions.expr(node);
  }

  /** Refuses what cannot be converted, with the reason. */
  protected unsupported(message: string, place: Place, code?: string): never {
    throw new Unsupported(message, place, code);
  }

  /** Refuses what Python certainly raises an error for; where the program catches such errors, it is raised instead. */
  protected fails(error: string, text: string, message: string, place: Place): never {
    const refusal = new Unsupported(message, place);
    refusal.raises = { error, message: text };
    throw refusal;
  }
}
