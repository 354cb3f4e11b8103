import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { findDevice } from "../../endpoints/device.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { HOUR, SECOND } from "../../store/contract/fixtures.ts";
import { DEVICE_CODE } from "../../client-settings/grant-types.ts";
import { formOf, SIGN_IN_COOKIE, TestBrowser, titleOf } from "../../testing-browser.ts";
import type { Shown } from "../../testing-browser.ts";
import { startService, tokensOf } from "../../testing.ts";
import type { Parameters, TestClient, TestService } from "../../testing.ts";

const PASSWORD = "correct horse battery staple";

let t: TestService;
let ada: string;
let television: TestClient;
before(async () => {
  t = await startService({ providerName: "Example", scopeDescriptions: { read: { en: "See your films" } } });
  ada = await t.account("ada", PASSWORD);
  await t.account("grace", PASSWORD);
  const settings = {
    name: "Television",
    grantTypes: [DEVICE_CODE, "refresh_token"],
    firstParty: true,
  } as const;
  television = await t.client(settings, { isPublic: true });
});
after(() => t.close());

interface Device {
  userCode: string;
  /** `verification_uri_complete`, as a path. */
  path: string;
  poll: Parameters;
}

async function asked(more: Parameters = { scope: "read" }): Promise<Device> {
  const { body } = await t.post("/oauth/device_authorization", { ...television.credentials, ...more });
  const { device_code, user_code, verification_uri_complete } = body as Record<string, string>;
  const { pathname, search } = new URL(verification_uri_complete ?? "");
  const poll = { grant_type: DEVICE_CODE, device_code, ...television.credentials };
  return { userCode: user_code ?? "", path: pathname + search, poll };
}

/** A browser in which somebody is signed in, at the page that they came to. */
async function signedIn(path = "/device", username = "ada"): Promise<{ browser: TestBrowser; page: Shown }> {
  const browser = new TestBrowser(t);
  const page = await browser.open(path);
  assert.equal(titleOf(page), "Sign in");
  assert.match(page.html, /to continue to Example/);
  return { browser, page: await browser.submit(page, { username, password: PASSWORD }) };
}

function isPending({ poll }: Device): Promise<unknown> {
  const pending = { status: 400, error: "authorization_pending", cause: "authorization_pending" };
  return t.refused(() => t.token(poll), pending);
}

test("a person signs in, types the code however they like, and allows the device", async () => {
  const device = await asked();
  const { browser, page } = await signedIn();
  assert.equal(titleOf(page), "Connect a device");
  const typed = device.userCode.toLowerCase().replace("-", " ");
  const confirm = await browser.open(`/device?user_code=${encodeURIComponent(typed)}`);
  assert.equal(titleOf(confirm), "Connect this device?");
  assert.match(confirm.html, /Television on your device/);
  assert.match(confirm.html, /See your films/);
  assert.ok(confirm.html.includes(`>${device.userCode}<`), "the code, to be compared");
  assert.match(confirm.html, /Example never sends codes to people/);
  assert.match(confirm.html, /You are signed in as ada\./);
  const done = await browser.submit(confirm, { answer: "allow" });
  assert.equal(titleOf(done), "Your device is connected");
  const { claims } = await t.verified(tokensOf(await t.token(device.poll)).accessToken);
  assert.deepEqual([claims.sub, claims["scope"]], [ada, "read"]);
});

test("the complete address fills in the code, and neither signs in nor answers", async () => {
  const device = await asked();
  const { browser, page } = await signedIn(device.path);
  assert.equal(titleOf(page), "Connect this device?");
  await isPending(device);
  const denied = await browser.submit(page, { answer: "deny" });
  assert.equal(titleOf(denied), "Your device was not connected");
  const refusal = { status: 400, error: "access_denied", cause: "device_denied" };
  await t.refused(() => t.token(device.poll), refusal);

  const other = await asked();
  const without = await browser.send(formOf(await browser.open(other.path), ["answer"]), {});
  assert.equal(titleOf(without), "Your device was not connected", "only `allow` allows");
  await t.refused(() => t.token(other.poll), refusal);
});

test("each device is asked for, even of a first-party client that was allowed before", async () => {
  const { browser } = await signedIn();
  for (const device of [await asked(), await asked()]) {
    const page = await browser.open(device.path);
    assert.equal(titleOf(page), "Connect this device?");
    await browser.submit(page, { answer: "allow" });
    tokensOf(await t.token(device.poll));
  }
});

test("who will not sign in connects nothing", async () => {
  const device = await asked();
  const browser = new TestBrowser(t);
  const page = await browser.open(device.path);
  const left = await browser.submit(page, { action: "cancel" });
  assert.equal(titleOf(left), "You are signed out");
  await isPending(device);
});

test("a wrong password is told as elsewhere, and the code stays in the address", async () => {
  const device = await asked();
  const browser = new TestBrowser(t);
  const page = await browser.open(device.path);
  const again = await browser.submit(page, { username: "ada", password: "wrong" });
  assert.match(again.html, /The username or the password is wrong/);
  const confirm = await browser.submit(again, { username: "ada", password: PASSWORD });
  assert.ok(confirm.html.includes(device.userCode));
});

test("whoever uses another account comes back to the same code", async () => {
  const device = await asked();
  const { browser, page } = await signedIn(device.path);
  const [, footer = ""] = page.html.split("<footer>");
  const left = await browser.send(formOf({ ...page, html: footer }), {});
  assert.deepEqual([left.status, left.leadsTo], [303, device.path]);
  const signIn = await browser.open(device.path);
  const confirm = await browser.submit(signIn, { username: "grace", password: PASSWORD });
  assert.match(confirm.html, /You are signed in as grace\./);
  assert.ok(confirm.html.includes(device.userCode));
});

test("a code that is unknown, expired or answered is told the same", async () => {
  const { browser } = await signedIn("/device", "grace");
  const [answered, expired] = [await asked(), await asked()];
  const isWrong = async (path: string) => {
    const page = await browser.open(path);
    assert.equal(page.status, 400, path);
    assert.match(page.html, /role="alert">This code is wrong or has expired/);
    assert.doesNotMatch(page.html, /<b>/);
  };
  await browser.submit(await browser.open(answered.path), { answer: "allow" });
  await isWrong(answered.path);
  t.clock.at += 600 * SECOND;
  await isWrong(answered.path);
  for (const path of [expired.path, "/device?user_code=BBBB-BBBB", "/device?user_code=<b>"]) {
    await isWrong(path);
  }
});

test("a request that expires under a person's eyes is not allowed any more", async () => {
  const device = await asked();
  const { browser, page } = await signedIn(device.path);
  t.clock.at += 600 * SECOND;
  const late = await browser.submit(page, { answer: "allow" });
  assert.equal(late.status, 400);
  assert.match(late.html, /has expired/);
});

test("a form that another site sends, or that was shown for another code or person, allows nothing", async () => {
  const [device, other] = [await asked(), await asked()];
  const { browser, page } = await signedIn(device.path);
  const form = formOf(page, ["answer"]);
  const foreign = await browser.send(form, { answer: "allow" }, { origin: "https://evil.example" });
  assert.equal(foreign.status, 403);
  const moved = { ...form, action: form.action.replace(device.userCode, other.userCode) };
  assert.notEqual(moved.action, form.action);
  assert.equal((await browser.send(moved, { answer: "allow" })).status, 303);
  const grace = await signedIn(device.path, "grace");
  assert.equal((await grace.browser.send(form, { answer: "allow" })).status, 303);
  await isPending(device);
  t.clock.at += 5 * SECOND;
  await isPending(other);
});

test("a sign-in that has ended is asked for anew before anything is allowed", async () => {
  const device = await asked();
  const { browser, page } = await signedIn(device.path);
  browser.cookies.delete(SIGN_IN_COOKIE);
  const again = await browser.submit(page, { answer: "allow" });
  assert.equal(titleOf(again), "Sign in");
  await isPending(device);
});

/** A new user signs in and types a code that is wrong, so many times. */
async function guessAs(service: TestService, username: string, times = 1): Promise<number | undefined> {
  await service.account(username, PASSWORD);
  const browser = new TestBrowser(service);
  await browser.submit(await browser.open("/device"), { username, password: PASSWORD });
  let status: number | undefined;
  for (let i = 0; i < times; i += 1) ({ status } = await browser.open("/device?user_code=HHHH-HHHH"));
  return status;
}

test("guesses of user codes are throttled by user, and ten times as many by address", async () => {
  const service = await startService({ userCodeFailuresPerMinute: 3 });
  try {
    await service.account("ada", PASSWORD);
    const browser = new TestBrowser(service);
    await browser.submit(await browser.open("/device"), { username: "ada", password: PASSWORD });
    const guess = (code: string) => browser.open(`/device?user_code=${code}`);
    for (const code of ["BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD"]) assert.equal((await guess(code)).status, 400);
    const blocked = await guess("FFFF-FFFF");
    assert.equal(blocked.status, 429);
    assert.ok(Number(blocked.headers.get("retry-after")) > 0);
    assert.match(blocked.html, /Too many wrong codes/);
    service.caller.address = "192.0.2.2";
    assert.equal((await guess("GGGG-GGGG")).status, 429, "the person");
    // What is no code at all is no guess.
    assert.match((await browser.open("/device")).html, /Enter the code/);
    service.caller.address = "192.0.2.1";
    assert.equal(await guessAs(service, "bob"), 400, "another user at the address of the first");
    for (let i = 0; i < 8; i += 1) assert.equal(await guessAs(service, `user${i}`, 3), 400);
    assert.equal(await guessAs(service, "dan", 2), 400);
    assert.equal(await guessAs(service, "carol"), 429, "too many users' guesses at one address");
  } finally {
    await service.close();
  }
});

test("guesses that are sent at once are limited like those that are sent in turn", async () => {
  const service = await startService({ userCodeFailuresPerMinute: 3 });
  try {
    let lookedUp = 0;
    const devices = {
      ...service.deps.store.devices,
      find: async () => {
        lookedUp += 1;
        await pause(5);
        return undefined;
      },
    };
    const deps = { ...service.deps, store: { ...service.deps.store, devices } };
    const guesses = (subjects: number, each: number) =>
      Array.from({ length: subjects * each }, (_, i) =>
        findDevice(deps, "HHHH-HHHH", { subject: `${subjects}-${i % subjects}` }, "192.0.2.1"),
      );
    const refused = (await Promise.allSettled(guesses(1, 400))).filter(({ status }) => status === "rejected");
    assert.deepEqual([lookedUp, refused.length], [3, 397], "of one user");
    for (const each of refused) {
      assert.ok(each.status === "rejected" && each.reason instanceof OAuthError);
      assert.equal(each.reason.causeName, "too_many_user_codes");
    }
    await Promise.allSettled(guesses(50, 8));
    assert.equal(lookedUp, 30, "of all users at one address");
  } finally {
    await service.close();
  }
});

test("the page is light, in the person's language, and kept nowhere", async () => {
  const device = await asked();
  const browser = new TestBrowser(t, { "accept-language": "it" });
  const signIn = await browser.open(device.path);
  const confirm = await browser.submit(signIn, { username: "ada", password: PASSWORD });
  assert.equal(titleOf(confirm), "Collegare questo dispositivo?");
  assert.ok(Buffer.byteLength(confirm.html) < 20 * 1024);
  assert.equal(confirm.headers.get("cache-control"), "no-store");
  assert.match(confirm.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
  t.clock.at += HOUR;
});
