// What an import from Laravel Passport takes, by the number of its sessions: rows a second, and the importer's memory at
// its most. `node bench/import.ts 10000 100000 1000000`; from SQLite to SQLite; Linux.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { passportTables } from "../packages/server/src/passport/import/testing.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";

const COMMAND = join(import.meta.dirname, "../packages/regrant/bin/regrant.js");
const APP_KEY = `base64:${Buffer.alloc(32, 7).toString("base64")}`;
/** How often the importer's memory is looked at, ms; the system remembers the most. */
const INTERVAL = 20;

const CLIENT = `INSERT INTO oauth_clients (id, name, secret, redirect, personal_access_client, password_client, revoked)
  VALUES (1, 'bench', '${"s".repeat(40)}', '', FALSE, TRUE, FALSE)`;
const NUMBERS = "WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < ?)";
const ACCESS_TOKENS = `${NUMBERS} INSERT INTO oauth_access_tokens (id, user_id, client_id, scopes, revoked, created_at, expires_at)
  SELECT lower(hex(randomblob(40))), i, 1, '["read","write"]', FALSE, datetime('now'), datetime('now', '+1 hour') FROM number`;
const REFRESH_TOKENS = `INSERT INTO oauth_refresh_tokens (id, access_token_id, revoked, expires_at)
  SELECT lower(hex(randomblob(40))), id, FALSE, datetime('now', '+10 days') FROM oauth_access_tokens`;

/** Passport's database with so many live sessions. */
function fill(path: string, sessions: number): void {
  const database = new DatabaseSync(path);
  for (const table of passportTables("sqlite", 10)) database.exec(table);
  database.exec("BEGIN");
  database.exec(CLIENT);
  database.prepare(ACCESS_TOKENS).run(sessions);
  database.exec(REFRESH_TOKENS);
  database.exec("COMMIT");
  database.close();
}

async function measure(folder: string, sessions: number): Promise<object> {
  const [from, to] = [join(folder, `laravel-${sessions}.db`), join(folder, `regrant-${sessions}.db`)];
  fill(from, sessions);
  const env = { PATH: process.env["PATH"], REGRANT_DATABASE: `sqlite:${to}`, REGRANT_PASSPORT_KEY: APP_KEY };
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [COMMAND, "import", "passport", "--from", `sqlite:${from}`, "--json"],
    {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const report = text(child.stdout);
  const ended = once(child, "exit");
  let peak = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peak = Math.max(peak, peakMemory(child.pid ?? 0));
    await Promise.race([ended, pause(INTERVAL)]);
  }
  const seconds = (performance.now() - began) / 1000;
  const { sessions: imported } = JSON.parse(await report) as { sessions: { imported: number } };
  if (imported.imported !== sessions)
    throw new Error(`not all were imported over: ${JSON.stringify(imported)}`);
  return {
    sessions,
    seconds: seconds.toFixed(1),
    "sessions/s": Math.round(sessions / seconds),
    "memory, MB": Math.round(peak / 2 ** 20),
    "bytes a session": Math.round(statSync(to).size / sessions),
  };
}

/** proc_pid_status(5): VmHWM, bytes; 0 when the process is gone. */
function peakMemory(pid: number): number {
  try {
    return (
      Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) * 1024
    );
  } catch {
    return 0;
  }
}

const folder = temporaryFolder("bench", "/var/tmp");
const counts = process.argv.slice(2).map(Number);
if (counts.length === 0 || counts.some((count) => !Number.isSafeInteger(count) || count < 1)) {
  throw new TypeError("Usage: node bench/import.ts SESSIONS …");
}
const table = [];
for (const count of counts) table.push(await measure(folder, count));
console.table(table);
