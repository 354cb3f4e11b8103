import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { readPassportKey } from "../packages/server/src/config/passport.ts";
import { keysOfPassword, SALT_BYTES, seal } from "../packages/server/src/passport/defuse.ts";
import { writePayload } from "../packages/server/src/passport/payload.ts";
import { postgres, sqlite } from "./engines.ts";
import type { Engine } from "./engines.ts";
import type { NewClient, RunningServer } from "./service.ts";
import { readRefreshToken, refresh, successorIn } from "./token-request.ts";

const SESSIONS = 60;
const KILLS = 5;
/** Each token is presented by so many programs at once. */
const PRESENTERS = 3;
const APP_KEY = `base64:${randomBytes(32).toString("base64")}`;

for (const engine of [sqlite, postgres]) {
  test(
    `killed while sessions move from Passport, each moves once and goes on: ${engine.name}`,
    { timeout: 180_000 },
    (t) => killDuringMoves(t, engine),
  );
}

/** Trusted tokens, so that a kill may also come between the making of a session's row and its rotation. */
async function killDuringMoves(t: TestContext, { processes, prepare }: Engine): Promise<void> {
  const { service, grants, assertSound } = await prepare(t);
  const client = await service.createClient("--grant-type", "refresh_token", "--retry-window", "300");
  const tokens = await Promise.all(Array.from({ length: SESSIONS }, (_, i) => passportToken(client, i)));
  const env = { REGRANT_PASSPORT_KEY: APP_KEY, REGRANT_PASSPORT_UNKNOWN_TOKENS: "trust" };
  const serve = (port: number) => service.serve({ port, env });
  const servers = Array.from({ length: processes }, () => serve(0));
  const ports = (await Promise.all(servers)).map(({ port }) => port);

  let answered = 0;
  let kills = 0;
  const killIfDue = () => {
    answered += 1;
    if (kills >= KILLS || answered < ((kills + 1) * SESSIONS * PRESENTERS) / (KILLS + 2)) return;
    const victim = kills % processes;
    kills += 1;
    servers[victim] = (servers[victim] as Promise<RunningServer>).then(async (server) => {
      await server.kill();
      return serve(ports[victim] ?? 0);
    });
  };
  const presented = tokens.flatMap((token) => Array<string>(PRESENTERS).fill(token));
  const held = await Promise.all(
    presented.map(async (token, i) => {
      const successor = await untilAnswered(servers, i % processes, client, token);
      killIfDue();
      return { token, successor };
    }),
  );
  assert.equal(kills, KILLS);

  const [server] = await Promise.all(servers);
  for (const [token, holders] of Map.groupBy(held, (holder) => holder.token)) {
    const [successor = "", ...others] = new Set(holders.map((holder) => holder.successor));
    assert.deepEqual(others, [], "all who presented the token have the same successor");
    const next = successorIn(await refresh(server?.url ?? "", client, successor));
    assert.equal(readRefreshToken(next).generation, 2, `the session of ${token.slice(0, 20)} goes on`);
  }
  for (const running of await Promise.all(servers)) assert.equal(await running.stop(), 0);
  await assertSound();
  const rows = [...(await grants()).values()];
  assert.deepEqual(
    rows,
    tokens.map(() => ({ generation: 2, revoked: false })),
    "one row a session",
  );
}

async function passportToken({ client_id: clientId }: NewClient, user: number): Promise<string> {
  const key = readPassportKey(APP_KEY);
  assert.ok(key?.password);
  const ids = { tokenId: randomBytes(40).toString("hex"), accessTokenId: randomBytes(40).toString("hex") };
  const expiresAt = Math.floor(Date.now() / 1000) + 86_400;
  const payload = { ...ids, clientId, scopes: [], subject: String(user), expiresAt, own: null };
  const salt = randomBytes(SALT_BYTES);
  return seal(writePayload(payload), salt, await keysOfPassword(key.password, salt));
}

/** Presents the token again while the server is away, or asks for another try. */
async function untilAnswered(
  servers: readonly Promise<RunningServer>[],
  process: number,
  client: NewClient,
  token: string,
): Promise<string> {
  for (;;) {
    const { url = "" } = (await servers[process]) ?? {};
    const answer = await refresh(url, client, token).catch(() => undefined);
    if (answer !== undefined && answer.status !== 503) return successorIn(answer);
  }
}
