import type { Expression, Span, TSType } from "oxc-parser";
import type { DocComment } from "./doc-comment.ts";
import type { Declaration, SourceModule } from "./module.ts";

/** A value of a closed set, as code. */
export interface Value {
  readonly code: string;
  readonly doc: DocComment | undefined;
}

/** The values of a union of literals, of `keyof typeof TABLE` or of `(typeof LIST)[number]`; of other types none. */
export function valuesOf({ node, module }: Declaration): Value[] {
  if (node.type !== "TSTypeAliasDeclaration") return [];
  return literals(module, node.typeAnnotation) ?? listed(module, node.typeAnnotation) ?? [];
}

function literals(module: SourceModule, type: TSType): Value[] | undefined {
  if (type.type !== "TSUnionType" || !type.types.every((one) => one.type === "TSLiteralType"))
    return undefined;
  return type.types.map((one) => valueAt(module, one));
}

function listed(module: SourceModule, type: TSType): Value[] | undefined {
  const [, table, list] =
    /^(?:keyof typeof (\w+)|\(typeof (\w+)\)\[number\])$/.exec(module.textOf(type)) ?? [];
  const declared = module.declarations.get(table ?? list ?? "")?.node;
  const value =
    declared?.type === "VariableDeclarator" && declared.init ? unwrapped(declared.init) : undefined;
  if (value?.type === "ObjectExpression") {
    return value.properties.flatMap((property) =>
      "key" in property ? [{ ...valueAt(module, property), code: `"${module.textOf(property.key)}"` }] : [],
    );
  }
  if (value?.type !== "ArrayExpression") return undefined;
  return value.elements.flatMap((element) => (element ? [valueAt(module, element)] : []));
}

function valueAt(module: SourceModule, span: Span): Value {
  return { code: module.textOf(span), doc: module.docOf(span) };
}

/** Without `as const` and `satisfies`. */
function unwrapped(expression: Expression): Expression {
  const isWrapped = expression.type === "TSAsExpression" || expression.type === "TSSatisfiesExpression";
  return isWrapped ? unwrapped(expression.expression) : expression;
}
