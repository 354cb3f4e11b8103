import assert from "node:assert/strict";
import { after, test } from "node:test";
import { decodeJwt } from "jose";
import { Validator } from "@seriousme/openapi-schema-validator";
import { ISSUER, startService } from "../../testing.ts";

const service = await startService({ admin: "on" });
after(() => service.close());

const RESOURCE = `${ISSUER}/admin/v1`;

/** A client of the admin API, and its access token. */
async function administrator(scope = "regrant:admin") {
  const client = await service.client({ grantTypes: ["client_credentials"], scopes: [scope] });
  const answer = await service.token({ grant_type: "client_credentials", ...client.credentials });
  assert.equal(answer.status, 200, answer.text);
  return { client, token: String(answer.body["access_token"]) };
}

async function send(token: string, method: string, path: string, body?: object, headers = {}) {
  return service.send(`/admin/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

test("an access token for the admin API has it as audience, and nothing else has", async () => {
  const { token } = await administrator();
  const { aud, scope } = decodeJwt(token);
  assert.deepEqual([aud, scope], [RESOURCE, "regrant:admin"]);
  await assert.rejects(service.verified(token), "no key of the JWKS verifies it");
});

test("a client is created, read, updated and deleted", async () => {
  const { client, token } = await administrator();
  const created = await send(token, "POST", "/clients", { name: "Billing", retry_window: 60 });
  assert.equal(created.status, 201, created.text);
  const { client_id: id, client_secret: secret } = created.body;
  assert.ok(secret);
  const read = await send(token, "GET", `/clients/${String(id)}`);
  assert.equal(read.body["retry_window"], 60);
  const tag = read.headers.get("etag") ?? "";
  const changed = await send(
    token,
    "PATCH",
    `/clients/${String(id)}`,
    { retry_window: 30 },
    { "If-Match": tag },
  );
  assert.deepEqual([changed.status, changed.body["retry_window"], changed.body["changed"]], [200, 30, true]);
  const late = await send(
    token,
    "PATCH",
    `/clients/${String(id)}`,
    { retry_window: 40 },
    { "If-Match": tag },
  );
  assert.deepEqual([late.status, late.body["type"]], [412, `${RESOURCE}/problems/precondition_failed`]);
  const deleted = await send(token, "DELETE", `/clients/${String(id)}`);
  assert.equal(deleted.status, 204);
  const gone = await send(token, "GET", `/clients/${String(id)}`);
  const { request_id, ...problem } = gone.body;
  assert.ok(request_id);
  assert.deepEqual(problem, {
    type: `${RESOURCE}/problems/resource_not_found`,
    title: "What the request names does not exist.",
    status: 404,
    detail: `client not found: ${String(id)}`,
    resource: "client",
  });
  const [event] = await service.deps.store.events.list({ type: "client.created", clientId: String(id) }, 1);
  assert.equal(event?.data["actor"], client.id);
});

test("a list has pages, each of which names the next", async () => {
  const { token } = await administrator("regrant:admin.read");
  const seen: unknown[] = [];
  for (let after = ""; ;) {
    const page = await send(token, "GET", `/clients?limit=2${after && `&after=${after}`}`);
    assert.equal(page.status, 200, page.text);
    seen.push(...(page.body["items"] as { client_id: string }[]).map(({ client_id }) => client_id));
    const { next } = page.body as { next: string | null };
    if (next === null) break;
    after = next;
  }
  const all = await service.deps.store.clients.list({ limit: 1000 });
  assert.deepEqual(
    seen,
    all.map(({ id }) => id),
  );
  const events = await send(token, "GET", "/events?type=client.created&limit=1");
  const [newest] = events.body["items"] as { client_id: string }[];
  const stored = await service.deps.store.events.list({ type: "client.created" }, 1000);
  assert.equal(newest?.client_id, stored.at(-1)?.clientId);
  const refused = await send(token, "GET", "/clients?after=nope");
  const message = "after must be the next of a page of this listing.";
  assert.deepEqual([refused.status, refused.body["violations"]], [422, [{ parameter: "after", message }]]);
});

test("an empty parameter is refused: left out, it would widen what a request is for", async () => {
  const { token } = await administrator();
  const answer = await send(token, "DELETE", "/subjects/s-1/grants?client_id=");
  assert.deepEqual(
    [answer.status, answer.body["violations"]],
    [
      422,
      [
        {
          parameter: "client_id",
          message: "client_id must be text of 1 to 255 characters, without control characters.",
        },
      ],
    ],
  );
});

test("all grants of a subject are revoked, and the response says how many", async () => {
  const { token } = await administrator();
  const client = await service.client();
  for (let grants = 0; grants < 3; grants += 1) await service.grant(client, { subject: "s/2 ü" });
  const path = `/subjects/${encodeURIComponent("s/2 ü")}/grants`;
  assert.deepEqual((await send(token, "DELETE", path)).body, { revoked: 3 });
  assert.deepEqual((await send(token, "DELETE", path)).body, { revoked: 0 });
  const listed = await send(token, "GET", `/grants?subject=${encodeURIComponent("s/2 ü")}&state=revoked`);
  assert.equal((listed.body["items"] as object[]).length, 3);
});

test("statistics are counters by the hour", async () => {
  const { token } = await administrator("regrant:admin.read");
  const { status, body } = await send(token, "GET", "/statistics?hours=2");
  assert.deepEqual([status, (body["hours"] as object[]).length], [200, 2]);
});

test("the OpenAPI document is valid", async () => {
  const { body } = await service.send("/admin/v1/openapi.json");
  const result = await new Validator().validate(structuredClone(body));
  assert.deepEqual(result.errors ?? [], []);
  assert.equal(result.valid, true);
});
