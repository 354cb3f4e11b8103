// The reference of a package lists all that its entries export, and nothing else; what no comment describes fails it.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { entriesOf } from "./api-reference/exports.ts";
import { renderApi } from "./api-reference/render.ts";

const ROOT = join(import.meta.dirname, "..");

/** The reference of a package with these sources; `index.ts` is its entry, and `more` are further ones. */
function reference(sources, more = {}) {
  const folder = mkdtempSync(join(tmpdir(), "api-reference-"));
  const entries = { ".": "./src/index.ts", ...more };
  const exports = Object.fromEntries(
    Object.entries(entries).map(([subpath, source]) => [subpath, { "regrant-source": source }]),
  );
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "@example/tea", exports }));
    for (const [path, source] of Object.entries(sources)) {
      const file = join(folder, "src", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, source);
    }
    return renderApi(folder, "Tea", "All of it.");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const MODULE = "/** Makes tea.\n *\n * @module\n */\n";
const entry = (source) => reference({ "index.ts": MODULE + source });

/** The part of a heading, up to the next one of its level or above. */
function section(markdown, heading) {
  const [marks] = /^#+/.exec(heading);
  const [, part = ""] = `${markdown}\n`.split(`\n${heading}\n`);
  return part.split(new RegExp(`\\n#{1,${marks.length}} `))[0].trim();
}

/** A table's rows, cells trimmed. */
const rows = (markdown) =>
  [...markdown.matchAll(/^\| (.+) \|$/gm)].map(([, row]) =>
    row.split(/(?<!\\)\|/).map((cell) => cell.trim()),
  );

test("a function has its signature, its description and its tags; a destructured parameter is called options", () => {
  const markdown = entry(`
/** What to brew. */
export interface Leaves { /** Its weight, g. */ readonly weight: number }

/**
 * Brews \`Leaves\`; throws KettleError when dry. See \`brew\`.
 *
 * @param kettle must be full
 * @returns cups
 * @throws KettleError if it is empty; TypeError the weight is negative
 */
export function brew<T extends Leaves>(kettle: string, { weight }: T, cups = 1): Promise<number> {
  return Promise.resolve(weight + kettle.length + cups);
}

/** The kettle is empty. */
export class KettleError extends Error {}
`);
  const part = section(markdown, "### `brew`");
  assert.match(
    part,
    /^```ts\nfunction brew<T extends Leaves>\(kettle: string, options: T, cups = 1\): Promise<number>;\n```/,
  );
  assert.match(
    part,
    /Brews \[`Leaves`\]\(#leaves\); throws \[`KettleError`\]\(#kettleerror\) when dry\. See `brew`\./,
  );
  assert.match(part, /- Parameter `kettle`: must be full\n- Returns: cups\n/);
  assert.match(
    part,
    /- Throws: \[`KettleError`\]\(#kettleerror\) if it is empty\n- Throws: `TypeError`: the weight/,
  );
  assert.match(part, /See \[`Leaves`\]\(#leaves\)\.$/);
});

test("options are a table of names, types, defaults and meanings", () => {
  const markdown = entry(`
/** How hot. */
export interface Heat extends Base {
  /** Seconds until it is hot, s. Default: a minute, or less. Never more than 5 min. */
  readonly wait?: number | undefined;
  /** Called when it is hot. */
  readonly onHot?: ((heat: Heat) => void) | undefined;
  /** Steps. */
  readonly steps: readonly { readonly at: number; readonly of?: string | undefined }[];
}
/** Below it. */
export interface Base {
  /** Degrees, \u00b0C. */
  readonly degrees: number | undefined;
}
`);
  assert.deepEqual(rows(section(markdown, "### `Heat`")), [
    ["Name", "Type", "Default", "Meaning"],
    ["---", "---", "---", "---"],
    ["`wait?`", "`number`", "a minute, or less", "Seconds until it is hot, s. Never more than 5 min."],
    ["`onHot?`", "[`(heat: Heat) => void`](#heat)", "", "Called when it is hot."],
    ["`steps`", "`readonly { at: number; of?: string }[]`", "required", "Steps."],
  ]);
  assert.match(section(markdown, "### `Heat`"), /With the members of \[`Base`\]\(#base\)\.$/);
  assert.deepEqual(rows(section(markdown, "### `Base`"))[2], [
    "`degrees`",
    "`number \\| undefined`",
    "Degrees, \u00b0C.",
  ]);
});

test("re-exports are followed, and only what an entry exports is there, once", () => {
  const markdown = reference(
    {
      "index.ts": `${MODULE}export { tea as chai } from "./middle.ts";\nexport type { Cup } from "./cup.ts";`,
      "more.ts": `${MODULE}import { sugar } from "./cup.ts";\nexport { sugar };\nexport { tea as chai } from "./middle.ts";`,
      "middle.ts": 'export { pour as tea, hidden } from "./cup.ts";',
      "cup.ts": `
/** A cup. */
export interface Cup { /** Pours. */ pour(): void }
/** Pours. */
export function pour(): Cup { return { pour }; }
/** Sweetens. */
export const sugar: (cup: Cup) => Cup = (cup) => cup;
/** Not exported by an entry. */
export function hidden(): void {}`,
    },
    { "./more": "./src/more.ts" },
  );
  const headings = [...markdown.matchAll(/^#+ .*$/gm)].map(([heading]) => heading);
  assert.deepEqual(headings, [
    "# Tea",
    "## `@example/tea`",
    "### `chai`",
    "### `Cup`",
    "#### `pour`",
    "## `@example/tea/more`",
    "### `sugar`",
  ]);
  assert.match(section(markdown, "### `chai`"), /function chai\(\): Cup;/);
  assert.match(section(markdown, "### `sugar`"), /const sugar: \(cup: Cup\) => Cup;/);
  assert.match(
    section(markdown, "## `@example/tea/more`"),
    /- As in \[`@example\/tea`\]\(#exampletea\): \[`chai`\]\(#chai\)/,
  );
});

test("an entry that is not for users is left out", () => {
  const internal =
    "/** For the other package.\n *\n * @internal\n * @module\n */\nexport function steep() {}";
  const index = `${MODULE}/** Pours. */\nexport function pour(): void {}`;
  const markdown = reference(
    { "index.ts": index, "internal.ts": internal },
    { "./internal": "./src/internal.ts" },
  );
  assert.match(markdown, /`pour`/);
  assert.doesNotMatch(markdown, /internal|steep/);
});

test("a union of objects is a table by its tag, and a closed set of values by value", () => {
  const markdown = entry(`
/** What happened. */
export type Happening =
  /** It boils. */
  | { readonly type: "boiled"; readonly by: Heater; /** s */ readonly after: number }
  /** It cooled. */
  | { readonly type: "cooled" };
/** What heats. */
export type Heater = keyof typeof HEATERS;
const HEATERS = { gas: 1, /* no doc */ wood: 2 } as const satisfies Record<string, number>;
/** Sizes. */
export type Size =
  /** 0.2 l */
  | "small"
  /** 0.4 l */
  | "large";
`);
  assert.deepEqual(rows(section(markdown, "### `Happening`")), [
    ["`type`", "Further members", "Meaning"],
    ["---", "---", "---"],
    ['`"boiled"`', "[`by: Heater`](#heater)<br>`after: number`", "It boils. `after`: s"],
    ['`"cooled"`', "", "It cooled."],
  ]);
  assert.match(section(markdown, "### `Heater`"), /type Heater =\n {2}\| "gas"\n {2}\| "wood";/);
  assert.deepEqual(rows(section(markdown, "### `Size`")).slice(2), [
    ['`"small"`', "0.2 l"],
    ['`"large"`', "0.4 l"],
  ]);
});

test("a class has its code, its base's constructor and comments, and nothing private", () => {
  const markdown = entry(`
/** Base. */
export abstract class TeaError extends Error {
  /** Which one. */
  abstract readonly code: string;
  #secret = 1;
  private hidden = 2;
  constructor(message: string) { super(message); this.hidden = this.#secret; }
}
/** Too hot. */
export class HotError extends TeaError {
  override readonly name = "HotError";
  readonly code = "hot";
  /** Cools. */
  cool(by: number): void {}
}
`);
  const part = section(markdown, "### `HotError`");
  assert.match(part, /class HotError extends TeaError \{\n {2}constructor\(message: string\);\n\}/);
  assert.deepEqual(rows(part).slice(2), [["`code`", '`"hot"`', "Which one."]]);
  assert.match(section(markdown, "#### `cool`"), /cool\(by: number\): void;\n```\n\nCools\./);
  assert.doesNotMatch(markdown, /secret|hidden/);
});

test("what no comment describes fails, all of it at once, by name", () => {
  const incomplete = () =>
    reference({
      "index.ts": `
export function brew(): Cup { return { size: 1, pour() {} }; }
export interface Cup { size: number; /** Default: 2. */ handles?: number; pour(): void }
/** What happened. */
export type Happening = { type: "boiled" } | /** Cold. */ { type: "cooled" };
/** What is said. */
export type Talk = /** Yes. */ "yes" | "no";
/** A file. */
export class Leaf { age = 1 }
/** Uses a type that users cannot import. */
export function steep(leaf: Secret): void { void leaf; }
type Secret = string;
/** Boils. */
export function boil({ degrees }: { degrees?: number } = {}): void { void degrees; }
`,
    });
  assert.throws(incomplete, ({ message }) => {
    assert.deepEqual(message.split("\n  "), [
      "Tea is incomplete:",
      "@example/tea: no comment with @module describes it",
      "src/index.ts: brew has no doc comment",
      "src/index.ts: steep names Secret, which no entry exports",
      "src/index.ts: boil has no @param that describes its options",
      "src/index.ts: Leaf.age has no doc comment",
      "src/index.ts: Cup has no doc comment",
      "src/index.ts: Cup.size has no doc comment",
      "src/index.ts: Cup.handles has no doc comment",
      "src/index.ts: Cup.pour has no doc comment",
      'src/index.ts: Happening: "boiled" has no doc comment',
      'src/index.ts: Talk: "no" has no doc comment',
    ]);
    return true;
  });
});

test("an export without a name, without types or with overloads is refused", () => {
  assert.throws(() => entry('export * from "./other.ts";'), /name each export/);
  assert.throws(
    () => entry("/** Pours. */\nexport function pour() {}"),
    /pour needs the type of what it returns/,
  );
  assert.throws(() => entry("/** Pours. */\nexport const pour = () => {};"), /pour needs a type/);
  assert.throws(
    () => entry("export function pour(): void;\nexport function pour() {}"),
    /no form known here/,
  );
  assert.throws(() => entry("/** Broken */ export function ("), /index\.ts: /);
});

for (const name of ["client", "verify"]) {
  const folder = join(ROOT, "packages", name);
  const markdown = readFileSync(join(ROOT, "docs", "reference", `${name}.md`), "utf8");

  test(`${name}: the reference has every value that an entry exports when it is imported`, async () => {
    for (const { name, module, exports } of entriesOf(folder)) {
      const imported = Object.keys(await import(module.path));
      const contents = section(markdown, `## \`${name}\``).split("\n###")[0];
      assert.deepEqual(
        imported.filter((value) => !exports.has(value)),
        [],
        name,
      );
      assert.deepEqual(
        imported.filter((value) => !contents.includes(`[\`${value}\`]`)),
        [],
        name,
      );
    }
  });
}
