import assert from "node:assert/strict";
import { test } from "node:test";
import { createRegrant } from "./regrant.ts";

const ISSUER = "https://auth.example";
const REQUESTS = 50;

test("of requests at once behind a proxy, each event has its own request's address and id; a host's own call has none", async (t) => {
  const regrant = await createRegrant({
    issuer: ISSUER,
    database: "sqlite::memory:",
    signingAlgorithm: "EdDSA",
    logLevel: "silent",
    trustedProxies: ["127.0.0.1"],
  });
  t.after(() => regrant.close());
  const { admin } = regrant;
  const settings = { name: "Shop", reuse: "detect", retryWindow: 1 } as const;
  const client = await admin.clients.create({ ...settings, grantTypes: ["refresh_token"] });
  const send = async (token: string, headers: Record<string, string>) => {
    const credentials = { client_id: client.client_id, client_secret: client.client_secret ?? "" };
    const form = { ...credentials, grant_type: "refresh_token", refresh_token: token };
    const init = { method: "POST", headers, body: new URLSearchParams(form) };
    const env = { incoming: { socket: { remoteAddress: "127.0.0.1" } } };
    const response = await regrant.fetch(new Request(`${ISSUER}/oauth/token`, init), env);
    return {
      id: response.headers.get("x-request-id"),
      body: (await response.json()) as Record<string, string>,
    };
  };
  const subjects = Array.from({ length: REQUESTS }, (_, i) => `subject-${i}`);
  const grants = await Promise.all(
    subjects.map(async (subject) => {
      const { refresh_token = "" } = await regrant.issue({ clientId: client.client_id, subject });
      await send(refresh_token, {});
      return { subject, token: refresh_token };
    }),
  );
  // Inside the retry window: each is an honest retry, and an event.
  const ids = await Promise.all(
    grants.map(({ token }, i) => {
      const headers = {
        "x-forwarded-for": `203.0.113.${i}`,
        "user-agent": `agent/${i}`,
        "x-request-id": `r-${i}`,
      };
      return send(token, headers);
    }),
  );
  assert.deepEqual(
    ids.map(({ id }) => id),
    grants.map((_, i) => `r-${i}`),
  );
  for (const [i, subject] of subjects.entries()) {
    const { items } = await admin.events.list({ subject, order: "oldest" });
    const sources = items.map(({ type, address, user_agent, request_id }) => [
      type,
      address,
      user_agent,
      request_id,
    ]);
    assert.deepEqual(sources, [
      ["grant.created", undefined, undefined, undefined],
      ["grant.retried", `203.0.113.${i}`, `agent/${i}`, `r-${i}`],
    ]);
  }
});
