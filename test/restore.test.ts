import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { postgres, sqlite } from "./engines.ts";
import type { Engine } from "./engines.ts";
import { jsonLines } from "./service.ts";
import type { NewClient, RunningServer, Service } from "./service.ts";
import { post, readRefreshToken, refresh, successorIn } from "./token-request.ts";
import type { Answer } from "./token-request.ts";

const HOLDERS = 200;
/** Together 1,000. */
const REFRESHES_EACH = 5;

/** A line of `regrant events --json`, where it is used here. */
interface EventLine {
  type: string;
  grant_id: string;
  data: Record<string, unknown>;
}

for (const engine of [sqlite, postgres]) {
  test(
    `after a backup from before ${HOLDERS * REFRESHES_EACH} refreshes is restored, every holder refreshes on: ${engine.name}`,
    { timeout: 120_000 },
    (t) => refreshAfterRestore(t, engine),
  );
  test(
    `what was revoked after the backup stays revoked once the events are applied to the restored database: ${engine.name}`,
    { timeout: 120_000 },
    (t) => replayAfterRestore(t, engine),
  );
}

async function refreshAfterRestore(t: TestContext, { processes, prepare }: Engine): Promise<void> {
  const { service, grants, backUp, restore } = await prepare(t);
  const client = await service.createClient("--grant-type", "refresh_token");
  const [asleep = "", ...awake] = await service.issueGrants(client, "subject-1", HOLDERS + 1);
  let held = awake;
  const ports = Array.from({ length: processes }, () => 0);
  const serve = () => Promise.all(ports.map((port) => service.serve({ port })));
  let servers = await serve();
  await backUp();
  let turn = 0;
  const rotate = async (token: string) => {
    const { url = "" } = servers[turn++ % processes] ?? {};
    return successorIn(await refresh(url, client, token));
  };
  const refreshAll = () => Promise.all(held.map(rotate));
  for (let i = 0; i < REFRESHES_EACH; i++) held = await refreshAll();
  await stopAll(servers);

  await restore();
  servers = await serve();
  const before = held;
  held = await refreshAll();
  assert.deepEqual(await Promise.all(before.map(rotate)), held, "a retry gets the same successor");
  held = await refreshAll();
  await rotate(asleep);

  const recovered = await eventsOf(service, "grant.recovered");
  assert.equal(new Set(recovered.map(({ grant_id }) => grant_id)).size, HOLDERS);
  assert.equal(
    recovered.length,
    HOLDERS,
    "one event for each session that the backup had lost, none for the other",
  );
  for (const { data } of recovered) {
    assert.deepEqual([data["generation"], data["distance"]], [REFRESHES_EACH, -REFRESHES_EACH]);
  }
  const generations = [...(await grants()).values()].map(({ generation }) => generation);
  const expected = [1, ...Array.from({ length: HOLDERS }, () => REFRESHES_EACH + 2)];
  assert.deepEqual(
    generations.toSorted((a, b) => a - b),
    expected,
  );
}

async function replayAfterRestore(t: TestContext, { prepare }: Engine): Promise<void> {
  const { service, grants, backUp, restore } = await prepare(t);
  const flags = ["--grant-type", "refresh_token", "--grant-type", "password"];
  const client = await service.createClient(...flags);
  const disabled = await service.createClient(...flags);
  const renewed = await service.createClient(...flags);
  await service.createAccount("ada", "ada's password");
  await service.createAccount("bob", "bob's password");
  const server = await service.serve();
  const signIn = (username: string, password: string) =>
    post(`${server.url}/oauth/token`, {
      ...credentials(client),
      grant_type: "password",
      username,
      password,
    });
  const rotate = async (by: NewClient, token: string) => successorIn(await refresh(server.url, by, token));
  const [revokedByClient = "", revokedByOperator = "", untouched = ""] = await service.issueGrants(
    client,
    "subject-1",
    3,
  );
  const [ofDisabled = ""] = await service.issueGrants(disabled, "subject-1", 1);
  const [ofRenewed = ""] = await service.issueGrants(renewed, "subject-1", 1);
  const ofAda = successorIn(await signIn("ada", "ada's password"));
  const ofBob = successorIn(await signIn("bob", "bob's password"));
  await backUp();

  // Every session moves on before it ends, so that each one is ahead of the backup.
  const held = {
    revokedByClient: await rotate(client, revokedByClient),
    revokedByOperator: await rotate(client, revokedByOperator),
    untouched: await rotate(client, untouched),
    ofDisabled: await rotate(disabled, ofDisabled),
    ofRenewed: await rotate(renewed, ofRenewed),
    ofAda: await rotate(client, ofAda),
    ofBob: await rotate(client, ofBob),
  };
  const revocation = { ...credentials(client), token: held.revokedByClient };
  assert.equal((await post(`${server.url}/oauth/revoke`, revocation)).status, 200);
  await service.run(["grant", "revoke", grantIdOf(held.revokedByOperator)]);
  await service.run(["client", "disable", disabled.client_id]);
  await service.run(["account", "disable", "ada"]);
  await service.run(["account", "set-password", "bob", "--password-stdin"], "another password");
  const rotation = ["client", "rotate-secret", renewed.client_id, "--overlap", "0", "--json"];
  const { client_secret } = JSON.parse(await service.run(rotation)) as NewClient;
  const events = join(service.folder, "events.jsonl");
  await writeFile(events, await service.run(["events", "--json"]));
  assert.equal(await server.stop(), 0);

  await restore();
  assert.ok([...(await grants()).values()].every(({ revoked }) => !revoked));
  await service.run(["restore", "--replay", events]);
  await service.serve({ port: server.port });

  const ended = [
    await refresh(server.url, client, held.revokedByClient),
    await refresh(server.url, client, held.revokedByOperator),
    await refresh(server.url, client, held.ofAda),
  ];
  for (const answer of ended) assert.deepEqual(refusalIn(answer), [400, "invalid_grant", "revoked"]);
  assert.deepEqual(refusalIn(await refresh(server.url, disabled, held.ofDisabled)), [401, "invalid_client"]);
  assert.deepEqual(refusalIn(await refresh(server.url, renewed, held.ofRenewed)), [401, "invalid_client"]);
  for (const [username, password] of [
    ["ada", "ada's password"],
    ["bob", "bob's password"],
  ] as const) {
    assert.deepEqual(refusalIn(await signIn(username, password)), [400, "invalid_grant"], username);
  }

  // Everybody else goes on.
  await rotate({ ...renewed, client_secret }, held.ofRenewed);
  await rotate(client, held.untouched);
  await rotate(client, held.ofBob);
  const recovered = (await eventsOf(service, "grant.recovered")).map(({ grant_id }) => grant_id);
  assert.deepEqual(
    recovered.toSorted(),
    [held.ofRenewed, held.untouched, held.ofBob].map(grantIdOf).toSorted(),
  );
}

async function stopAll(servers: readonly RunningServer[]): Promise<void> {
  for (const server of servers) assert.equal(await server.stop(), 0);
}

async function eventsOf(service: Service, type: string): Promise<EventLine[]> {
  return jsonLines<EventLine>(await service.run(["events", "--type", type, "--json"]));
}

function credentials({ client_id, client_secret }: NewClient): Record<string, string> {
  return { client_id, client_secret };
}

function refusalIn({ status, body }: Answer): unknown[] {
  return [status, body.error, body.error_reason].filter((part) => part !== undefined);
}

function grantIdOf(token: string): string {
  return readRefreshToken(token).grantId;
}
