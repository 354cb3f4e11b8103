import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { createVerifier } from "@regrant/verify";
import type { Verifier } from "@regrant/verify";
import { postgres, sqliteShared } from "./engines.ts";
import type { Engine } from "./engines.ts";
import { freePort } from "./ports.ts";
import type { NewClient, Service } from "./service.ts";
import { post, refresh } from "./token-request.ts";

/** Time limit for a revocation to take effect, ms; usually it takes less than a second. */
const PATIENCE = 10_000;

/** A session's tokens and its client. */
interface Session {
  client: NewClient;
  accessToken: string;
  refreshToken: string;
}

for (const [store, engine] of [
  ["SQLite", sqliteShared],
  ["PostgreSQL", postgres],
] as const) {
  test(
    `a resource server refuses a revoked access token at once, on whichever node it was revoked: ${store}`,
    { timeout: 120_000 },
    (t) => followRevocations(t, engine),
  );
}

async function followRevocations(t: TestContext, { prepare }: Engine): Promise<void> {
  const { service } = await prepare(t);
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const env = { REGRANT_ISSUER: issuer };
  // The resource server follows one node; sessions are revoked at the other, or by the command line.
  const node = await service.serve({ port, env });
  const other = await service.serve({ env });
  const resourceServer = await service.createClient("--resource-server");
  const client = await service.createClient("--grant-type", "refresh_token", "--access-ttl", "7200");
  const passport = await service.createClient("--grant-type", "refresh_token", "--profile", "passport");
  const subject = await service.createAccount("ada", "correct horse battery staple");
  const open = (whose: NewClient, of = "customer-7") => openSession(service, other.url, whose, of);

  const { client_id: clientId, client_secret: clientSecret } = resourceServer;
  const revocations = { clientId, clientSecret };
  const verifier = createVerifier({ issuer, audience: issuer, revocations, onError: () => {} });
  const ofPassport = createVerifier({ issuer, profile: "passport", revocations, onError: () => {} });
  t.after(() => [verifier, ofPassport].forEach((one) => one.close()));
  const kept = await open(client);
  await verifier.ready();
  await accepted(verifier, kept);

  const isRefusedAfter = async (
    session: Session,
    by: Verifier,
    what: string,
    revoke: () => Promise<unknown>,
  ) => {
    await accepted(by, session);
    await revoke();
    const since = performance.now();
    await becomesRefused(by, session);
    t.diagnostic(`${what}: refused after ${Math.round(performance.now() - since)} ms`);
    await accepted(verifier, kept);
  };
  const revokeAt = (url: string, { client_id, client_secret }: NewClient, token: string) =>
    post(`${url}/oauth/revoke`, { client_id, client_secret, token });

  const one = await open(client);
  await isRefusedAfter(one, verifier, "a grant", () => revokeAt(other.url, client, one.refreshToken));
  const alone = await open(client);
  await isRefusedAfter(alone, verifier, "an access token", () =>
    revokeAt(other.url, client, alone.accessToken),
  );
  const moved = await open(passport);
  await isRefusedAfter(moved, ofPassport, "a grant of the passport profile", () =>
    revokeAt(node.url, passport, moved.refreshToken),
  );
  const adas = await open(client, subject);
  await isRefusedAfter(adas, verifier, "an account", () => service.run(["account", "disable", "ada"]));
  const shop = await service.createClient("--grant-type", "refresh_token");
  const shops = await open(shop);
  await isRefusedAfter(shops, verifier, "a client", () => service.run(["client", "disable", shop.client_id]));

  // A revocation during an outage takes effect when the node is back, for new verifiers too.
  const late = await open(client);
  await accepted(verifier, late);
  await node.kill();
  await revokeAt(other.url, client, late.refreshToken);
  await accepted(verifier, kept);
  await service.serve({ port, env });
  await becomesRefused(verifier, late);
  const fresh = createVerifier({ issuer, audience: issuer, revocations, onError: () => {} });
  t.after(() => fresh.close());
  for (const session of [one, alone, adas, shops, late]) await becomesRefused(fresh, session);
  await accepted(fresh, kept);
}

test(
  "stopping the service does not wait for the long polls of resource servers",
  { timeout: 60_000 },
  async (t) => {
    const { service } = await sqliteShared.prepare(t);
    const { client_id, client_secret } = await service.createClient("--resource-server");
    const server = await service.serve();
    const credentials = { client_id, client_secret };
    const first = await post(`${server.url}/oauth/revocations`, credentials);
    const { cursor = "" } = first.body as { cursor?: string };
    const waiting = post(`${server.url}/oauth/revocations`, { ...credentials, cursor, wait: "30" });
    // This one was sent later and has its response, so the server has received the first one.
    assert.equal((await post(`${server.url}/oauth/revocations`, { ...credentials, cursor })).status, 200);
    assert.equal(await server.stop(), 0);
    assert.deepEqual([(await waiting).status, (await waiting).body], [200, first.body]);
  },
);

async function openSession(
  service: Service,
  url: string,
  client: NewClient,
  subject: string,
): Promise<Session> {
  const [first = ""] = await service.issueGrants(client, subject, 1);
  const { status, body } = await refresh(url, client, first);
  assert.equal(status, 200);
  const { access_token: accessToken = "", refresh_token: refreshToken = "" } = body;
  return { client, accessToken, refreshToken };
}

async function outcome(verifier: Verifier, { accessToken }: Session): Promise<string> {
  const verdict = await verifier.verify({ headers: { authorization: `Bearer ${accessToken}` } });
  return verdict.outcome === "accepted" ? "accepted" : verdict.refusal.cause;
}

async function accepted(verifier: Verifier, session: Session): Promise<void> {
  assert.equal(await outcome(verifier, session), "accepted");
}

async function becomesRefused(verifier: Verifier, session: Session): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const now = await outcome(verifier, session);
    if (now === "revoked") return;
    assert.equal(now, "accepted");
    assert.ok(performance.now() < deadline, "the revocation has no effect");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
