import type { Function as FunctionNode, ParamPattern, Span } from "oxc-parser";
import type { DocComment } from "./doc-comment.ts";
import { membersOf } from "./members.ts";
import type { Declaration, SourceModule } from "./module.ts";
import { valuesOf } from "./values.ts";

/** The declaration in TypeScript, without bodies; "" for an interface, whose members say all. */
export function signatureOf(declaration: Declaration): string {
  const { name, node, module } = declaration;
  switch (node.type) {
    case "TSInterfaceDeclaration":
      return "";
    case "TSTypeAliasDeclaration": {
      const values = valuesOf(declaration).map(({ code }) => `\n  | ${code}`);
      return values.length > 0
        ? `type ${name} =${values.join("")};`
        : `${module.textOf(node).replace(/;$/, "")};`;
    }
    case "ClassDeclaration":
    case "ClassExpression": {
      const abstract = node.abstract ? "abstract " : "";
      const base = node.superClass ? ` extends ${module.textOf(node.superClass)}` : "";
      return `${abstract}class ${name}${base} {\n  ${constructorOf(declaration)}\n}`;
    }
    case "VariableDeclarator": {
      const type = "typeAnnotation" in node.id && node.id.typeAnnotation;
      if (!type) throw new Error(`${module.path}: ${name} needs a type`);
      return `const ${name}${module.textOf(type)};`;
    }
    default:
      return functionSignature(name, node, module);
  }
}

function functionSignature(name: string, node: FunctionNode, module: SourceModule): string {
  if (!node.returnType) throw new Error(`${module.path}: ${name} needs the type of what it returns`);
  const text = (part: Span | null | undefined) => (part ? module.textOf(part) : "");
  const parameters = node.params.map((parameter) => parameterText(module, parameter)).join(", ");
  return `function ${name}${text(node.typeParameters)}(${parameters})${text(node.returnType)};`;
}

/** Whether a function takes options that no interface describes. */
export function hasInlineOptions({ node, module }: Declaration): boolean {
  if (node.type !== "FunctionDeclaration") return false;
  return node.params.some((parameter) => /^options: [^=]*\{/.test(parameterText(module, parameter)));
}

/** A destructured parameter is called `options`. */
function parameterText(module: SourceModule, parameter: ParamPattern): string {
  const pattern = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
  if (pattern.type !== "ObjectPattern") return module.textOf(parameter);
  return `options${module.textOf({ start: pattern.typeAnnotation?.start ?? pattern.end, end: parameter.end })}`;
}

/** The constructor's signature, if necessary the base class's; "" if there is none. */
function constructorOf(declaration: Declaration | undefined): string {
  if (declaration === undefined) return "";
  const own = membersOf(declaration).find(({ name }) => name === "constructor");
  return own?.type ?? constructorOf(baseOf(declaration));
}

/** The comment of the member that a class's member overrides. */
export function docInBase(declaration: Declaration, name: string): DocComment | undefined {
  const base = baseOf(declaration);
  return base && (membersOf(base).find((member) => member.name === name)?.doc ?? docInBase(base, name));
}

/** The base class, if it is in the same module. */
function baseOf({ node, module }: Declaration): Declaration | undefined {
  const base = node.type === "ClassDeclaration" ? node.superClass : undefined;
  return base ? module.declarations.get(module.textOf(base)) : undefined;
}
