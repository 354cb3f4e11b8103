// Every message of the pages and of the explanations is shown somewhere: what no source names any more is deleted.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { en } from "../packages/server/src/pages/messages/en.ts";

const SOURCES = join(import.meta.dirname, "..", "packages", "server", "src");

const text = globSync("**/*.ts", { cwd: SOURCES })
  .filter((file) => !/\/messages\/|\.test\.ts$/.test(file))
  .map((file) => readFileSync(join(SOURCES, file), "utf8"))
  .join("\n");

const literals = new Set([...text.matchAll(/"([\w.]+)"/g)].map(([, key]) => key));

/** Keys that a template makes, such as `docs.error.${group}.meaning`: in place of the blank stands the name of a row. */
const templates = [...text.matchAll(/`([a-z]\w*(?:\.\w+)*\.\$\{\w+\}(?:\.\w+)*)`/gi)].map(
  ([, template]) => new RegExp(`^${template.replaceAll(".", "\\.").replace(/\$\{\w+\}/, "(\\w+)")}$`),
);

/** Whether a source names a key, or a template and a row that make it. */
function isUsed(key) {
  const rows = templates.flatMap((template) => template.exec(key)?.[1] ?? []);
  return [key, ...rows].some((name) => literals.has(name)) || rows.some((row) => text.includes(`${row}:`));
}

test("each message is used", () => {
  const keys = Object.keys(en);
  assert.ok(keys.length > 400 && templates.length > 5);
  assert.deepEqual(
    keys.filter((key) => !isUsed(key)),
    [],
  );
  for (const key of ["docs.noSuchRow", "docs.error.noSuchRow.meaning"]) assert.equal(isUsed(key), false, key);
});
