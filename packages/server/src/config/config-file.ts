import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CONFIG_FILE, environmentName, flagName } from "./schema.ts";

export type ConfigFile =
  | { outcome: "absent" }
  | { outcome: "read"; name: string; entries: readonly (readonly [key: string, value: unknown])[] }
  | { outcome: "faulty"; fault: string };

/** Where a caller named the file, in the order that decides: the flag, then the environment. */
export interface ConfigFileNames {
  flag: string | undefined;
  environment: string | undefined;
}

/**
 * Reads the configuration file as its top-level keys and values, unchecked. A file that was named must exist; the
 * default one need not.
 */
export function readConfigFile(names: ConfigFileNames, cwd: string): ConfigFile {
  const named = names.flag ?? names.environment;
  const by = names.flag === undefined ? environmentName(CONFIG_FILE.key) : flagName(CONFIG_FILE.key);
  if (named?.trim() === "")
    return { outcome: "faulty", fault: `${by}: is empty: name a file or leave it out` };

  const name = named ?? CONFIG_FILE.default;
  try {
    return parseConfigFile(readFileSync(resolve(cwd, name), "utf8"), name);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    if (code !== "ENOENT") return { outcome: "faulty", fault: `${name}: cannot be read (${code})` };
    if (named === undefined) return { outcome: "absent" };
    return { outcome: "faulty", fault: `${by}: there is no file ${resolve(cwd, name)}` };
  }
}

function parseConfigFile(text: string, name: string): ConfigFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the text around the mistake, and that may be a key: only the place is told.
    const place =
      error instanceof SyntaxError ? / \(line \d+ column \d+\)$/.exec(error.message)?.[0] : undefined;
    return { outcome: "faulty", fault: `${name}: is not valid JSON${place ?? ""}` };
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    return { outcome: "faulty", fault: `${name}: must hold one JSON object` };
  }
  return { outcome: "read", name, entries: Object.entries(content) };
}
