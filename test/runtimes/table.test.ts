// The table of docs/client/runtimes.md, against the tests and the versions that are installed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");
const PLACE = "docs/client";

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** The first table's rows. */
const rows = (/\n\| runtime[^]*?\n\n/.exec(read(`${PLACE}/runtimes.md`))?.[0] ?? "")
  .trim()
  .split("\n")
  .slice(2)
  .map((line) => {
    const [, runtime = "", tried = "", tests = ""] = line.split("|").map((cell) => cell.trim());
    return {
      runtime,
      tried,
      files: [...tests.matchAll(/\]\(([^)]+)\)/g)].map(([, file = ""]) => join(PLACE, file)),
    };
  });

test("each runtime's tests exist and name it", () => {
  assert.ok(rows.length > 10);
  for (const { runtime, files } of rows) {
    assert.ok(files.length > 0, runtime);
    const naming = files.filter((file) => read(file).includes(runtime));
    assert.ok(naming.length > 0, `${files.join()} do not name ${runtime}`);
  }
});

test("the table names the versions that are installed, and the oldest browsers", () => {
  const manifest = (file: string, group: string) =>
    (JSON.parse(read(file)) as Record<string, Record<string, string>>)[group] ?? {};
  const versions = {
    ...manifest("package.json", "devDependencies"),
    ...manifest("test/runtimes/on-demand/package.json", "dependencies"),
  };
  const tried = (runtime: string) => rows.find((row) => row.runtime === runtime)?.tried ?? "";
  for (const [runtime, name] of Object.entries({
    "Node 24": "node",
    Bun: "bun",
    Deno: "deno",
    Next: "next",
    Workers: "workerd",
    TypeScript: "typescript",
  })) {
    assert.ok(tried(runtime).includes(versions[name] ?? "?"), `${runtime}: ${versions[name]}`);
  }
  assert.ok(tried("TypeScript").includes((versions["typescript-old"] ?? "?").replace("npm:typescript@", "")));
  const [, oldest = ""] = /const OLDEST = \[(.*)\]/.exec(read("test/runtimes/browsers.test.ts")) ?? [];
  const named = tried("Browsers").toLowerCase().replaceAll(" ", "").split(",");
  assert.deepEqual(JSON.parse(`[${oldest}]`), named);
});
