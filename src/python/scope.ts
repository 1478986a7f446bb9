import { childOfType, fieldOf, type SyntaxNode } from './syntaxTree.ts';

/** A call as far as slicing cares: whose name is called, which method, and what goes in. */
export interface CallFact {
  /** The name called, `f` in `f(x)`, or the name a method call starts from, `a` in `a.b[0].m(x)`. */
  readonly root: string | undefined;
  readonly method: string | undefined;
  /** Names whose values are handed in as they are, so that the callee can change them. */
  readonly argumentRoots: readonly string[];
  /** True when the call is a statement of its own: it is made for its effect. */
  readonly isStatement: boolean;
}

/** What code does with names of the module around it. "Direct" is done when the code runs; "deferred" when a function in it is called. */
export interface NameFacts {
  readonly uses: ReadonlySet<string>;
  readonly binds: ReadonlySet<string>;
  readonly mutates: ReadonlySet<string>;
  readonly calls: readonly CallFact[];
  /** Target and source of assignments that make two names stand for one object, or for an object and its element. */
  readonly aliases: readonly (readonly [string, string])[];
  readonly deferredMutates: ReadonlySet<string>;
  readonly deferredCalls: readonly CallFact[];
  /** True when a function in it changes something that it got as an argument. */
  readonly changesArguments: boolean;
  readonly methodNames: ReadonlySet<string>;
  /** Names reached by text, such as through `eval` or `globals()`. */
  readonly usesDynamicNames: boolean;
}

type ScopeKind = 'module' | 'class' | 'function' | 'comprehension';

/** A region in which names are local. */
export interface Scope {
  readonly kind: ScopeKind;
  readonly parent: Scope | undefined;
  readonly start: number;
  readonly end: number;
  readonly bindings: Map<string, number>;
  readonly parameters: Set<string>;
  readonly globals: Set<string>;
  readonly nonlocals: Set<string>;
  readonly children: Scope[];
  readonly uses: { readonly name: string; readonly position: number }[];
  readonly mutations: string[];
  readonly calls: CallFact[];
  readonly aliases: [string, string][];
}

/** Methods of built-in types that leave the object as it was. */
const readOnlyMethods = new Set(
  `count index get keys values items copy format join split rsplit splitlines strip lstrip rstrip upper lower title
   capitalize startswith endswith replace find rfind rindex encode decode isdigit isalpha isalnum isspace isupper islower
   isnumeric isdecimal isidentifier istitle zfill ljust rjust center union intersection difference symmetric_difference
   issubset issuperset isdisjoint bit_length bit_count is_integer hex conjugate partition rpartition casefold swapcase
   expandtabs translate most_common elements total as_integer_ratio to_bytes removeprefix removesuffix`.split(/\s+/),
);

/** Built-in functions that change what they are given. */
const changingBuiltins = new Set(['next', 'setattr', 'delattr', 'exec', 'eval']);

const dynamicNames = new Set(['eval', 'exec', 'globals', 'vars', 'locals']);

/** True when a method of this name, on an object of a built-in type, changes the object. */
export function mayChangeObject(method: string): boolean {
  return !readOnlyMethods.has(method);
}

/** True when a built-in function of this name changes what it is given. */
export function builtinChangesArguments(name: string): boolean {
  return changingBuiltins.has(name);
}

/** Builds the scopes of statements that run at module level. */
export function buildScopes(nodes: readonly SyntaxNode[], text: string): Scope {
  const builder = new ScopeBuilder(text);
  const start = nodes[0]?.start ?? 0;
  const root = newScope('module', undefined, start, nodes.at(-1)?.end ?? start);
  for (const node of nodes) builder.visit(node, root);
  return root;
}

/** What statements that run at module level do with the module's names. */
export function analyseNames(nodes: readonly SyntaxNode[], text: string): NameFacts {
  const root = buildScopes(nodes, text);
  const uses = new Set<string>();
  const binds = new Set(root.bindings.keys());
  const mutates = new Set<string>();
  const calls: CallFact[] = [];
  const aliases: [string, string][] = [];
  const deferredMutates = new Set<string>();
  const deferredCalls: CallFact[] = [];
  const methodNames = new Set<string>();
  let changesArguments = false;
  let usesDynamicNames = false;

  const visit = (scope: Scope, deferred: boolean): void => {
    for (const use of scope.uses) {
      if (!reachesModule(scope, use.name, use.position)) continue;
      uses.add(use.name);
      usesDynamicNames ||= dynamicNames.has(use.name);
    }
    for (const name of scope.globals) {
      if (scope.kind !== 'module' && scope.bindings.has(name)) {
        (deferred ? deferredMutates : binds).add(name);
        uses.add(name);
      }
    }
    const toModule = (name: string): boolean => reachesModule(scope, name, Infinity);
    for (const name of scope.mutations) {
      if (toModule(name)) (deferred ? deferredMutates : mutates).add(name);
      else if (isParameter(scope, name)) changesArguments = true;
    }
    for (const call of scope.calls) {
      const root = call.root !== undefined && toModule(call.root) ? call.root : undefined;
      const outer = { ...call, root, argumentRoots: call.argumentRoots.filter((name) => toModule(name)) };
      (deferred ? deferredCalls : calls).push(outer);
      if (call.argumentRoots.some((name) => isParameter(scope, name)) && !isHarmlessBuiltin(outer))
        changesArguments = true;
    }
    for (const [target, source] of scope.aliases) {
      if (!deferred && toModule(source)) aliases.push([target, source]);
      // A local that stands for a module's object: what is done to the local is done to the object.
      if (scope.kind === 'function' && toModule(source) && !toModule(target)) {
        const changed =
          scope.mutations.includes(target) ||
          scope.calls.some((call) => call.argumentRoots.includes(target) && !isHarmlessBuiltin(call));
        if (changed) deferredMutates.add(source);
      }
      if (scope.kind === 'function' && isParameter(scope, source) && scope.mutations.includes(target))
        changesArguments = true;
    }
    for (const child of scope.children) {
      if (scope.kind === 'class' && child.kind === 'function')
        for (const name of scope.bindings.keys()) methodNames.add(name);
      visit(child, deferred || child.kind === 'function');
    }
  };
  visit(root, false);
  return {
    uses,
    binds,
    mutates,
    calls,
    aliases,
    deferredMutates,
    deferredCalls,
    changesArguments,
    methodNames,
    usesDynamicNames,
  };
}

const harmlessBuiltins = new Set(
  `print len range sum min max abs round int float str bool list tuple dict set frozenset sorted reversed enumerate zip map
   filter any all isinstance issubclass type repr ord chr divmod pow hash id iter format hex oct bin bytes bytearray complex
   callable hasattr getattr ascii input open super slice object`.split(/\s+/),
);

/** True for calls of built-in functions, or of read-only methods, that cannot change their arguments. */
export function isHarmlessBuiltin(call: CallFact): boolean {
  if (call.method !== undefined) return readOnlyMethods.has(call.method);
  return call.root !== undefined && harmlessBuiltins.has(call.root);
}

/** True when a use of a name in a scope ends at the module (or at a builtin). `position` tells uses in a class body before the name is bound there. */
function reachesModule(scope: Scope, name: string, position: number): boolean {
  let current: Scope | undefined = scope;
  let direct = true;
  while (current && current.kind !== 'module') {
    if (current.globals.has(name)) return true;
    if (current.kind === 'class') {
      // A class body's names are seen by the body itself only, and before they are bound the module's are.
      const bound = direct ? current.bindings.get(name) : undefined;
      if (bound !== undefined) return position < bound;
    } else if (current.bindings.has(name) && !current.nonlocals.has(name)) return false;
    if (current.kind !== 'comprehension') direct = false;
    current = current.parent;
  }
  return true;
}

function isParameter(scope: Scope, name: string): boolean {
  for (let current: Scope | undefined = scope; current; current = current.parent) {
    if (current.globals.has(name)) return false;
    if (current.parameters.has(name)) return true;
    if (current.kind !== 'class' && current.bindings.has(name) && !current.nonlocals.has(name)) return false;
  }
  return false;
}

function newScope(kind: ScopeKind, parent: Scope | undefined, start: number, end: number): Scope {
  const scope: Scope = {
    kind,
    parent,
    start,
    end,
    bindings: new Map(),
    parameters: new Set(),
    globals: new Set(),
    nonlocals: new Set(),
    children: [],
    uses: [],
    mutations: [],
    calls: [],
    aliases: [],
  };
  parent?.children.push(scope);
  return scope;
}

class ScopeBuilder {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Python compares names in NFKC, so that `ﬁ` and `fi` are one name. */
  #name(node: SyntaxNode): string {
    return this.#text.slice(node.start, node.end).normalize('NFKC');
  }

  visit(node: SyntaxNode, scope: Scope): void {
    switch (node.type) {
      case 'comment':
        return;
      case 'identifier':
        scope.uses.push({ name: this.#name(node), position: node.start });
        return;
      case 'attribute':
        return this.#visitField(node, 'object', scope);
      case 'member_type': {
        const owner = node.children[0];
        if (owner) this.visit(owner, scope);
        return;
      }
      case 'keyword_argument':
        return this.#visitField(node, 'value', scope);
      case 'call':
        return this.#visitCall(node, scope, false);
      case 'expression_statement': {
        for (const child of node.children) {
          if (child.type === 'call') this.#visitCall(child, scope, true);
          else this.visit(child, scope);
        }
        return;
      }
      case 'assignment':
        return this.#visitAssignment(node, scope);
      case 'augmented_assignment': {
        this.#visitField(node, 'right', scope);
        const left = fieldOf(node, 'left');
        if (left) {
          this.visit(left, scope);
          this.#bindTarget(left, scope, node.end);
          const root = this.#rootOf(left);
          if (root !== undefined) scope.mutations.push(root);
        }
        return;
      }
      case 'named_expression': {
        this.#visitField(node, 'value', scope);
        let owner = scope;
        while (owner.kind === 'comprehension' && owner.parent) owner = owner.parent;
        const name = fieldOf(node, 'name');
        if (name) this.#bindTarget(name, owner, node.end);
        return;
      }
      case 'delete_statement': {
        for (const child of node.children.filter((item) => item.named)) {
          for (const target of child.type === 'expression_list' || child.type === 'tuple' ? child.children : [child]) {
            if (!target.named) continue;
            this.visit(target, scope);
            this.#bindTarget(target, scope, target.end);
          }
        }
        return;
      }
      case 'for_statement': {
        this.#visitField(node, 'right', scope);
        this.#bindLoopTarget(node, scope);
        this.#visitField(node, 'body', scope);
        return this.#visitField(node, 'alternative', scope);
      }
      case 'as_pattern':
        return this.#visitAsPattern(node, scope);
      case 'except_clause': {
        for (const child of node.children) {
          if (child.field === 'alias') this.#bindTarget(child, scope, child.end);
          else if (child.named) this.visit(child, scope);
        }
        return;
      }
      case 'function_definition':
        return this.#visitFunction(node, scope);
      case 'lambda':
        return this.#visitLambda(node, scope);
      case 'class_definition':
        return this.#visitClass(node, scope);
      case 'list_comprehension':
      case 'set_comprehension':
      case 'dictionary_comprehension':
      case 'generator_expression':
        return this.#visitComprehension(node, scope);
      case 'import_statement':
      case 'future_import_statement':
      case 'import_from_statement':
        for (const bound of importedNames(node, this.#text)) this.#bind(bound.name, scope, node.end);
        return;
      case 'global_statement':
      case 'nonlocal_statement': {
        const names = node.type === 'global_statement' ? scope.globals : scope.nonlocals;
        for (const child of node.children) if (child.type === 'identifier') names.add(this.#name(child));
        return;
      }
      case 'case_clause': {
        for (const child of node.children) {
          if (child.type === 'case_pattern') this.#visitCasePattern(child, scope);
          else if (child.named) this.visit(child, scope);
        }
        return;
      }
      case 'type_alias_statement':
        return this.#visitTypeAlias(node, scope);
      case 'type':
        return this.#visitType(node, scope);
      default:
        for (const child of node.children) if (child.named) this.visit(child, scope);
    }
  }

  #visitField(node: SyntaxNode, field: string, scope: Scope): void {
    for (const child of node.children) if (child.field === field && child.named) this.visit(child, scope);
  }

  #visitCall(node: SyntaxNode, scope: Scope, isStatement: boolean): void {
    const callee = fieldOf(node, 'function');
    const argumentsNode = fieldOf(node, 'arguments');
    if (callee) this.visit(callee, scope);
    if (argumentsNode) this.visit(argumentsNode, scope);
    if (!callee) return;
    const attribute = callee.type === 'attribute' ? fieldOf(callee, 'attribute') : undefined;
    const method = attribute ? this.#name(attribute) : undefined;
    const root = this.#rootOf(callee);
    const argumentRoots: string[] = [];
    if (argumentsNode?.type === 'argument_list') {
      for (const argument of argumentsNode.children) {
        const value = argument.type === 'keyword_argument' ? fieldOf(argument, 'value') : argument;
        const argumentRoot = value && this.#rootOf(value);
        if (argumentRoot !== undefined) argumentRoots.push(argumentRoot);
      }
    }
    scope.calls.push({ root, method, argumentRoots, isStatement });
    if (method !== undefined && root !== undefined && mayChangeObject(method)) scope.mutations.push(root);
  }

  #visitAssignment(node: SyntaxNode, scope: Scope): void {
    this.#visitField(node, 'right', scope);
    this.#visitField(node, 'type', scope);
    const left = fieldOf(node, 'left');
    if (!left) return;
    this.#bindTarget(left, scope, node.end);
    const right = fieldOf(node, 'right');
    if (!right) return;
    const sources = new Set<string>();
    this.#collectShared(right, sources);
    for (const target of this.#targetNames(left)) for (const source of sources) scope.aliases.push([target, source]);
  }

  /** Every name whose object the value of an expression may be or hold. Results of operators are new objects. */
  #collectShared(node: SyntaxNode, into: Set<string>): void {
    if (/^(comparison_operator|not_operator|unary_operator|string|lambda|for_in_clause|if_clause)$/.test(node.type))
      return;
    const root = this.#rootOf(node);
    if (root !== undefined) into.add(root);
    if (node.type === 'call') {
      const callee = fieldOf(node, 'function');
      const name = callee?.type === 'identifier' ? this.#name(callee) : undefined;
      const call = { root: name, method: undefined, argumentRoots: [], isStatement: false };
      const argumentsNode = fieldOf(node, 'arguments');
      if (argumentsNode && !isHarmlessBuiltin(call)) this.#collectShared(argumentsNode, into);
    } else if (node.type === 'keyword_argument') {
      const value = fieldOf(node, 'value');
      if (value) this.#collectShared(value, into);
    } else if (root === undefined) {
      for (const child of node.children) if (child.named) this.#collectShared(child, into);
    }
  }

  #bindLoopTarget(node: SyntaxNode, scope: Scope): void {
    const left = fieldOf(node, 'left');
    const right = fieldOf(node, 'right');
    if (!left) return;
    this.#bindTarget(left, scope, left.end);
    if (!right) return;
    const sources = new Set<string>();
    this.#collectRoots(right, sources);
    for (const target of this.#targetNames(left)) for (const source of sources) scope.aliases.push([target, source]);
  }

  /** Every name an expression mentions, apart from functions it calls. */
  #collectRoots(node: SyntaxNode, into: Set<string>): void {
    if (node.type === 'identifier') into.add(this.#name(node));
    for (const child of node.children) {
      const skip =
        !child.named ||
        (node.type === 'attribute' && child.field === 'attribute') ||
        (node.type === 'call' && child.field === 'function' && child.type === 'identifier') ||
        (node.type === 'keyword_argument' && child.field === 'name');
      if (!skip) this.#collectRoots(child, into);
    }
  }

  #targetNames(target: SyntaxNode): string[] {
    if (target.type === 'identifier') return [this.#name(target)];
    if (target.type === 'attribute' || target.type === 'subscript') return [];
    return target.children.filter((child) => child.named).flatMap((child) => this.#targetNames(child));
  }

  /** The name that an access starts from: `a` in `a.b[0].c`, also through calls of methods. */
  #rootOf(node: SyntaxNode): string | undefined {
    let current: SyntaxNode | undefined = node;
    while (current) {
      switch (current.type) {
        case 'identifier':
          return this.#name(current);
        case 'attribute':
          current = fieldOf(current, 'object');
          break;
        case 'subscript':
          current = fieldOf(current, 'value');
          break;
        case 'call': {
          const callee: SyntaxNode | undefined = fieldOf(current, 'function');
          current = callee?.type === 'attribute' ? callee : undefined;
          break;
        }
        case 'parenthesized_expression':
        case 'await':
        case 'list_splat':
        case 'dictionary_splat':
          current = current.children.find((child) => child.named);
          break;
        default:
          return undefined;
      }
    }
    return undefined;
  }

  #bind(name: string, scope: Scope, position: number): void {
    const earlier = scope.bindings.get(name);
    if (earlier === undefined || position < earlier) scope.bindings.set(name, position);
  }

  #bindTarget(target: SyntaxNode, scope: Scope, position: number): void {
    switch (target.type) {
      case 'identifier':
        return this.#bind(this.#name(target), scope, position);
      case 'attribute':
      case 'subscript': {
        this.visit(target, scope);
        const root = this.#rootOf(target);
        if (root !== undefined) scope.mutations.push(root);
        return;
      }
      default:
        for (const child of target.children) if (child.named) this.#bindTarget(child, scope, position);
    }
  }

  #visitAsPattern(node: SyntaxNode, scope: Scope): void {
    for (const child of node.children) {
      if (child.field === 'alias') this.#bindTarget(child, scope, child.end);
      else if (child.named) this.visit(child, scope);
    }
  }

  #visitFunction(node: SyntaxNode, scope: Scope): void {
    const name = fieldOf(node, 'name');
    if (name) this.#bind(this.#name(name), scope, node.end);
    const outer = this.#typeParameterScope(node, scope);
    const inner = newScope('function', outer, node.start, node.end);
    const parameters = fieldOf(node, 'parameters');
    if (parameters) this.#visitParameters(parameters, inner, outer);
    this.#visitField(node, 'return_type', outer);
    this.#visitField(node, 'body', inner);
  }

  #visitLambda(node: SyntaxNode, scope: Scope): void {
    const inner = newScope('function', scope, node.start, node.end);
    const parameters = fieldOf(node, 'parameters');
    if (parameters) this.#visitParameters(parameters, inner, scope);
    this.#visitField(node, 'body', inner);
  }

  #visitParameters(parameters: SyntaxNode, inner: Scope, outer: Scope): void {
    const bindParameter = (node: SyntaxNode): void => {
      if (node.type === 'identifier') {
        const name = this.#name(node);
        this.#bind(name, inner, node.end);
        inner.parameters.add(name);
      } else for (const child of node.children) if (child.named) bindParameter(child);
    };
    for (const parameter of parameters.children) {
      if (!parameter.named) continue;
      switch (parameter.type) {
        case 'default_parameter':
        case 'typed_default_parameter': {
          const name = fieldOf(parameter, 'name');
          if (name) bindParameter(name);
          this.#visitField(parameter, 'type', outer);
          this.#visitField(parameter, 'value', outer);
          break;
        }
        case 'typed_parameter':
          for (const child of parameter.children) {
            if (child.field === 'type') this.visit(child, outer);
            else if (child.named) bindParameter(child);
          }
          break;
        default:
          bindParameter(parameter);
      }
    }
  }

  #visitClass(node: SyntaxNode, scope: Scope): void {
    const name = fieldOf(node, 'name');
    if (name) this.#bind(this.#name(name), scope, node.end);
    const outer = this.#typeParameterScope(node, scope);
    this.#visitField(node, 'superclasses', outer);
    const inner = newScope('class', outer, node.start, node.end);
    this.#visitField(node, 'body', inner);
  }

  /** Type parameters live in a scope of their own around the definition. */
  #typeParameterScope(node: SyntaxNode, scope: Scope): Scope {
    const parameters = fieldOf(node, 'type_parameters');
    if (!parameters) return scope;
    const inner = newScope('comprehension', scope, node.start, node.end);
    this.#bindTypeParameters(parameters, inner);
    return inner;
  }

  #bindTypeParameters(parameters: SyntaxNode, scope: Scope): void {
    for (const parameter of parameters.children) {
      if (!parameter.named) continue;
      const [first, ...bounds] = this.#flattenConstraint(parameter);
      if (first) this.#bindTarget(first, scope, first.end);
      for (const bound of bounds) this.visit(bound, scope);
    }
  }

  #flattenConstraint(node: SyntaxNode): SyntaxNode[] {
    const only = node.type === 'type' ? node.children.find((child) => child.named) : node;
    if (only?.type === 'constrained_type') return only.children.filter((child) => child.named);
    return only ? [only] : [];
  }

  #visitTypeAlias(node: SyntaxNode, scope: Scope): void {
    const left = fieldOf(node, 'left')?.children.find((child) => child.named);
    const generic = left?.type === 'generic_type' ? left : undefined;
    const name = generic ? childOfType(generic, 'identifier') : left;
    if (name) this.#bindTarget(name, scope, name.end);
    const inner = newScope('function', scope, node.start, node.end);
    const parameters = generic && childOfType(generic, 'type_parameter');
    if (parameters) this.#bindTypeParameters(parameters, inner);
    this.#visitField(node, 'right', inner);
  }

  #visitType(node: SyntaxNode, scope: Scope): void {
    const collect = (current: SyntaxNode): void => {
      if (current.type === 'string_content') {
        // A forward reference names its class in a string.
        for (const match of this.#text
          .slice(current.start, current.end)
          .matchAll(/[\p{ID_Start}_][\p{ID_Continue}]*/gu)) {
          scope.uses.push({ name: match[0].normalize('NFKC'), position: current.start });
        }
      }
      for (const child of current.children) collect(child);
    };
    for (const child of node.children) {
      if (!child.named) continue;
      this.visit(child, scope);
      collect(child);
    }
  }

  #visitComprehension(node: SyntaxNode, scope: Scope): void {
    const inner = newScope('comprehension', scope, node.start, node.end);
    let first = true;
    for (const child of node.children) {
      if (child.type === 'for_in_clause') {
        this.#visitField(child, 'right', first ? scope : inner);
        this.#bindLoopTarget(child, inner);
        first = false;
      } else if (child.type === 'if_clause') this.visit(child, inner);
    }
    this.#visitField(node, 'body', inner);
  }

  #visitCasePattern(node: SyntaxNode, scope: Scope): void {
    const named = node.children.filter((child) => child.named);
    switch (node.type) {
      case 'dotted_name': {
        const first = named[0];
        if (!first) return;
        if (named.length === 1) this.#bindTarget(first, scope, first.end);
        else this.visit(first, scope);
        return;
      }
      case 'class_pattern': {
        const [owner, ...rest] = named;
        const first = owner?.children[0];
        if (first) this.visit(first, scope);
        for (const child of rest) this.#visitCasePattern(child, scope);
        return;
      }
      case 'keyword_pattern': {
        for (const child of named.slice(1)) this.#visitCasePattern(child, scope);
        return;
      }
      case 'identifier':
        return this.#bindTarget(node, scope, node.end);
      default:
        for (const child of named) this.#visitCasePattern(child, scope);
    }
  }
}

/** A name that an import binds, and where it comes from. */
export interface ImportedName {
  readonly name: string;
  readonly module: string;
  /** The text of this item, such as `sqrt as root`. */
  readonly item: string;
}

/** The names an import statement binds; none for `import *`. */
export function importedNames(node: SyntaxNode, text: string): ImportedName[] {
  const isFrom = node.type !== 'import_statement';
  const moduleNode = fieldOf(node, 'module_name');
  const fromModule = moduleNode ? text.slice(moduleNode.start, moduleNode.end) : '__future__';
  return node.children
    .filter((child) => child.field === 'name')
    .map((child) => {
      const item = text.slice(child.start, child.end);
      const alias = fieldOf(child, 'alias');
      const dotted = child.type === 'aliased_import' ? fieldOf(child, 'name') : child;
      const dottedText = dotted ? text.slice(dotted.start, dotted.end) : item;
      const bound = alias
        ? text.slice(alias.start, alias.end)
        : isFrom
          ? dottedText
          : (dottedText.split('.')[0] ?? dottedText);
      return { name: bound.trim().normalize('NFKC'), module: isFrom ? fromModule : dottedText, item };
    });
}
