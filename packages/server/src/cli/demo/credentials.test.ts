import assert from "node:assert/strict";
import { readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../../../test/temporary-folder.ts";
import { readCredentials, writeCredentials } from "./credentials.ts";

const CREDENTIALS = { client_id: "c", client_secret: "s", username: "demo", password: "p" };

test("the credentials are readable by their owner alone, whatever stood in their place", () => {
  const folder = temporaryFolder();
  const [open, link, target] = ["open.json", "link.json", "target"].map((name) => join(folder, name));
  assert.ok(open !== undefined && link !== undefined && target !== undefined);
  writeFileSync(open, "", { mode: 0o644 });
  writeFileSync(target, "another file");
  symlinkSync(target, link);
  for (const file of [open, link]) {
    writeCredentials(file, CREDENTIALS);
    assert.deepEqual(readCredentials(file), CREDENTIALS);
    assert.equal(statSync(file).mode & 0o077, 0);
  }
  assert.equal(readFileSync(target, "utf8"), "another file");
});
