import assert from "node:assert/strict";
import { after, test } from "node:test";
import { GRANT_TYPE_HANDLERS } from "../grant-types/table.ts";
import { startService } from "../testing.ts";

const t = await startService();
after(() => t.close());

test("a request without a grant type, or with one that is not known, says so", async () => {
  const { credentials } = await t.client();
  const missing = {
    status: 400,
    error: "invalid_request",
    description: "The grant_type parameter is missing.",
    cause: "parameter_missing",
    parameter: "grant_type",
  };
  for (const grantType of [undefined, ""]) {
    await t.refused(() => t.token({ ...credentials, grant_type: grantType }), missing);
  }
  const unsupported = {
    status: 400,
    error: "unsupported_grant_type",
    description: "The grant type is not supported.",
    cause: "unsupported_grant_type",
  };
  for (const grantType of ["authorization-code", "implicit", "Refresh_Token", "__proto__", "constructor"]) {
    await t.refused(() => t.token({ ...credentials, grant_type: grantType }), unsupported);
    assert.equal(GRANT_TYPE_HANDLERS.has(grantType), false);
  }
});

test("a grant type that is not known is no label of a metric", async () => {
  const words = "words-of-a-stranger";
  await t.token({ grant_type: words });
  const text = await t.metricsText();
  assert.equal(text.includes(words), false);
  assert.match(text, /endpoint="token",grant_type="",outcome="unsupported_grant_type"/);
});

test("an unknown parameter is ignored (RFC 6749 §3.2)", async () => {
  const client = await t.client();
  const { refreshToken } = await t.grant(client);
  const more = { __proto__: undefined, constructor: "x", device: "phone", "": "y" };
  assert.equal((await t.refresh(client, refreshToken, more)).status, 200);
});

test("requests are timed by endpoint and grant type, signatures and batches too", async () => {
  const client = await t.client();
  await t.refresh(client, (await t.grant(client)).refreshToken);
  const text = await t.metricsText();
  for (const name of [
    'regrant_request_duration_seconds_count{endpoint="token",grant_type="refresh_token"}',
    "regrant_signature_duration_seconds_count",
    "regrant_store_batch_size_count",
    "regrant_store_batch_duration_seconds_count",
    'regrant_events_total{type="grant.created"}',
  ]) {
    const line = text.split("\n").find((candidate) => candidate.startsWith(`${name} `));
    assert.ok(Number(line?.split(" ")[1]) > 0, name);
  }
});
