import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ACTOR, granted } from "../../store/contract/bench.ts";
import { HOUR, SECOND, newGrant } from "../../store/contract/fixtures.ts";
import type { Grant } from "../../store/store.ts";
import { errorOf, SIGN_IN_CLIENT, TestBrowser, TestRequest, titleOf } from "../../testing-browser.ts";
import { startService, tokensOf } from "../../testing.ts";
import type { TestClient, TestService } from "../../testing.ts";
import { explainGrant } from "./explain.ts";
import { revokeAllGrants, revokeGrants } from "./revoke-grants.ts";

const PASSWORD = "correct horse battery staple";
const NOTHING = { revoked: 0, signedOut: 0 };

let t: TestService;
let shop: TestClient;
let other: TestClient;
let accounts = 0;

before(async () => {
  t = await startService();
  shop = await t.client(SIGN_IN_CLIENT);
  other = await t.client(SIGN_IN_CLIENT);
});
after(() => t.close());

/** A subject with so many grants of a client. */
async function withGrants(count: number, { id }: TestClient, subject = newSubject()) {
  const grants = Array.from({ length: count }, () => granted(t.deps.store, newGrant(id, { subject })));
  return { subject, grants: await Promise.all(grants) };
}

function newSubject(): string {
  accounts += 1;
  return `subject ${accounts}`;
}

async function activeOf(grants: readonly Grant[]): Promise<number> {
  const rows = await Promise.all(grants.map(({ id }) => t.deps.store.grants.find(id)));
  return rows.filter((row) => row?.revokedAt === null).length;
}

/** An account in a browser that has allowed `client` what it asks for, and the request whose code it got. */
async function consented(client: TestClient) {
  accounts += 1;
  const username = `user ${accounts}`;
  const subject = await t.account(username, PASSWORD);
  const browser = new TestBrowser(t);
  const request = new TestRequest(client);
  const page = await browser.open(request.path());
  const consent = await browser.submit(page, { username, password: PASSWORD });
  const code = request.codeOf(await browser.submit(consent, { answer: "allow" }));
  return { subject, browser, request, code };
}

test("all grants of a subject end, and no others, and each is told to the resource servers", async () => {
  const { subject, grants } = await withGrants(230, shop);
  const kept = (await withGrants(3, shop)).grants;
  const { refreshToken, accessToken } = await t.grant(other, { subject });
  const position = { id: (await t.deps.store.events.list({}, 100_000)).at(-1)?.id ?? 0, at: t.clock.at };
  const steps: number[] = [];
  for await (const { revoked } of revokeGrants(t.deps, { subject }, ACTOR)) steps.push(revoked);
  // Short transactions, so that a refresh never waits for long.
  assert.deepEqual(steps, [0, 100, 200, 231]);
  assert.deepEqual([await activeOf(grants), await activeOf(kept)], [0, 3]);
  await t.refused(() => t.refresh(other, refreshToken), {
    status: 400,
    error: "invalid_grant",
    reason: "revoked",
    cause: "revoked",
  });
  assert.equal((await t.introspect(other, accessToken)).body["active"], false);

  const page = await t.deps.revocations.read(position, 0);
  const told = page.revocations.map((revocation) => "grantId" in revocation && revocation.grantId);
  for (const { id } of grants) assert.ok(told.includes(id));
  // First the subject, so that no access token of its grants waits for the grant's own turn.
  assert.deepEqual(page.revocations[0], { at: t.clock.at, subject });
  assert.equal(told.length, 232);
  const parts = { ...t.deps, passportKey: null, passportUnknownTokens: "refuse" } as const;
  const { timeline } = await explainGrant(parts, { id: grants[0]?.id ?? "" });
  assert.equal(timeline.at(-1)?.message, `It was revoked by ${ACTOR}.`);
});

test("a revocation that was stopped is finished by the next one", async () => {
  const { subject, grants } = await withGrants(150, shop);
  for await (const { revoked } of revokeGrants(t.deps, { subject }, ACTOR)) if (revoked > 0) break;
  assert.equal(await activeOf(grants), 50);
  assert.equal((await revokeAllGrants(t.deps, { subject }, ACTOR)).revoked, 50);
  assert.deepEqual(await revokeAllGrants(t.deps, { subject }, ACTOR), NOTHING);
});

test("two revocations at once revoke each grant once", async () => {
  const { subject, grants } = await withGrants(250, shop);
  const revoked = await Promise.all([
    revokeAllGrants(t.deps, { subject }, ACTOR),
    revokeAllGrants(t.deps, { subject }, ACTOR),
  ]);
  assert.equal((revoked[0]?.revoked ?? 0) + (revoked[1]?.revoked ?? 0), 250);
  assert.equal(await activeOf(grants), 0);
});

test("a grant that is created after a revocation began is a new one, and stays", async () => {
  const { subject, grants } = await withGrants(2, shop);
  const added: Grant[] = [];
  for await (const { revoked } of revokeGrants(t.deps, { subject }, ACTOR)) {
    if (revoked > 0) continue;
    t.clock.at += SECOND;
    added.push(...(await withGrants(1, shop, subject)).grants);
  }
  assert.deepEqual([await activeOf(grants), await activeOf(added)], [0, 1]);
});

test("a grant ends too if the clock has gone back since it was created", async () => {
  const { subject, grants } = await withGrants(150, shop);
  t.clock.at -= HOUR;
  const { grants: more } = await withGrants(1, shop, subject);
  assert.equal((await revokeAllGrants(t.deps, { subject }, ACTOR)).revoked, 151);
  assert.equal(await activeOf([...grants, ...more]), 0);
  t.clock.at += HOUR;
});

test("a client narrows a subject, a subject a client, and an instant both", async () => {
  const mine = await t.client(SIGN_IN_CLIENT);
  const { subject, grants: ofOther } = await withGrants(1, other);
  const { grants: early } = await withGrants(1, mine, subject);
  const { grants: ofMine } = await withGrants(1, mine);
  const before = (t.clock.at += HOUR);
  const { grants: late } = await withGrants(1, mine, subject);
  const active = async () => Promise.all([early, late, ofMine, ofOther].map((grants) => activeOf(grants)));

  await revokeAllGrants(t.deps, { subject, clientId: mine.id, before }, ACTOR);
  assert.deepEqual(await active(), [0, 1, 1, 1]);
  await revokeAllGrants(t.deps, { clientId: mine.id, before }, ACTOR);
  assert.deepEqual(await active(), [0, 1, 0, 1]);
  await revokeAllGrants(t.deps, { clientId: mine.id, before: t.clock.at + HOUR }, ACTOR);
  assert.deepEqual(await active(), [0, 0, 0, 1]);
  await revokeAllGrants(t.deps, { subject }, ACTOR);
  assert.deepEqual(await active(), [0, 0, 0, 0]);
});

test("a subject whose grants end has to sign in again in every browser, for a code that is on its way too", async () => {
  const { subject, browser, request, code } = await consented(shop);
  assert.deepEqual(await revokeAllGrants(t.deps, { subject }, ACTOR), { revoked: 0, signedOut: 1 });
  const expired = { status: 400, error: "invalid_grant", cause: "code_expired" };
  await t.refused(() => t.token(request.redeem(code)), expired);
  assert.equal(titleOf(await browser.open(new TestRequest(shop).path())), "Sign in");
  const silent = await browser.open(new TestRequest(shop).path({ prompt: "none" }));
  assert.equal(errorOf(silent), "login_required");
});

test("one client's grants end without a sign-out; its codes expire, those of others do not", async () => {
  const { subject, browser, request, code } = await consented(shop);
  const filter = { subject, clientId: other.id };
  assert.deepEqual(await revokeAllGrants(t.deps, filter, ACTOR), NOTHING);
  tokensOf(await t.token(request.redeem(code)));
  const next = new TestRequest(shop);
  const nextCode = next.codeOf(await browser.open(next.path()));
  assert.equal((await revokeAllGrants(t.deps, { clientId: shop.id }, ACTOR)).signedOut, 0);
  assert.equal((await t.token(next.redeem(nextCode))).status, 400);
  next.codeOf(await browser.open(next.path()));
});

test("a sign-in that began after the instant stays", async () => {
  const { subject, browser } = await consented(shop);
  const before = t.clock.at;
  assert.deepEqual(await revokeAllGrants(t.deps, { subject, before }, ACTOR), NOTHING);
  const request = new TestRequest(shop);
  request.codeOf(await browser.open(request.path()));
  assert.equal((await revokeAllGrants(t.deps, { subject, before: before + 1 }, ACTOR)).signedOut, 1);
});

test("an authorization request that is under way when its sign-in ends gets no code", async (test) => {
  const { subject, browser } = await consented(shop);
  const { consents } = t.deps.store;
  const find = consents.find.bind(consents);
  test.mock.method(consents, "find", async (...args: Parameters<typeof find>) => {
    await revokeAllGrants(t.deps, { subject }, ACTOR);
    return find(...args);
  });
  assert.equal(titleOf(await browser.open(new TestRequest(shop).path())), "Sign in");
});

test("what names neither a subject nor a client, or one that does not exist, is refused", async () => {
  const refused = (filter: Parameters<typeof revokeAllGrants>[1], expected: object) =>
    assert.rejects(revokeAllGrants(t.deps, filter, ACTOR), expected);
  await refused({}, { code: "invalid", message: "name a subject or a client" });
  await refused({ before: 1 }, { code: "invalid" });
  await refused({ subject: "" }, { code: "invalid", message: "the subject is empty" });
  await refused({ subject: "", clientId: shop.id }, { code: "invalid" });
  await refused({ clientId: "absent" }, { code: "not_found", message: "client not found: absent" });
});
