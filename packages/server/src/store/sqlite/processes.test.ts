import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { temporaryFolder } from "../../../../../test/temporary-folder.ts";
import { processCases } from "../contract/process-cases.ts";
import type { ProcessBench } from "../contract/process-cases.ts";
import { killAll } from "../contract/processes.ts";
import { openSqliteStore } from "./engine.ts";

const folder = temporaryFolder("processes");
after(() => {
  killAll();
  rmSync(folder, { recursive: true });
});

let databases = 0;

const bench: ProcessBench = {
  // A file that does not exist holds nothing; the first to open it makes the tables.
  newDatabase: async () => join(folder, `${(databases += 1)}.db`),
  open: openSqliteStore,
  checkKilled(path) {
    const database = new DatabaseSync(path, { readOnly: true });
    assert.equal(database.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
    database.close();
  },
};

for (const [title, proof] of Object.entries(processCases)) test(title, () => proof(bench));
