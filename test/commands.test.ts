// Every command line that a reader may type, from README, guides, help and hints, against the commands that exist.
import assert from "node:assert/strict";
import type { Command } from "commander";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createProgram } from "../packages/server/src/cli/commands.ts";

const ROOT = join(import.meta.dirname, "..");
const TEXTS = "packages/server/src/{admin,cli}";
const PAGES = globSync(["*.md", "{docs,packages/*}/**/*.md"], { cwd: ROOT, exclude: ["**/node_modules"] });
const HELP = "docs/reference/cli.md";

/** What is typed where: the words of one command, `npx` or `regrant` or `npm` first. */
interface Typed {
  readonly page: string;
  readonly words: readonly string[];
}

const program = createProgram();
const names = program.commands.map((command) => command.name());
const packages = globSync("packages/*/package.json", { cwd: ROOT }).map(readManifest);
const { scripts, devDependencies: tested = {} } = readManifest("package.json");

test("each regrant command of README and guides exists, with its flags and their choices", () => {
  const typed = PAGES.flatMap((page) => commandsOf(page, blocks(page, page === HELP ? "text" : "sh")));
  const ours = typed.filter(({ words }) => isRegrant(words));
  assert.ok(ours.length > 60, "the commands are found");
  assert.deepEqual(ours.flatMap(faults), []);
});

test("regrant alone is typed only where the page has it installed globally", () => {
  const bare = PAGES.filter((page) => page !== HELP && !read(page).includes("npm install --global regrant"))
    .flatMap((page) => commandsOf(page, blocks(page, "sh")))
    .filter(({ words }) => words[0] === "regrant");
  assert.deepEqual(bare, []);
});

test("each npm command of README and guides names a script, a package of ours, or a version that the tests use", () => {
  const typed = PAGES.flatMap((page) => commandsOf(page, blocks(page, "sh"))).filter(
    ({ words }) => words[0] === "npm",
  );
  assert.ok(typed.some(({ words }) => words[1] === "install"));
  const known = new Set(
    packages.flatMap(({ name, dependencies = {} }) => [name, ...Object.keys(dependencies)]),
  );
  const unknown = typed.filter(({ words: [, verb = "", ...rest] }) => {
    if (verb === "start" || verb === "test") return !(verb in scripts);
    if (verb === "run") return !((rest[0] ?? "") in scripts);
    if (verb === "pack") return !rest.includes("--workspaces");
    return (
      verb !== "install" ||
      rest.some((word) => !/^-|\.tgz$/.test(word) && !known.has(word) && !isTested(word))
    );
  });
  assert.deepEqual(unknown, []);
});

/** Whether `name@1.2` is a version that this repository installs for its tests. */
function isTested(word: string): boolean {
  const [, name = "", version = ""] = /^(.+)@([\d.]+)$/.exec(word) ?? [];
  return tested[name]?.startsWith(`${version}.`) === true;
}

test("each command in a text of the command line exists, and is written as npx runs it", () => {
  const texts = globSync(`${TEXTS}/**/*.ts`, {
    cwd: ROOT,
    exclude: ["**/*.test.ts", "**/testing.ts"],
  }).flatMap((page) =>
    read(page)
      .split("\n")
      .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line))
      .map((line) => ({ page, line })),
  );
  // Where a command's name is filled in, the reference has the text.
  const found = texts.flatMap(({ page, line }) =>
    [...line.matchAll(/\bnpx (regrant (?!\S+ \$\{name\})[^"`(),;]+)/g)].map(([, text = ""]) => ({
      page,
      words: text.split(" "),
    })),
  );
  assert.ok(found.length > 60, "the texts are found");
  assert.deepEqual(found.flatMap(faults), []);
  const bare = new RegExp(`(?<!npx )\\bregrant (${names.join("|")})\\b`);
  assert.deepEqual(
    texts.filter(({ line }) => bare.test(line)),
    [],
  );
});

function isRegrant([first, second]: readonly string[]): boolean {
  return first === "regrant" || (first === "npx" && second === "regrant");
}

/** What is wrong with a command line of regrant: nothing, or one sentence. */
function faults({ page, words }: Typed): string[] {
  const tell = (what: string) => [`${page}: ${words.join(" ")}: ${what}`];
  const args = words.slice(words.indexOf("regrant") + 1);
  const end = args.indexOf("--");
  const rest = end === -1 ? args : args.slice(0, end);
  let command: Command = program;
  for (const word of rest) {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) break;
    command = next;
  }
  // `login` runs by itself, and has a subcommand.
  const isGroup = command.commands.length > 0 && command.options.length === 0;
  if (isGroup && !rest.includes("--help")) return tell("no such command");
  for (const [index, word] of rest.entries()) {
    if (!/^--[a-z]/.test(word) || word === "--help") continue;
    const option = optionsOf(command).find(({ long }) => long === word);
    if (option === undefined) return tell(`no flag ${word}`);
    const value = rest[index + 1] ?? "";
    if (option.argChoices && !option.argChoices.includes(value)) return tell(`${word} takes no ${value}`);
  }
  return [];
}

function optionsOf(command: Command): Command["options"] {
  return command.parent === null ? command.options : [...command.options, ...optionsOf(command.parent)];
}

/** The commands of a shell's text: without comments, split at operators and substitutions, unquoted. */
function commandsOf(page: string, text: string): Typed[] {
  const lines = text.replaceAll(/\\\n/g, " ").replaceAll(/(?<=^|\s)#.*$/gm, "");
  const tokens = lines.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'|;&<>()`$]|\$(?!\())+|[|;&<>()\n]/g) ?? [];
  const commands: string[][] = [[]];
  for (const token of tokens) {
    if (/^[|;&<>()\n]$/.test(token)) commands.push([]);
    else commands.at(-1)?.push(token.replaceAll(/["']/g, ""));
  }
  return commands.flatMap((command) => {
    const words = command.slice(command.findIndex((word) => !/^[A-Za-z_]+=/.test(word)));
    return ["npx", "npm", "regrant"].includes(words[0] ?? "") ? [{ page, words }] : [];
  });
}

/** What stands in a page's fenced blocks of one language. */
function blocks(page: string, language: string): string {
  const fenced = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm");
  return [...read(page).matchAll(fenced)].map(([, text = ""]) => text).join("\n");
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

function readManifest(path: string): {
  name: string;
  scripts: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
} {
  return JSON.parse(read(path)) as ReturnType<typeof readManifest>;
}
