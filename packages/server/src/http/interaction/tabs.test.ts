import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DEVICE_CODE } from "../../client-settings/grant-types.ts";
import { formOf, SIGN_IN_CLIENT, TestBrowser, TestRequest, titleOf } from "../../testing-browser.ts";
import type { PageForm } from "../../testing-browser.ts";
import { startService, tokensOf } from "../../testing.ts";
import type { TestClient, TestService } from "../../testing.ts";
import { Cookies } from "./cookies.ts";

const PASSWORD = "correct horse battery staple";
const ADA = { username: "ada", password: PASSWORD };
const GRACE = { username: "grace", password: PASSWORD };
/** What a browser sends with the own form of a page whose referrer policy is `no-referrer`. */
const HARDENED = { origin: "null", "sec-fetch-site": "same-origin" };

let t: TestService;
let ada: string;
before(async () => {
  t = await startService();
  ada = await t.account("ada", PASSWORD);
  await t.account("grace", PASSWORD);
});
after(() => t.close());

/** One that nobody has consented to. */
function newClient(): Promise<TestClient> {
  return t.client(SIGN_IN_CLIENT);
}

/** A device's page with its code, as a path, and the device's poll. */
async function newDevice() {
  const settings = { grantTypes: [DEVICE_CODE, "refresh_token"], firstParty: true } as const;
  const television = await t.client(settings, { isPublic: true });
  const { body } = await t.post("/oauth/device_authorization", { ...television.credentials, scope: "read" });
  const { device_code, verification_uri_complete } = body as Record<string, string>;
  const { pathname, search } = new URL(verification_uri_complete ?? "");
  return {
    path: pathname + search,
    poll: { grant_type: DEVICE_CODE, device_code, ...television.credentials },
  };
}

describe("a second tab", () => {
  test("goes on with the right password when the user has signed in in the first", async () => {
    const browser = new TestBrowser(t);
    const [one, two] = [new TestRequest(await newClient()), new TestRequest(await newClient())];
    const [first, second] = [await browser.open(one.path()), await browser.open(two.path())];
    assert.equal(titleOf(await browser.submit(first, ADA)), "Allow access?");
    const consent = await browser.submit(second, ADA);
    assert.deepEqual([consent.status, titleOf(consent)], [200, "Allow access?"]);
    tokensOf(await t.token(two.redeem(two.codeOf(await browser.submit(consent, { answer: "allow" })))));
  });

  test("goes on with its consent when the same user signs in again in another one", async () => {
    const browser = new TestBrowser(t);
    const request = new TestRequest(await newClient());
    const other = await browser.open(new TestRequest(await newClient()).path());
    const consent = await browser.submit(await browser.open(request.path()), ADA);
    await browser.submit(other, ADA);
    const left = await browser.submit(consent, { answer: "allow" });
    tokensOf(await t.token(request.redeem(request.codeOf(left))));
  });

  test("goes on with a device and the authorized applications in the same way", async () => {
    const browser = new TestBrowser(t);
    const other = await browser.open(new TestRequest(await newClient()).path());
    const { path, poll } = await newDevice();
    const confirm = await browser.submit(await browser.open(path), ADA);
    const shop = await t.client({ ...SIGN_IN_CLIENT, name: "Bookshop" });
    const { refreshToken } = await t.grant(shop, { subject: ada });
    const apps = await browser.open("/oauth/applications");
    await browser.submit(other, ADA);
    assert.equal(titleOf(await browser.submit(confirm, { answer: "allow" })), "Your device is connected");
    tokensOf(await t.token(poll));
    const [section = ""] = /<section(?:(?!<section).)*Bookshop.*?<\/section>/s.exec(apps.html) ?? [];
    const left = await browser.send(formOf({ ...apps, html: section }), {});
    assert.equal(left.leadsTo, "/oauth/applications?revoked=1");
    assert.equal((await t.refresh(shop, refreshToken)).body["error"], "invalid_grant");
  });

  test("with a wrong password signs no one in, and leaves the first as it is", async () => {
    const browser = new TestBrowser(t);
    const second = await browser.open(new TestRequest(await newClient()).path());
    const consent = await browser.submit(await browser.open(new TestRequest(await newClient()).path()), ADA);
    const wrong = await browser.submit(second, { ...GRACE, password: "x" });
    assert.equal(wrong.status, 400);
    assert.match(wrong.html, /The username or the password is wrong\./);
    assert.equal((await browser.send(formOf(consent, ["answer"]), { answer: "allow" })).status, 200);
  });

  test("signs another user in, for whom what the first was asked counts no more", async () => {
    const browser = new TestBrowser(t);
    const second = await browser.open(new TestRequest(await newClient()).path());
    const request = new TestRequest(await newClient());
    const consent = await browser.submit(await browser.open(request.path()), ADA);
    const { path, poll } = await newDevice();
    const confirm = await browser.open(path);
    await browser.submit(second, GRACE);
    const asked = await browser.submit(consent, { answer: "allow" });
    assert.equal(titleOf(asked), "Allow access?");
    assert.match(asked.html, /You are signed in as grace\./);
    await browser.submit(confirm, { answer: "allow" });
    assert.equal((await t.token(poll)).body["error"], "authorization_pending");
  });

  test("can be cancelled", async () => {
    const browser = new TestBrowser(t);
    const second = await browser.open(new TestRequest(await newClient()).path());
    await browser.submit(await browser.open(new TestRequest(await newClient()).path()), ADA);
    assert.match((await browser.submit(second, { action: "cancel" })).leadsTo ?? "", /error=access_denied/);
  });
});

describe("behind a proxy that hides the referrer, a form", () => {
  test("is taken as the page's own: sign-in, consent, device, applications, sign-out", async () => {
    const browser = new TestBrowser(t);
    const request = new TestRequest(await newClient());
    const consent = await browser.submit(await browser.open(request.path()), ADA, HARDENED);
    assert.equal(titleOf(consent), "Allow access?");
    request.codeOf(await browser.submit(consent, { answer: "allow" }, HARDENED));
    const { path } = await newDevice();
    const device = await browser.submit(await browser.open(path), { answer: "allow" }, HARDENED);
    assert.equal(titleOf(device), "Your device is connected");
    await t.grant(await newClient(), { subject: ada });
    const apps = await browser.open("/oauth/applications");
    const left = await browser.submit(apps, { client: "none" }, HARDENED);
    assert.equal(titleOf(left), "Connected apps");
    const out = await browser.submit(await browser.open("/oauth/sign-out"), {}, HARDENED);
    assert.equal(titleOf(out), "You are signed out");
  });

  test("of another site, of a frame without an origin, or of an unknown sender is refused", async () => {
    const browser = new TestBrowser(t);
    const form = formOf(await browser.open(new TestRequest(await newClient()).path()));
    for (const headers of [
      { ...HARDENED, "sec-fetch-site": "cross-site" },
      { ...HARDENED, "sec-fetch-site": "same-site" },
      { ...HARDENED, "sec-fetch-site": "none" },
      { origin: "null" },
      { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
      { origin: "http://auth.example", "sec-fetch-site": "same-origin" },
    ]) {
      assert.equal((await post(browser, form, headers)).status, 403, JSON.stringify(headers));
    }
    assert.equal((await post(browser, form, {})).status, 303, "a browser that reports nothing");
  });
});

/** Sends the form with these headers alone. */
function post(browser: TestBrowser, { action, hidden }: PageForm, headers: Record<string, string>) {
  return browser.request(
    action,
    { method: "POST", body: new URLSearchParams({ ...hidden, ...ADA }) },
    headers,
  );
}

describe("two services on one host", () => {
  test("have cookies of their own, by port, by path and by scheme", () => {
    const issuers = [
      "https://auth.example.com",
      "https://auth.example.com/a",
      "https://auth.example.com/b",
      "https://auth.example.com:8443",
      "http://127.0.0.1:8787",
      "http://127.0.0.1:8788",
    ];
    const names = issuers.flatMap((issuer) => {
      const cookies = new Cookies(issuer);
      return [cookies.nameOf("signIn"), cookies.nameOf("form")];
    });
    assert.equal(new Set(names).size, 2 * issuers.length);
    for (const name of names) assert.match(name, /^(?:__Host-)?regrant-[0-9a-f]{8}(?:-form)?$/);
  });

  for (const [what, issuers] of [
    ["ports", ["http://127.0.0.1:8787", "http://127.0.0.1:8788"]],
    ["paths", ["https://auth.example/a", "https://auth.example/b"]],
  ] as const) {
    test(`keep one browser signed in at both ${what}`, async () => {
      const services = await Promise.all(issuers.map((issuer) => startService({ issuer })));
      let here: TestService | undefined;
      const fetch = (request: Request): Response | Promise<Response> =>
        here?.service.fetch(request) ?? Response.error();
      const browser = new TestBrowser({ fetch, origin: new URL(issuers[0]).origin });
      const open = async (at: number) => {
        here = services[at];
        return browser.open(`${new URL(issuers[at] ?? "").pathname.replace(/\/$/, "")}/oauth/applications`);
      };
      try {
        for (const [at, service] of services.entries()) {
          await service.account("ada", PASSWORD);
          const page = await open(at);
          const origin = new URL(issuers[at] ?? "").origin;
          assert.equal(titleOf(await browser.submit(page, ADA, { origin })), "Connected apps");
        }
        for (const at of services.keys()) assert.equal(titleOf(await open(at)), "Connected apps");
      } finally {
        await Promise.all(services.map((service) => service.close()));
      }
    });
  }
});
