import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Declaration, SourceModule } from "./module.ts";

/** An entry of a package's `exports`. */
export interface Entry {
  /** As it is imported, such as `@regrant/client/node`. */
  readonly name: string;
  readonly module: SourceModule;
  /** What it exports, by the name under which it does, in the order of the source. */
  readonly exports: ReadonlyMap<string, Declaration>;
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, { readonly "regrant-source": string }>>;
}

/** The entries of the package in `folder` for its users, in the order of its package.json. */
export function entriesOf(folder: string): Entry[] {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const modules = new Modules();
  return Object.entries(manifest.exports).flatMap(([subpath, { "regrant-source": source }]) => {
    const module = modules.at(join(folder, source));
    if (module.doc?.isInternal === true) return [];
    const exports = [...module.exports.keys()].map((name): [string, Declaration] => [
      name,
      { ...modules.exported(module, name), name },
    ]);
    return [{ name: manifest.name + subpath.slice(1), module, exports: new Map(exports) }];
  });
}

/** The modules of a package, each parsed once. */
class Modules {
  readonly #parsed = new Map<string, SourceModule>();

  at(path: string): SourceModule {
    const module = this.#parsed.get(path) ?? new SourceModule(path);
    this.#parsed.set(path, module);
    return module;
  }

  /** Follows an exported name through re-exports to where it is declared. */
  exported(module: SourceModule, name: string): Declaration {
    const binding = module.exports.get(name);
    const local = binding && (binding.from === undefined ? module.imports.get(binding.name) : binding);
    if (local?.from !== undefined) return this.exported(this.at(local.from), local.name);
    const declaration = module.declarations.get(binding?.name ?? name);
    if (declaration === undefined) throw new Error(`${module.path}: ${name} is not declared`);
    return declaration;
  }
}
