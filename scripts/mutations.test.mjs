import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

test("each mutation of docs/requirements.md applies to the sources as they are", () => {
  const program = join(import.meta.dirname, "mutate-rules.ts");
  const { status, stderr } = spawnSync(process.execPath, [program, "--list"], { encoding: "utf8" });
  const lines = stderr.split("\n").filter((line) => /does not apply/.test(line));
  assert.deepEqual([status, lines], [0, []]);
});
