import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { createRegrant } from "../index.ts";
import type { AdminError, Listing, PageOptions, Regrant } from "../index.ts";

const DAY = 86_400;

async function embedded(t: TestContext, folder = temporaryFolder()): Promise<Regrant> {
  const regrant = await createRegrant({
    issuer: "https://auth.example/auth",
    database: `sqlite:${join(folder, "regrant.db")}`,
    signingAlgorithm: "EdDSA",
    logLevel: "silent",
  });
  t.after(() => regrant.close());
  return regrant;
}

/** Every item of a listing, `limit` at a time. */
async function all<Item>(list: (page: PageOptions) => Promise<Listing<Item>>, limit = 2): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: string | undefined; ;) {
    const page = await list({ after, limit });
    assert.ok(page.items.length <= limit);
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
}

/** A refusal that names one member. */
function naming(member: string) {
  return ({ code, violations }: AdminError) => code === "invalid" && violations[0]?.member === member;
}

test("grants are listed by state, holder, client and end, page by page", async (t) => {
  const regrant = await embedded(t);
  const { admin } = regrant;
  const short = await admin.clients.create({ name: "Short", refreshIdleTtl: DAY, refreshMaxTtl: 5 * DAY });
  const long = await admin.clients.create({ name: "Long", refreshMaxTtl: 100 * DAY });
  const ada = await admin.accounts.create({ username: "Ada", password: "a pass phrase" });
  for (const { client_id: clientId } of [short, long]) {
    for (const subject of [ada.subject, "customer-1", "customer-2"])
      await regrant.issue({ clientId, subject });
  }
  const [shortId, longId] = [short.client_id, long.client_id];
  const subjects = async (filter: Parameters<typeof admin.grants.list>[0]) => {
    const listed = await all((page) => admin.grants.list({ ...filter, ...page }));
    return listed.map(
      ({ subject, client_id: id }) =>
        `${subject === ada.subject ? "ada" : subject} ${id === shortId ? "short" : "long"}`,
    );
  };
  const [revoked] = (await admin.grants.list({ clientId: longId, subject: "customer-1" })).items;
  await admin.grants.revoke(revoked?.grant_id ?? "");
  assert.equal((await subjects({})).length, 6);
  assert.deepEqual(await subjects({ state: "revoked" }), ["customer-1 long"]);
  assert.deepEqual(await subjects({ state: "expired" }), []);
  assert.equal((await subjects({ state: "active" })).length, 5);
  assert.deepEqual(await subjects({ username: "ADA" }), ["ada short", "ada long"]);
  assert.deepEqual(await subjects({ username: "ada", clientId: longId }), ["ada long"]);
  assert.deepEqual(await subjects({ username: "ada", subject: "customer-1" }), []);
  assert.deepEqual(await subjects({ username: "nobody" }), []);
  assert.deepEqual(await subjects({ clientId: longId, state: "active" }), ["ada long", "customer-2 long"]);
  assert.deepEqual(await subjects({ endingWithin: 7 }), [
    "ada short",
    "customer-1 short",
    "customer-2 short",
  ]);
  assert.deepEqual(await subjects({ endingWithin: 7, subject: "customer-2" }), ["customer-2 short"]);
  assert.deepEqual(await subjects({ endingWithin: 7, clientId: longId }), []);
  assert.deepEqual((await subjects({ endingWithin: 200, clientId: longId })).length, 2);
  const { next } = await admin.grants.list({ endingWithin: 7, limit: 2 });
  await assert.rejects(admin.grants.list({ after: next ?? "" }), naming("after"), "another listing's cursor");
});

test("a listing with few matches stops early, says so, and is finished by its cursors", async (t) => {
  const regrant = await embedded(t);
  const { admin } = regrant;
  const { client_id: clientId } = await admin.clients.create({ name: "Shop" });
  for (let i = 0; i < 1100; i += 100) {
    await Promise.all(Array.from({ length: 100 }, () => regrant.issue({ clientId, subject: "s" })));
  }
  const last = (await all((page) => admin.grants.list({ clientId, ...page }), 1000)).at(-1);
  await admin.grants.revoke(last?.grant_id ?? "");
  const first = await admin.grants.list({ state: "revoked" });
  assert.deepEqual(first.items, []);
  const second = await admin.grants.list({ state: "revoked", after: first.next ?? "" });
  assert.deepEqual([second.items[0]?.grant_id, second.next], [last?.grant_id, null]);
});

test("clients and accounts are found by what an operator remembers of them", async (t) => {
  const { admin } = await embedded(t);
  const shop = await admin.clients.create({ name: "Café Shop", clientUri: "https://shop.example/" });
  for (const name of ["Reports", "Workshop", "Other"]) await admin.clients.create({ name });
  const names = async (search: string) =>
    (await all((page) => admin.clients.list({ search, ...page }))).map(({ name }) => name).toSorted();
  assert.deepEqual(await names("SHOP"), ["Café Shop", "Workshop"]);
  assert.deepEqual(await names("cafe\u0301"), ["Café Shop"]);
  assert.deepEqual(await names("shop.example"), ["Café Shop"]);
  assert.deepEqual(await names("grant_types"), [], "only what names a client is searched");
  assert.deepEqual(await names(shop.client_id), ["Café Shop"]);
  for (const [username, subject] of [
    ["ada", "ben"],
    ["adam", "7"],
    ["ben", "ada"],
  ] as const) {
    await admin.accounts.create({ username, subject, password: "a pass phrase" });
  }
  const usernames = async (search: string) =>
    (await all((page) => admin.accounts.list({ search, ...page }), 5)).map(({ username }) => username);
  assert.deepEqual(await usernames("AD"), ["ada", "adam"]);
  assert.deepEqual(await usernames("ada"), ["ben", "ada", "adam"], "a subject first");
  assert.deepEqual(await usernames("7"), ["adam"]);
  assert.deepEqual(await usernames("x"), []);
});

test("operators are listed alone", async (t) => {
  const { admin } = await embedded(t);
  for (const username of ["ada", "ben", "eve"]) {
    await admin.accounts.create({ username, password: "a pass phrase", operator: username !== "ben" });
  }
  const operators = await all((page) => admin.accounts.list({ operator: true, ...page }), 1);
  assert.deepEqual(operators.map(({ username }) => username).toSorted(), ["ada", "eve"]);
});

test("events come newest first, or oldest first, within their time", async (t) => {
  const { admin } = await embedded(t);
  const { client_id: id } = await admin.clients.create({ name: "Shop" });
  await admin.clients.disable(id);
  await admin.clients.enable(id);
  const filter = { clientId: id, type: "client" };
  const types = async (order?: "newest" | "oldest") =>
    (await all((page) => admin.events.list({ ...filter, order, ...page }))).map(({ type }) => type);
  assert.deepEqual(await types(), ["client.enabled", "client.disabled", "client.created"]);
  assert.deepEqual(await types("oldest"), ["client.created", "client.disabled", "client.enabled"]);
  assert.deepEqual((await admin.events.list({ until: 0 })).items, []);
});

test("a page, a cursor or a filter that makes no sense is refused by its name", async (t) => {
  const { admin } = await embedded(t);
  const { grants, events, clients, accounts, registrationTokens, webhooks, streams } = admin;
  for (const group of [grants, events, clients, accounts, registrationTokens, webhooks, streams]) {
    for (const limit of [0, -1, 1.5, 1001, Number.NaN])
      await assert.rejects(group.list({ limit }), naming("limit"));
    for (const after of ["", "a\0b"]) await assert.rejects(group.list({ after }), naming("after"));
  }
  for (const group of [grants, events, clients, registrationTokens, webhooks, streams]) {
    for (const after of ["nope", "-1", " 1"]) await assert.rejects(group.list({ after }), naming("after"));
  }
  await assert.rejects(grants.list({ endingWithin: 7, after: "nope" }), naming("after"));
  await assert.rejects(grants.list({ state: "dead" as "active" }), naming("state"));
  await assert.rejects(grants.list({ state: "revoked", endingWithin: 7 }), naming("state"));
  await assert.rejects(grants.list({ subject: "\0" }), naming("subject"));
  await assert.rejects(clients.list({ search: "" }), naming("search"));
  await assert.rejects(accounts.list({ search: "x".repeat(1025) }), naming("search"));
  await assert.rejects(events.list({ type: "" }), naming("type"));
  await assert.rejects(events.list({ until: -1 }), naming("until"));
  for (const hours of [0, 745, 1.5]) await assert.rejects(admin.statistics({ hours }), naming("hours"));
});

test("statistics count what all processes did, also before a restart", async (t) => {
  const folder = temporaryFolder();
  const first = await embedded(t, folder);
  const { client_id: id } = await first.admin.clients.create({ name: "Shop", public: true });
  const refresh = (token: string) => {
    const body = new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: token,
      client_id: id,
    });
    return first.fetch(new Request("https://auth.example/auth/oauth/token", { method: "POST", body }));
  };
  const { refresh_token: token = "" } = await first.issue({ clientId: id, subject: "s" });
  assert.equal((await refresh(token)).status, 200);
  assert.equal((await refresh("nonsense")).status, 400);
  await first.close();
  const { admin } = await embedded(t, folder);
  const {
    active_grants: active,
    ending,
    hours,
    database_bytes: bytes,
  } = await admin.statistics({ hours: 3 });
  assert.deepEqual([active, ending, hours.length], [null, [], 3]);
  assert.ok(bytes > 10_000);
  const happened = hours.filter(({ refreshes }) => Object.keys(refreshes).length > 0);
  assert.deepEqual(
    happened.map(({ refreshes }) => refreshes),
    [{ rotated: 1 }],
  );
  assert.deepEqual(Object.values(happened[0]?.refusals ?? {}), [1]);
  assert.equal(happened[0]?.events["client.created"], 1);
});
