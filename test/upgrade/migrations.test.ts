import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import earlier from "./from.json" with { type: "json" };
import { ENGINES, hasCommit, migrationsOf } from "./versions.ts";
import type { Engine } from "./versions.ts";

/** The last migrations from before there were rolling upgrades. */
const LAST_BEFORE = { sqlite: 9, postgres: 10 };

for (const engine of ENGINES) {
  const names = readdirSync(migrationsOf(engine)).toSorted();

  test(`each migration of ${engine} has the number that its place gives it`, () => {
    const numbers = names.map((name) => Number(/^(\d{4})_\w+\.sql$/.exec(name)?.[1]));
    assert.deepEqual(
      numbers,
      names.map((_name, index) => index + 1),
    );
  });

  for (const [index, name] of names.entries()) {
    const number = index + 1;
    if (number <= LAST_BEFORE[engine]) continue;

    test(`${engine}/${name} says which programs can use the schema after it`, () => {
      const sql = readFileSync(join(migrationsOf(engine), name), "utf8");
      const [, usableFrom] = /^-- Usable from: (\d+)$/m.exec(sql) ?? [];
      assert.ok(Number(usableFrom) <= number, "it needs a line such as: -- Usable from: " + (number - 1));
    });

    test(`rolling.test.ts upgrades from a commit before ${engine}/${name}`, () => {
      const entry = earlier.find((from) => from[engine] === number - 1);
      assert.ok(entry, `from.json needs the last commit whose ${engine} schema is ${number - 1}`);
    });
  }
}

for (const from of earlier) {
  const { commit, why } = from;
  const skip = hasCommit(commit) ? false : `commit ${commit} is not in this clone: git fetch --unshallow`;
  test(`${commit.slice(0, 8)} has the migrations that from.json says`, { skip }, () => {
    assert.match(commit, /^[0-9a-f]{40}$/);
    assert.match(why, /\.$/);
    for (const engine of ENGINES) assert.equal(migrationsAt(commit, engine), from[engine]);
  });
}

/** How many an engine had at a commit. */
function migrationsAt(commit: string, engine: Engine): number {
  const folder = `${commit}:packages/server/src/store/${engine}/migrations`;
  const listed = execFileSync("git", ["ls-tree", "--full-tree", "--name-only", folder], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  return listed.split("\n").filter((name) => name.endsWith(".sql")).length;
}
