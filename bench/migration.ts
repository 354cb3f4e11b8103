// What a refresh costs the server's CPU while sessions move here from Laravel Passport, and afterwards.
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { readPassportKey } from "../packages/server/src/config/passport.ts";
import { keysOfPassword, SALT_BYTES, seal } from "../packages/server/src/passport/defuse.ts";
import { legacyGrantDeriver } from "../packages/server/src/passport/legacy-grant.ts";
import { writePayload } from "../packages/server/src/passport/payload.ts";
import { openSqliteStore } from "../packages/server/src/store/sqlite/engine.ts";
import { grantSecretHash } from "../packages/server/src/tokens/refresh-token.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { cpuTimeOfAll, processesOf } from "./accounting.ts";
import { createDatabase, serve } from "./targets/regrant.ts";
import type { Database } from "./targets/regrant.ts";

const SESSIONS = 1000;
/** Refreshes of each session after its move. */
const ROUNDS = 20;
const IN_FLIGHT = 16;
const YEAR = 365 * 86_400;

const APP_KEY = `base64:${randomBytes(32).toString("base64")}`;

/** Imports sessions as an import does. Returns their tokens, each with a salt of its own, as PHP makes them. */
async function importSessions({ path, form }: Database): Promise<string[]> {
  const key = readPassportKey(APP_KEY);
  if (!key?.password) throw new Error("the key cannot be read");
  const grantOf = legacyGrantDeriver(key);
  const clientId = form["client_id"] ?? "";
  const tokens: string[] = [];
  const sessions = [];
  for (let i = 0; i < SESSIONS; i += 1) {
    const tokenId = randomBytes(40).toString("hex");
    const { grantId: id, secret } = grantOf(tokenId);
    const subject = String(i);
    const about = { clientId, subject, scope: "orders:read", maxTtl: YEAR };
    sessions.push({ ...about, id, secretHash: grantSecretHash(secret) });
    const expiresAt = Math.floor(Date.now() / 1000) + YEAR;
    const ids = { tokenId, accessTokenId: randomBytes(40).toString("hex") };
    const payload = { ...ids, clientId, scopes: ["orders:read"], subject, expiresAt, own: null };
    const salt = randomBytes(SALT_BYTES);
    tokens.push(seal(writePayload(payload), salt, await keysOfPassword(key.password, salt)));
  }
  const store = await openSqliteStore(path);
  await store.grants.adopt(sessions);
  await store.close();
  return tokens;
}

/** Refreshes each of `tokens` once, 16 at a time. Returns the successors. */
async function refreshAll(
  url: string,
  form: Record<string, string>,
  tokens: readonly string[],
): Promise<string[]> {
  const successors: string[] = [];
  let next = 0;
  const one = async () => {
    for (let i = next++; i < tokens.length; i = next++) {
      const body = new URLSearchParams({
        grant_type: "refresh_token",
        ...form,
        refresh_token: tokens[i] ?? "",
      });
      const response = await fetch(url, { method: "POST", body });
      const { refresh_token: successor } = (await response.json()) as { refresh_token?: string };
      if (successor === undefined) throw new Error(`a refresh was answered with ${response.status}`);
      successors[i] = successor;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  return successors;
}

async function measure(
  name: string,
  pid: number,
  refreshes: number,
  work: () => Promise<void>,
): Promise<void> {
  const before = cpuTimeOfAll(processesOf(pid));
  const started = performance.now();
  await work();
  const cpu = (cpuTimeOfAll(processesOf(pid)) - before) / refreshes;
  const perSecond = refreshes / ((performance.now() - started) / 1000);
  console.log(`${name}: ${cpu.toFixed(0)} µs of CPU a refresh, ${perSecond.toFixed(0)} refreshes/s`);
}

const folder = temporaryFolder("bench-migration");
try {
  const database = await createDatabase(folder, { algorithm: "RS256", grants: 1 });
  const old = await importSessions(database);
  database.env["REGRANT_PASSPORT_KEY"] = APP_KEY;
  const server = await serve(database);
  const { url, form } = server.plan;
  let held: string[] = [];
  await measure("the move", server.pid, SESSIONS, async () => {
    held = await refreshAll(url, form, old);
  });
  await measure("after it", server.pid, SESSIONS * ROUNDS, async () => {
    for (let round = 0; round < ROUNDS; round += 1) held = await refreshAll(url, form, held);
  });
  await server.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
