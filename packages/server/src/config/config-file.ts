import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CONFIG_FILE, environmentName, flagName } from "./schema.ts";

/**
 * What became of the configuration file. A violation is a sentence that names the file and holds nothing of its
 * content.
 */
export type ConfigFile =
  | { outcome: "absent" }
  | { outcome: "read"; name: string; entries: readonly (readonly [key: string, value: unknown])[] }
  | { outcome: "invalid"; violation: string };

/** The names that the user gave for the file; the flag wins over the environment. */
interface ConfigFileNames {
  flag: string | undefined;
  environment: string | undefined;
}

/**
 * Reads the configuration file as its top-level keys and values, unchecked. A file that the user named must exist; the
 * default one is optional. Nothing is thrown: the violation is reported together with those of the settings.
 *
 * @param cwd where a relative name begins
 */
export function readConfigFile(names: ConfigFileNames, cwd: string): ConfigFile {
  const named = names.flag ?? names.environment;
  const by = names.flag === undefined ? environmentName(CONFIG_FILE.key) : flagName(CONFIG_FILE.key);
  if (named?.trim() === "")
    return { outcome: "invalid", violation: `${by}: is empty: name a file or remove it` };

  const name = named ?? CONFIG_FILE.default;
  try {
    return parseConfigFile(readFileSync(resolve(cwd, name), "utf8"), name);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    if (code !== "ENOENT") return { outcome: "invalid", violation: `${name}: cannot be read (${code})` };
    if (named === undefined) return { outcome: "absent" };
    return { outcome: "invalid", violation: `${by}: file not found: ${resolve(cwd, name)}` };
  }
}

function parseConfigFile(text: string, name: string): ConfigFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the text around the mistake, which may be a secret: only its position is reported.
    const place =
      error instanceof SyntaxError ? / \(line \d+ column \d+\)$/.exec(error.message)?.[0] : undefined;
    return { outcome: "invalid", violation: `${name}: is not valid JSON${place ?? ""}` };
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    return { outcome: "invalid", violation: `${name}: must hold one JSON object` };
  }
  return { outcome: "read", name, entries: Object.entries(content) };
}
