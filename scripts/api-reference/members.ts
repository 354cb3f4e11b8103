import type { PropertyKey, Span, TSType, TSTypeAnnotation } from "oxc-parser";
import type { DocComment } from "./doc-comment.ts";
import type { Declaration, SourceModule } from "./module.ts";

/** A member of an interface, a class or an object type. */
export interface Member {
  readonly name: string;
  readonly kind: "property" | "method";
  readonly optional: boolean;
  /** The type of a property on one line; the signature of a method, as written. */
  readonly type: string;
  readonly doc: DocComment | undefined;
}

/** A class or an interface without its private members; none for other declarations. */
export function membersOf({ node, module }: Declaration): Member[] {
  if (node.type === "TSInterfaceDeclaration") return node.body.body.flatMap((part) => member(module, part));
  if (node.type === "ClassDeclaration") return node.body.body.flatMap((part) => member(module, part));
  return [];
}

/** The interfaces whose members an interface has, too. */
export function extendedBy({ node, module }: Declaration): string[] {
  return node.type === "TSInterfaceDeclaration" ? node.extends.map((base) => module.textOf(base)) : [];
}

/** The object types of a union of nothing else, each with its comment; otherwise none. */
export function alternativesOf({
  node,
  module,
}: Declaration): { doc: DocComment | undefined; members: Member[] }[] {
  if (node.type !== "TSTypeAliasDeclaration" || node.typeAnnotation.type !== "TSUnionType") return [];
  const { types } = node.typeAnnotation;
  const alternatives = types.flatMap((type) =>
    type.type === "TSTypeLiteral"
      ? [{ doc: module.docOf(type), members: type.members.flatMap((part) => member(module, part)) }]
      : [],
  );
  return alternatives.length === types.length ? alternatives : [];
}

/** The parts of a syntax node that this module reads; what else it has depends on its type. */
interface Part extends Span {
  readonly type: string;
  readonly key?: PropertyKey;
  readonly optional?: boolean;
  readonly override?: boolean;
  readonly accessibility?: string | null;
  readonly typeAnnotation?: TSTypeAnnotation | null;
  readonly value?: Span | null;
}

function member(module: SourceModule, part: Part): Member[] {
  const { key, optional = false } = part;
  if (key === undefined || key.type === "PrivateIdentifier" || part.accessibility === "private") return [];
  const isComputed = module.textOf({ start: key.start - 1, end: key.start }) === "[";
  const name = isComputed ? `[${module.textOf(key)}]` : module.textOf(key);
  const common = { name, optional, doc: module.docOf(part) };
  if (part.type === "TSMethodSignature") {
    return [{ ...common, kind: "method", type: dedent(module.textOf(part)) }];
  }
  if (part.type === "MethodDefinition") {
    const body = (part.value as { body?: Span | null } | null)?.body;
    const signature = module.textOf({ start: part.start, end: body?.start ?? part.end });
    return [{ ...common, kind: "method", type: `${dedent(signature.trimEnd())};` }];
  }
  const type = part.typeAnnotation?.typeAnnotation;
  const written = type ? typeText(module, type, optional) : part.value ? module.textOf(part.value) : "";
  return [{ ...common, kind: "property", type: written }];
}

/** On one line. `| undefined` says nothing more about an optional member, nor `readonly` about an inner one. */
export function typeText(module: SourceModule, type: TSType, optional = false): string {
  if (type.type === "TSParenthesizedType") return typeText(module, type.typeAnnotation, optional);
  if (optional && type.type === "TSUnionType") {
    const others = type.types.filter((one) => one.type !== "TSUndefinedKeyword");
    const [only] = others;
    if (others.length === 1 && only) return typeText(module, only);
    return others.map((one) => inlineType(module.textOf(one))).join(" | ");
  }
  return inlineType(module.textOf(type));
}

function inlineType(text: string): string {
  return text
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/\breadonly (?=\w+\??:)/g, "")
    .replaceAll(/(\?: [^;}|]+) \| undefined/g, "$1")
    .replaceAll(/\s+/g, " ")
    .replace(/^\| /, "");
}

/** The lines after the first begin as far to the right as the first did in the source: members stand 2 to the right. */
function dedent(text: string): string {
  return text.replaceAll(/\n {2}/g, "\n");
}
