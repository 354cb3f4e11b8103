import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";
import type {
  Class,
  Comment,
  Function as FunctionNode,
  Span,
  Statement,
  TSInterfaceDeclaration,
  TSTypeAliasDeclaration,
  VariableDeclarator,
} from "oxc-parser";
import { type DocComment, parseDocComment } from "./doc-comment.ts";

export type DeclarationNode =
  FunctionNode | Class | TSInterfaceDeclaration | TSTypeAliasDeclaration | VariableDeclarator;

/** A name at the top level of a module. */
export interface Declaration {
  readonly name: string;
  readonly node: DeclarationNode;
  readonly module: SourceModule;
  readonly doc: DocComment | undefined;
}

/** Where a name comes from: `from` is a file's path, undefined: this module. */
interface Binding {
  readonly name: string;
  readonly from: string | undefined;
}

/** A TypeScript file, parsed. */
export class SourceModule {
  readonly path: string;
  /** The comment with `@module`. */
  readonly doc: DocComment | undefined;
  readonly declarations = new Map<string, Declaration>();
  readonly exports = new Map<string, Binding>();
  readonly imports = new Map<string, Binding>();
  readonly #source: string;
  readonly #comments: readonly Comment[];

  constructor(path: string) {
    this.path = path;
    this.#source = readFileSync(path, "utf8");
    const { program, comments, errors } = parseSync(path, this.#source);
    if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
    this.#comments = comments.filter(({ type, value }) => type === "Block" && value.startsWith("*"));
    this.doc = this.#comments
      .map(({ value }) => parseDocComment(value.slice(1)))
      .find(({ isModule }) => isModule);
    for (const statement of program.body) this.#read(statement);
  }

  /** Whether a name in this module's code is the package's own, and not the platform's or a dependency's. */
  isOwn(name: string): boolean {
    return this.declarations.has(name) || this.imports.get(name)?.from?.endsWith(".ts") === true;
  }

  textOf({ start, end }: Span): string {
    return this.#source.slice(start, end);
  }

  /** The doc comment before a declaration, a member or a member of a union. */
  docOf({ start }: Span): DocComment | undefined {
    const comment = this.#comments.findLast(({ end }) => end <= start);
    if (comment === undefined) return undefined;
    const between = this.#source.slice(comment.end, start);
    return /^[\s|]*(export\s+)?$/.test(between) ? parseDocComment(comment.value.slice(1)) : undefined;
  }

  #read(statement: Statement): void {
    if (statement.type === "ImportDeclaration") {
      const from = this.#resolve(statement.source.value);
      for (const { type, local, ...specifier } of statement.specifiers) {
        if (type !== "ImportSpecifier" || !("imported" in specifier)) continue;
        this.imports.set(local.name, { name: this.textOf(specifier.imported), from });
      }
    } else if (statement.type === "ExportNamedDeclaration") {
      const names = this.#declare(statement.declaration);
      // Overloads, enums and namespaces.
      if (statement.declaration && names.length === 0)
        throw new Error(`${this.path}: an export has no form known here`);
      for (const name of names) this.exports.set(name, { name, from: undefined });
      const from = statement.source ? this.#resolve(statement.source.value) : undefined;
      for (const { local, exported } of statement.specifiers) {
        this.exports.set(this.textOf(exported), { name: this.textOf(local), from });
      }
    } else if (statement.type === "ExportAllDeclaration" || statement.type === "ExportDefaultDeclaration") {
      throw new Error(`${this.path}: name each export, so that the reference can list it`);
    } else {
      this.#declare(statement);
    }
  }

  /** @returns the names that the statement declares */
  #declare(statement: Statement | null): string[] {
    if (statement === null) return [];
    if (statement.type === "VariableDeclaration") {
      return statement.declarations.flatMap((node) => this.#add(node, this.docOf(statement)));
    }
    const isNamed =
      statement.type === "FunctionDeclaration" ||
      statement.type === "ClassDeclaration" ||
      statement.type === "TSInterfaceDeclaration" ||
      statement.type === "TSTypeAliasDeclaration";
    return isNamed ? this.#add(statement, this.docOf(statement)) : [];
  }

  #add(node: DeclarationNode, doc: DocComment | undefined): string[] {
    if (node.id?.type !== "Identifier") return [];
    const { name } = node.id;
    this.declarations.set(name, { name, node, module: this, doc });
    return [name];
  }

  #resolve(specifier: string): string {
    return specifier.startsWith(".") ? join(dirname(this.path), specifier) : specifier;
  }
}
