import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { startService } from "../../testing.ts";
import type { TestResponse } from "../../testing.ts";

const service = await startService({ admin: "on" });
after(() => service.close());

const { store } = service.deps;
let token = "";
beforeEach(async () => {
  ({ token } = await newAdministrator());
});

async function newAdministrator() {
  const client = await service.client({ grantTypes: ["client_credentials"], scopes: ["regrant:admin"] });
  const { body } = await service.token({ grant_type: "client_credentials", ...client.credentials });
  return { client, token: String(body["access_token"]) };
}

function create(key: string, body: object, path = "/clients", bearer = token): Promise<TestResponse> {
  return service.send(`/admin/v1${path}`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${bearer}`,
      "Content-Type": "application/json",
      "Idempotency-Key": key,
    },
    body: JSON.stringify(body),
  });
}

/** The last part of a problem's type. */
function problemOf({ body }: TestResponse): string {
  return String(body["type"]).replace(/.*\//, "");
}

test("a repeated request is carried out once, and gets the same response with the secret", async () => {
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => create('"key-1"', { name: "Once" })));
  const done = [first, ...others].filter((answer) => answer?.status === 201);
  assert.equal(done.length, 1);
  for (const answer of [first, ...others].filter((each) => each?.status !== 201)) {
    assert.deepEqual([answer?.status, answer && problemOf(answer)], [409, "idempotent_request_in_progress"]);
    assert.equal(answer?.headers.get("retry-after"), "1");
  }
  const again = await create("key-1", { name: "Once" });
  assert.deepEqual([again.status, again.text], [201, done[0]?.text]);
  // The request's own id is no part of what was kept.
  const headersOf = (answer: typeof first) =>
    [...(answer?.headers ?? [])].filter(([name]) => name !== "x-request-id");
  assert.deepEqual(headersOf(again), headersOf(done[0]));
  const { items } = (await service.service.admin.clients.list({ search: "Once" })) as { items: unknown[] };
  assert.equal(items.length, 1);
});

test("a key belongs to one request of one client", async () => {
  assert.equal((await create("key-2", { name: "One" })).status, 201);
  const other = await create("key-2", { name: "Two" });
  assert.deepEqual([other.status, problemOf(other)], [422, "idempotency_key_reused"]);
  const { token: another } = await newAdministrator();
  assert.equal((await create("key-2", { name: "Two" }, "/clients", another)).status, 201);
});

test("a request that was refused has used up no key", async () => {
  const refused = await create("key-3", { name: "One", retry_window: -1 });
  assert.equal(refused.status, 422, refused.text);
  assert.equal((await create("key-3", { name: "One" })).status, 201);
});

test("a request whose process stopped is not carried out again, and its client is told so", async (t) => {
  t.mock.method(store.clients, "create", () => Promise.reject(new Error("the process stops here")));
  assert.equal((await create("key-4", { name: "Lost" })).status, 500);
  t.mock.restoreAll();
  assert.equal(problemOf(await create("key-4", { name: "Lost" })), "idempotent_request_in_progress");
  service.clock.at += 60_000;
  const late = await create("key-4", { name: "Lost" });
  assert.deepEqual([late.status, problemOf(late)], [409, "idempotent_outcome_unknown"]);
});

test("a key is malformed with other characters than visible ASCII", async () => {
  for (const key of ["", " ", '"open', "sp ace", "x".repeat(256)]) {
    const { status, body } = await create(key, { name: "No" });
    assert.equal(status, 422, key);
    const [violation] = body["violations"] as { parameter: string }[];
    assert.equal(violation?.parameter, "Idempotency-Key");
  }
});

test("what is kept shows nothing of the response to who has the database", async (t) => {
  const kept: Buffer[] = [];
  const complete = store.idempotentResponses.complete.bind(store.idempotentResponses);
  t.mock.method(store.idempotentResponses, "complete", (key: Buffer, response: Buffer) => {
    kept.push(response);
    return complete(key, response);
  });
  const { body } = await create("key-5", { name: "Sealed" });
  assert.equal(kept.length, 1);
  assert.ok(!kept[0]?.includes(String(body["client_secret"])));
  assert.ok(!kept[0]?.includes("Sealed"));
});
