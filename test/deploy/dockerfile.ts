/** Reads a Dockerfile, and the files that its `COPY . .` gets of a folder. */
import { readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** One instruction, with its arguments as written. */
export interface Instruction {
  name: string;
  text: string;
}

/** What follows one FROM. */
export interface Stage {
  /** `AS name`; null: the image itself. */
  name: string | null;
  base: string;
  instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** The arguments before the first FROM, with their defaults. */
  args: ReadonlyMap<string, string>;
  stages: readonly Stage[];
}

export function readDockerfile(path: string): Dockerfile {
  const lines = readFileSync(path, "utf8")
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "");
  const args = new Map<string, string>();
  const stages: { name: string | null; base: string; instructions: Instruction[] }[] = [];
  for (const line of lines.split("\n").filter((line) => line.trim() !== "")) {
    const [, name = "", text = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    const [, base, as] = /^(?:--platform=\S+ )?(\S+)(?: AS (\S+))?$/.exec(name === "FROM" ? text : "") ?? [];
    if (base !== undefined) stages.push({ name: as ?? null, base: withArgs(base, args), instructions: [] });
    else if (stages.length === 0) args.set(...pair(text));
    else stages.at(-1)?.instructions.push({ name, text });
  }
  return { args, stages };
}

function withArgs(text: string, args: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => args.get(name) ?? "");
}

/** `NAME=value` */
export function pair(text: string): [name: string, value: string] {
  const [name = "", ...value] = text.split("=");
  return [name, value.join("=")];
}

/** The one instruction of a name. */
export function textOf({ instructions }: Stage, name: string): string {
  const found = instructions.filter((one) => one.name === name);
  if (found.length !== 1) throw new Error(`${found.length} instructions ${name}`);
  return found[0]?.text ?? "";
}

/** An instruction in its exec form, which needs no shell. */
export function execForm(text: string): string[] {
  const list = JSON.parse(text) as string[];
  if (Array.isArray(list) && list.every((word) => typeof word === "string")) return list;
  throw new Error(`no exec form: ${text}`);
}

/** Copies what an engine would be sent of a folder: all but what its .dockerignore excludes. */
export async function copyContext(from: string, to: string): Promise<void> {
  const rules = readFileSync(join(from, ".dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  await cp(from, to, {
    recursive: true,
    filter: (path) => path === from || isSent(relative(from, path).replaceAll(sep, "/"), rules),
  });
}

/** The last rule that matches decides; one that matches a folder matches what is in it. */
function isSent(path: string, rules: readonly string[]): boolean {
  const rule = rules.findLast((rule) => patternOf(rule.replace("!", "")).test(path));
  return rule?.startsWith("!") ?? true;
}

/** A star matches dots too, which Node.js' own patterns do not. */
function patternOf(rule: string): RegExp {
  const [star, stars] = ["[^/]*", "(?:.*/)?"];
  const literal = rule.replaceAll(/[.+?^$(){}|[\]\\]/g, "\\$&");
  const source = literal
    .split("**/")
    .map((part) => part.replaceAll("*", star))
    .join(stars);
  return new RegExp(`^${source}(?:/|$)`);
}
