import { memberName, shownName } from '../classes.ts';
import { cppType, identifier, structure } from '../cpp.ts';
import { laidOut } from '../layoutText.ts';
import { nestedTypes } from '../nestedTypes.ts';
import type { ClassInfo, Instance } from '../program.ts';
import { describe } from '../types.ts';
import { isSliceMethod } from '../sliceMethods.ts';
import { comments, documentation, indent, withoutGaps } from './lines.ts';
import { Part } from './part.ts';

const longestInlined = 160;

/** Puts the parts of a program into the order in which C++ needs them. */
export class Layout extends Part {
  assemble(body: readonly string[]): string {
    const lines: string[] = [];
    lines.push(...documentation(this.translation.source.docstring), '');
    const classes = [...this.translation.classes.values()];
    this.#copies = [body, ...this.translation.instances.map(({ code }) => code)].some((code) =>
      code.some((line) => /\bpy::copy::/.test(line)),
    );
    for (const { name, fields } of this.translation.records.values()) {
      lines.push(
        `/** ${name}, a named tuple. */`,
        `struct ${identifier(`${name}_names`)} {`,
        `  static constexpr const char* name = "${name}";`,
        `  static constexpr const char* fields[] = {${fields.map((field) => `"${field.name}"`).join(', ')}};`,
        '};',
      );
    }
    const attributes: string[] = [];
    for (const of of classes) lines.push(`struct ${identifier(of.name)};`);
    const translated = this.translation.instances.filter(
      ({ info, round }) => !info.owner && round === this.translation.round,
    );
    // Copies whose types have grown to be the same are one function.
    const functions = [...new Map(translated.map((instance) => [instance.header, instance])).values()];
    for (const of of classes) {
      for (const [name, { slot }] of of.attributes) {
        attributes.push(`${cppType(slot.type)} ${this.translation.objects.staticName(of, name)}{};`);
      }
    }
    const globals = [...this.translation.module.variables.values()].filter(({ isGlobal }) => isGlobal);
    const head = lines.length;
    for (const variable of globals) lines.push(this.translation.statements.declaration(variable));
    for (const { cpp, slot } of this.translation.defaults.defaults.values())
      lines.push(`${cppType(slot.type)} ${cpp}{};`);
    for (const instance of functions) lines.push(`${inlined(instance)}${instance.header};`);
    const structures = classes.flatMap((of) => [...this.#structure(of), '']);
    lines.splice(head, 0, ...nestedStructures());
    if (lines.length) lines.push('');
    lines.push(...structures);
    if (attributes.length) lines.push(...attributes, '');
    for (const of of classes) {
      for (const instance of this.translation.instances.filter(
        ({ info, round }) => info.owner === of && round === this.translation.round,
      )) {
        lines.push(...comments(instance.info.def.leading), ...documentation(instance.info.def.docstring));
        lines.push(`${memberHeader(instance)} {`, ...instance.code.map(indent), '}', '');
      }
    }
    for (const instance of functions) {
      const { info, header, code } = instance;
      lines.push(
        ...comments(info.def.leading),
        ...documentation(info.def.docstring),
        `${inlined(instance)}${header} {`,
        ...code.map(indent),
        '}',
        '',
      );
    }
    lines.push('void run_module() {', ...body.map(indent), '}');
    return laidOut(withoutGaps(lines.flatMap((line) => line.split('\n')))).join('\n');
  }

  /** True in a program that copies instances. */
  #copies = false;

  #structure(of: ClassInfo): string[] {
    const name = identifier(of.name);
    const base = of.base ? identifier(of.base.name) : of.exception === undefined ? 'py::Object' : `py::${of.exception}`;
    const lines = [...comments(of.def.leading), ...documentation(of.def.docstring), `struct ${name} : ${base} {`];
    for (const [field, slot] of of.fields) {
      const attribute = this.translation.objects.attributeOf(of, field);
      if (attribute && this.translation.objects.isShadow(of, field)) {
        const member = memberName(of, field);
        const ofClass = attribute.redefined
          ? `class_${identifier(field)}()`
          : this.translation.objects.staticName(attribute.owner, field);
        lines.push(
          `  std::optional<${cppType(slot.type)}> ${member};`,
          `  ${cppType(slot.type)} own_${member}() { return ${member} ? *${member} : ${ofClass}; }`,
        );
        continue;
      }
      const first = attribute ? ` = ${this.translation.objects.staticName(attribute.owner, field)}` : '{}';
      lines.push(`  ${cppType(slot.type)} ${memberName(of, field)}${first};`);
    }
    for (const [attribute, { slot }] of of.attributes)
      lines.push(
        `  static ${cppType(slot.type)} ${this.translation.objects.staticName(of, attribute).replace(/^.*::/, '')};`,
      );
    lines.push('');
    for (const { info, header, round } of this.translation.instances) {
      if (info.owner !== of || round !== this.translation.round) continue;
      const { virtual, override } = this.translation.functionCopies.isVirtual(info);
      lines.push(
        `  ${info.binding === 'instance' ? (virtual && !override ? 'virtual ' : '') : 'static '}${header}${override ? ' override' : ''};`,
      );
    }
    for (const [attribute, { slot }] of of.attributes) {
      const above = of.base && this.translation.objects.attributeOf(of.base, attribute);
      if (above || this.translation.objects.attributeOf(of, attribute)?.redefined)
        lines.push(
          `  virtual ${cppType(slot.type)} class_${identifier(attribute)}() { return ${this.translation.objects.staticName(of, attribute)}; }`,
        );
    }
    for (const [info, reason] of this.translation.program.uncalled)
      if (info.owner === of && reason !== undefined && !isSliceMethod(info.name))
        lines.push(`  // \`${info.name}\` is left out: ${reason}`);
    if (of.exception === undefined && this.#copies) {
      const deepened = [...of.fields.keys()].map((field) => memberName(of, field));
      lines.push(
        `  py::Object* __clone__() const override { return new ${name}(*this); }`,
        '  void __deepen__(py::copy::Memo& memo) override {',
        `    ${base}::__deepen__(memo);`,
        ...deepened.map((field) => `    ${field} = py::copy::copied(${field}, memo);`),
        '  }',
      );
    }
    if (of.exception === undefined) {
      lines.push(`  const char* __name__() const override { return "${shownName(of)}"; }`);
    } else {
      lines.push(
        `  using ${base}::${base.replace('py::', '')};`,
        `  const char* type_name() const override { return "${shownName(of)}"; }`,
        `  PY_THROWABLE(${name})`,
      );
      for (const [method, shown] of [
        ['__str__', 'message'],
        ['__repr__', 'representation'],
      ] as const)
        if (of.methods.has(method))
          lines.push(
            `  std::string ${shown}() const override { return const_cast<${name}*>(this)->${method}().utf8(); }`,
          );
    }
    return [...lines, '};'];
  }
}

/** The types that hold themselves, each with a name by which it does. */
function nestedStructures(): string[] {
  const described = new Set<string>();
  const definitions: string[] = [];
  // Writing one out may show another.
  for (let all = nestedTypes(); described.size < all.length; all = nestedTypes()) {
    for (const { name, type } of all) {
      if (described.has(name)) continue;
      described.add(name);
      const base = structure(type);
      const parts = /^py::Union<(.*)>$/s.exec(base)?.[1];
      definitions.push(
        `/** ${describe(type)} */`,
        parts === undefined
          ? `struct ${name} : py::NestedIn<${name}, ${base}> { using NestedIn::NestedIn; };`
          : `struct ${name} : py::NestedUnion<${name}, ${parts}> { using NestedUnion::NestedUnion; };`,
      );
    }
  }
  return [...[...described].map((name) => `struct ${name};`), ...definitions];
}

/** `inline ` for a function that gives one short result: compilers then take its checks into the loops that call it. */
function inlined({ code }: Instance): string {
  const [only = ''] = code;
  return code.length === 1 && /^return .*;$/.test(only) && only.length <= longestInlined ? 'inline ' : '';
}

function memberHeader({ info, header }: Instance): string {
  const owner = identifier(info.owner?.name ?? '');
  const at = header.indexOf(`${identifier(info.cppName)}(`);
  return `${header.slice(0, at)}${owner}::${header.slice(at)}`;
}
