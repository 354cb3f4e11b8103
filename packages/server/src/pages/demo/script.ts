import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The modules of the page's script, each after those that it imports. */
const MODULES = ["authorization.js", "wire.js", "session.js", "notes.js", "view.js", "main.js"];

/**
 * The script of the demo's page. The page's content security policy allows one inline script by its hash and no file, so
 * the modules are joined: their top-level names are those of one scope.
 */
export function demoScript(): string {
  const folder = join(import.meta.dirname, "client");
  const sources = MODULES.map((name) =>
    readFileSync(join(folder, name), "utf8")
      .replaceAll(/^import [^;]*;$/gm, "")
      .replaceAll(/^export /gm, ""),
  );
  return `(async () => {\n"use strict";\n${sources.join("\n")}\n})();`;
}
