import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import { errorOf, SIGN_IN_CLIENT, TestBrowser, TestRequest, titleOf } from "../testing-browser.ts";
import type { Shown } from "../testing-browser.ts";
import { startService, tokensOf } from "../testing.ts";
import type { Parameters, TestClient, TestService } from "../testing.ts";

const ADA = { username: "ada", password: "correct horse battery staple" };
const PAYMENT = { type: "payment", amount: { value: "12.50", currency: "EUR" }, creditor: "<b>Shop</b>" };
const ACCOUNT = { type: "account", actions: ["read", "list"] };

const SETTINGS = {
  authorizationDetailsTypes: {
    payment: {
      label: { en: "Make a payment", de: "Eine Zahlung" },
      members: { creditor: { en: "Paid to" } },
      registrable: true,
      schema: {
        type: "object",
        properties: {
          amount: {
            type: "object",
            properties: {
              value: { type: "string", pattern: "^\\d+\\.\\d\\d$" },
              currency: { type: "string" },
            },
            required: ["value", "currency"],
          },
          creditor: { type: "string", maxLength: 100 },
        },
        required: ["amount"],
      },
    },
    account: {
      label: { en: "Use an account" },
      schema: {
        type: "object",
        properties: { actions: { type: "array", items: { type: "string" } }, größe: { type: "number" } },
      },
    },
  },
};

let t: TestService;
let shop: TestClient;
before(async () => {
  t = await startService(SETTINGS);
  await t.account(ADA.username, ADA.password);
  shop = await t.client({
    ...SIGN_IN_CLIENT,
    grantTypes: ["authorization_code", "refresh_token", "client_credentials", DEVICE_CODE],
    authorizationDetailsTypes: ["payment", "account"],
  });
});
after(() => t.close());

const detailsOf = (...details: object[]): Parameters => ({ authorization_details: JSON.stringify(details) });

async function consentPage(request: TestRequest, browser: TestBrowser, more: Parameters): Promise<Shown> {
  const page = await browser.open(request.path(more));
  return titleOf(page) === "Sign in" ? browser.submit(page, ADA) : page;
}

test("details are shown, granted, and said in tokens and introspection; a refresh may ask for some of them", async () => {
  const browser = new TestBrowser(t);
  const request = new TestRequest(shop);
  const consent = await consentPage(request, browser, detailsOf(PAYMENT, ACCOUNT));
  assert.equal(titleOf(consent), "Allow access?");
  for (const text of [
    "Make a payment",
    "Paid to",
    "&lt;b&gt;Shop&lt;/b&gt;",
    "12.50",
    "Use an account",
    "list",
  ]) {
    assert.ok(consent.html.includes(text), text);
  }
  assert.ok(!consent.html.includes("<b>Shop"), "a member is text");
  const code = request.codeOf(await browser.submit(consent, { answer: "allow" }));
  const issued = await t.token(request.redeem(code));
  assert.deepEqual(issued.body["authorization_details"], [PAYMENT, ACCOUNT]);
  const { accessToken, refreshToken } = tokensOf(issued);
  const { claims } = await t.verified(accessToken);
  assert.deepEqual(claims["authorization_details"], [PAYMENT, ACCOUNT]);
  for (const token of [accessToken, refreshToken]) {
    const { body } = await t.introspect(shop, token);
    assert.deepEqual(body["authorization_details"], [PAYMENT, ACCOUNT]);
  }

  const other = detailsOf({ ...PAYMENT, creditor: "Thief" });
  await t.refused(() => t.refresh(shop, refreshToken, other), {
    status: 400,
    error: "invalid_authorization_details",
    cause: "authorization_details_refused",
    parameter: "authorization_details",
    description: "The authorization_details parameter holds what was not granted.",
  });
  const narrow = await t.refresh(
    shop,
    refreshToken,
    detailsOf({ actions: ["read", "list"], type: "account" }),
  );
  assert.deepEqual(narrow.body["authorization_details"], [ACCOUNT]);
  const narrowed = await t.verified(tokensOf(narrow).accessToken);
  assert.deepEqual(narrowed.claims["authorization_details"], [ACCOUNT]);
  const again = await t.refresh(shop, tokensOf(narrow).refreshToken);
  assert.deepEqual(again.body["authorization_details"], [PAYMENT, ACCOUNT], "the grant keeps all of them");
});

test("details are asked for each time, but not of a first-party client, and an answer counts for what was shown", async () => {
  const browser = new TestBrowser(t);
  const request = new TestRequest(shop);
  const consent = await consentPage(request, browser, detailsOf(ACCOUNT));
  request.codeOf(await browser.submit(consent, { answer: "allow" }));
  request.codeOf(await browser.open(request.path()));
  const second = await consentPage(request, browser, detailsOf(ACCOUNT));
  assert.equal(titleOf(second), "Allow access?");
  const tampered = {
    ...second,
    html: second.html.replaceAll(
      encodeURIComponent(JSON.stringify(ACCOUNT)).replaceAll("%20", "+"),
      encodeURIComponent(JSON.stringify(PAYMENT)),
    ),
  };
  assert.notEqual(tampered.html, second.html, "the form carries the request");
  const shown = await browser.submit(tampered, { answer: "allow" });
  assert.ok(shown.leadsTo === undefined, "no code for what was not shown");
  assert.equal(
    errorOf(await browser.open(request.path({ ...detailsOf(ACCOUNT), prompt: "none" }))),
    "consent_required",
  );

  const own = await t.client({ ...SIGN_IN_CLIENT, firstParty: true, authorizationDetailsTypes: ["payment"] });
  const trusted = new TestRequest(own);
  trusted.codeOf(await browser.open(trusted.path(detailsOf(PAYMENT))));
});

test("what is malformed, unknown, not the client's or not valid is refused at each endpoint", async () => {
  const hidden = { ...PAYMENT, creditor: "Shop\u202e" };
  const deep = { type: "account", actions: [[[[[["read"]]]]]] };
  const faults: [string, RegExp][] = [
    ["payment", /must be a JSON array/],
    ["[]", /must be a JSON array/],
    ['[{"amount":1}]', /must be a JSON array/],
    ['["payment"]', /must be a JSON array/],
    [JSON.stringify([{ type: "other" }]), /names a type/],
    [JSON.stringify([{ type: "toString" }]), /names a type/],
    [JSON.stringify([{ ...PAYMENT, amount: { value: "1", currency: "EUR" } }]), /see its member value/],
    [
      JSON.stringify([{ ...PAYMENT, amount: { ...PAYMENT.amount, more: 1 } }]),
      /not valid for its type: see its member amount/,
    ],
    [JSON.stringify([{ ...PAYMENT, unknown: 1 }]), /not valid for its type\.$/],
    [JSON.stringify([{ ...ACCOUNT, größe: "1" }]), /not valid for its type\.$/],
    [JSON.stringify([hidden]), /invisible/],
    [JSON.stringify([deep]), /nested deeper/],
    [JSON.stringify(Array.from({ length: 21 }, () => ACCOUNT)), /more than 20 objects/],
    [JSON.stringify([{ ...PAYMENT, creditor: "x".repeat(4096) }]), /longer than 4096 bytes/],
  ];
  const expected = {
    status: 400,
    error: "invalid_authorization_details",
    cause: "authorization_details_refused",
    parameter: "authorization_details",
  };
  const request = new TestRequest(shop);
  for (const [authorization_details, description] of faults) {
    const pushed = () =>
      t.post("/oauth/par", { ...request.parameters({ authorization_details }), ...shop.credentials });
    const { body } = await t.refused(pushed, expected, "push");
    assert.match(String(body["error_description"]), description, authorization_details);
    assert.match(String(body["error_description"]), /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    const own = { grant_type: "client_credentials", authorization_details, ...shop.credentials };
    await t.refused(() => t.token(own), expected);
  }
  const stranger = await t.client({ ...SIGN_IN_CLIENT, grantTypes: ["authorization_code", DEVICE_CODE] });
  const shown = await new TestBrowser(t).open(new TestRequest(stranger).path(detailsOf(PAYMENT)));
  assert.equal(errorOf(shown), "invalid_authorization_details");
  const device = { ...stranger.credentials, ...detailsOf(PAYMENT) };
  await t.refused(() => t.post("/oauth/device_authorization", device), expected, "device_authorization");
  await t.refused(() => t.token({ ...request.redeem("rgc_x"), ...detailsOf(PAYMENT) }), expected);
});

test("a client's own token has the details that it asks for", async () => {
  const own = { grant_type: "client_credentials", ...detailsOf(PAYMENT), ...shop.credentials };
  const { body } = await t.token(own);
  assert.deepEqual(body["authorization_details"], [PAYMENT]);
  const { claims } = await t.verified(String(body["access_token"]));
  assert.deepEqual(claims["authorization_details"], [PAYMENT]);
  const seen = await t.introspect(shop, String(body["access_token"]));
  assert.deepEqual(seen.body["authorization_details"], [PAYMENT]);
});

test("a device's details are shown before they are allowed, and its tokens have them", async () => {
  const asked = await t.post("/oauth/device_authorization", { ...shop.credentials, ...detailsOf(PAYMENT) });
  const browser = new TestBrowser(t);
  const page = await browser.open(`/device?user_code=${String(asked.body["user_code"])}`);
  const confirm = await browser.submit(page, ADA);
  assert.match(confirm.html, /Make a payment/);
  assert.match(confirm.html, /12\.50/);
  await browser.submit(confirm, { answer: "allow" });
  const device_code = String(asked.body["device_code"]);
  const { body } = await t.token({ grant_type: DEVICE_CODE, device_code, ...shop.credentials });
  assert.deepEqual(body["authorization_details"], [PAYMENT]);
});

test("the metadata name the types, and only what is registrable can be registered", async () => {
  const { body } = await t.send("/.well-known/oauth-authorization-server");
  assert.deepEqual(body["authorization_details_types_supported"], ["payment", "account"]);
  assert.deepEqual(t.deps.registration.detailTypes, ["payment"]);
});

test("a type whose schema cannot be used is refused at start", async () => {
  const schemas = [
    { type: "string" },
    { type: "object", properties: { a: { $ref: "https://evil.example/schema" } } },
    { type: "object", description: "x".repeat(20_000) },
  ];
  for (const schema of schemas) {
    const authorizationDetailsTypes = { payment: { label: { en: "Pay" }, schema } };
    await assert.rejects(startService({ authorizationDetailsTypes }), /authorizationDetailsTypes|schema/i);
  }
});
