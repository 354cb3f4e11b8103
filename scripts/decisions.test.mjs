// Each decision record states its decision and status, and stands in the index.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const RECORDS = join(import.meta.dirname, "..", "docs", "decisions");
const STATUS = /^(accepted|superseded by \[record \d+\]\(\d{4}-[\w-]+\.md\))(; .+)?$/;

const read = (file) => readFileSync(join(RECORDS, file), "utf8");
const files = globSync("[0-9]*.md", { cwd: RECORDS }).toSorted();

/** The number, title and status that a record begins with. */
function headOf(file) {
  const [, number, title, status] = /^# (\d+)\. (.+)\n\nStatus: (.+)\n\n/.exec(read(file)) ?? [];
  return { file, number: Number(number), title, status };
}

test("each record begins with its number, its decision and its status", () => {
  assert.ok(files.length > 20);
  for (const { file, number, title, status } of files.map(headOf)) {
    assert.equal(number, Number(file.slice(0, 4)), file);
    assert.ok(title, file);
    assert.match(status ?? "", STATUS, file);
  }
});

test("the index has one line for each record, in order, with its title and status", () => {
  const rows = [...read("README.md").matchAll(/^\| \[(\d+)\]\(([\w-]+\.md)\) +\| (.+?) +\| (.+?) +\|$/gm)];
  const indexed = rows.map(([, number, file, title, status]) => ({
    file,
    number: Number(number),
    title,
    status,
  }));
  assert.deepEqual(indexed, files.map(headOf));
});

test("a record that another one supersedes or amends links to a record that exists", () => {
  const links = files.flatMap((file) =>
    [...(headOf(file).status ?? "").matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target),
  );
  assert.deepEqual(
    links.filter((target) => !files.includes(target)),
    [],
  );
});
