import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The version of the package. Sources and build output are equally deep below its package.json. */
export const VERSION = readVersion();

function readVersion(): string {
  const file = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}
