import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const DOCS = join(import.meta.dirname, "../docs");
/** A link whose text is a test's title, to the file that has it. */
const REFERENCE = /\[([^\]]+)\]\((\.\.\/[\w./-]+\.ts)\)/g;

test("each test that the table of requirements names is where it says", async () => {
  const table = await readFile(join(DOCS, "requirements.md"), "utf8");
  const references = [...table.matchAll(REFERENCE)].map(([, title = "", file = ""]) => ({ title, file }));
  assert.ok(references.length > 50, "the links are found");
  const missing: string[] = [];
  for (const { title, file } of references) {
    if (!titlesIn(await readFile(join(DOCS, file), "utf8")).has(title)) missing.push(`${file}: ${title}`);
  }
  assert.deepEqual(missing, []);
});

test("each requirement names a test, or says why there is none", async () => {
  const table = await readFile(join(DOCS, "requirements.md"), "utf8");
  const rows = table.split("\n").filter((line) => line.startsWith("| §"));
  assert.ok(rows.length > 40, "the rows are found");
  const bare = rows.filter((row) => !/\.ts\)|\| (Not applicable|Recommended, not held): /.test(row));
  assert.deepEqual(bare, []);
});

/** What stands first in each call of `test`, or names a test of the store's contract, as it is written there. */
function titlesIn(source: string): Set<string> {
  const titles = source.matchAll(/(?:\btest\(\s*|^\s+)(["`])((?:[^\\]|\\.)*?)\1[,:]/gms);
  return new Set([...titles].map(([, , title = ""]) => title));
}
