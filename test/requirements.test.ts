import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const DOCS = join(import.meta.dirname, "../docs");
/** A link whose text is a test's title, after those of its suites, to the file that has it. */
const REFERENCE = /\[([^\]]+)\]\((\.\.\/[\w./-]+\.ts)\)/g;

test("each test that the requirements name is where they say, under its full title", async () => {
  const page = await readFile(join(DOCS, "requirements.md"), "utf8");
  const references = [...page.matchAll(REFERENCE)].map(([, title = "", file = ""]) => ({ title, file }));
  assert.ok(references.length > 50, "the links are found");
  const missing: string[] = [];
  for (const { title, file } of references) {
    if (!titlesIn(await readFile(join(DOCS, file), "utf8")).has(title)) missing.push(`${file}: ${title}`);
  }
  assert.deepEqual(missing, []);
});

test("each requirement names a test, or says why there is none", async () => {
  const page = await readFile(join(DOCS, "requirements.md"), "utf8");
  const requirements = page.split(/\n(?=\*\*§|## )/).filter((text) => text.startsWith("**§"));
  assert.ok(requirements.length > 40, "the requirements are found");
  const bare = requirements.filter(
    (text) => !/\.ts\)|\n\n(Not applicable|Recommended, not held): /.test(text),
  );
  assert.deepEqual(bare, []);
});

/**
 * The titles of a file's tests, each after those of its suites: `suite › test`. A title stands first in a call of `test`,
 * or names a test of the store's contract; the sources are formatted, so that indentation tells what a suite holds.
 */
function titlesIn(source: string): Set<string> {
  const found = source.matchAll(
    /^( *)(?:.*\b(test|describe)\((?:\s*\n\s*)?|)(["`])((?:[^\\\n]|\\.)*?)\3[,:]/gm,
  );
  const titles = new Set<string>();
  const suites: { indent: number; title: string }[] = [];
  for (const [, { length: indent } = "", call, , title = ""] of found) {
    while ((suites.at(-1)?.indent ?? -1) >= indent) suites.pop();
    if (call === "describe") suites.push({ indent, title });
    else titles.add([...suites.map((suite) => suite.title), title].join(" › "));
  }
  return titles;
}
