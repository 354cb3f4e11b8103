import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import { CLIENT_SETTING_KEYS, clientSetting } from "../client-settings/settings.ts";
import { AUTHORIZATION_PARAMETERS } from "../endpoints/authorization-target.ts";
import { Languages } from "../pages/language.ts";
import { issuedVectors } from "../passport/vectors/vectors.ts";
import { FORM, startService } from "../testing.ts";
import type { TestService } from "../testing.ts";
import { leastCpuTime, LIMIT } from "../../../../test/cpu-time.ts";
import { readUserCode } from "../tokens/user-code.ts";
import { clientAddressResolver } from "./client-address.ts";
import { prefersMarkdown } from "./docs/markdown.ts";
import { Cookies } from "./interaction/cookies.ts";
import { MAX_BODY } from "./request.ts";

/**
 * What texts are filled with: what a pattern may start, repeat or end with at every place, what parsers nest, split or
 * unescape, and what Unicode's normalization reorders or expands.
 */
// prettier-ignore
const FILLINGS = [
  " ", "\t", "\r\n", "\0", "+", "%20", "%", "a", "aA0", "0", "1e", "=", "&", "a&", "a=&", "x[&", "x[]=a&", "[", "]", "{",
  '{"a":', "}", "(", '"', '\\"', "\\", '"a"', '":"', '"a":"",', '"a":[],', "0,", '"a",', "'", "<", "<!--", ";", "; ",
  ";q=", ",", ", ", "q=0,", "-", "a-", "--", ".", "..", "a.", "/", "../", ":", "::", "#", "?", "@", "~", "_", "é",
  "\ufdfa", "\u0316\u0301", "\u{1d7ce}", "basic ", "Bearer ", "error ", "rgr_", "eyJ9.", "https://a/", "--b\r\n",
  "--b--\r\n", "\r\n--b\r\n", '--b\r\nContent-Disposition: form-data; name=""\r\n\r\n\r\n', "Content-Disposition: ",
];

const bytesInJson = (text: string) => Buffer.byteLength(JSON.stringify(text)) - 2;

/** One text a filling, of 64 KiB less what stands around it, as `bytesOf` counts; its end is like nothing before. */
function worstTexts(bytesOf = (text: string) => Buffer.byteLength(text)): string[] {
  return FILLINGS.map((filling) => `${filling.repeat(Math.floor((MAX_BODY - 512) / bytesOf(filling)))}!`);
}

const TEXTS = worstTexts();
const JSON_VALUES = worstTexts(bytesInJson);

/** Runs each parser on each text. A refusal is as good as a result: the time is what counts. */
async function assertQuick(
  t: TestContext,
  texts: readonly string[],
  ...parsers: readonly ((text: string) => unknown)[]
): Promise<void> {
  const worst = { ms: 0, text: "" };
  for (const parse of parsers) {
    for (const text of texts) {
      const ms = await leastCpuTime(() => parse(text));
      assert.ok(ms < LIMIT, `${ms} ms for ${JSON.stringify(text.slice(0, 60))}`);
      if (ms > worst.ms) Object.assign(worst, { ms, text });
    }
  }
  t.diagnostic(`at most ${worst.ms.toFixed(1)} ms: ${JSON.stringify(worst.text.slice(0, 40))}`);
}

const common = {
  passportKey: issuedVectors.app_key,
  registration: "open",
  clientMetadataDocuments: true,
  clientFailuresPerMinute: 1_000_000,
  registrationsPerMinute: 1_000_000,
} as const;
const rfc = await startService(common);
const services: Record<string, TestService> = {
  rfc,
  "passport-8": await startService({ ...common, passportResponses: "passport-8" }),
  "passport-13": await startService({ ...common, passportResponses: "passport-13" }),
};
after(() => Promise.all(Object.values(services).map((service) => service.close())));

const JSON_TYPE = "application/json";

for (const [name, service] of Object.entries(services)) {
  for (const type of [FORM, JSON_TYPE, "multipart/form-data; boundary=b"]) {
    test(`${name}: a token request is quick whatever its ${type} holds`, (t) =>
      assertQuick(t, bodiesOf(type), (body) => post(service, "/oauth/token", type, body)));
  }
}

/** Bodies that are nothing but filling, that begin as a good one does, and that end as one. */
function bodiesOf(type: string): readonly string[] {
  if (type === FORM) return TEXTS.flatMap((text) => [text, `grant_type=x&${text}`, `grant_type=${text}`]);
  if (type !== JSON_TYPE) {
    const part = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n';
    return TEXTS.flatMap((text) => [text, part + text, `${part}${text}\r\n--b--`]);
  }
  const whole = TEXTS.map((text) => text.slice(0, -1));
  const objects = whole.flatMap((text) => [
    text,
    `{"a":[${text}`,
    `{"a":"${text}"}`,
    `{"a":[${text}""]}`,
    `{${text}"b":""}`,
  ]);
  return [...objects, `${"[".repeat(30_000)}${"]".repeat(30_000)}`, `{"a":[${"0,".repeat(30_000)}0]}`];
}

function post(service: TestService, path: string, type: string, body: string): Promise<unknown> {
  return service.send(path, { method: "POST", headers: { "content-type": type }, body });
}

for (const [name, service] of Object.entries(services)) {
  test(`${name}: a parameter of a token request is quick whatever it holds`, async (t) => {
    const { credentials } = await service.client({}, { isPublic: true });
    const request = (parameters: object) =>
      post(service, "/oauth/token", JSON_TYPE, JSON.stringify(parameters));
    const refresh = { ...credentials, grant_type: "refresh_token", refresh_token: "x" };
    const password = { ...credentials, grant_type: "password", username: "ada", password: "x" };
    await assertQuick(
      t,
      JSON_VALUES,
      ...["client_id", "client_secret", "scope", "refresh_token", "resource"].map(
        (parameter) => (text: string) => request({ ...refresh, [parameter]: text }),
      ),
      ...["rgr_", "def50200", "def50200ab"].map(
        (prefix) => (text: string) => request({ ...refresh, refresh_token: prefix + text }),
      ),
      ...["username", "password"].map(
        (parameter) => (text: string) => request({ ...password, [parameter]: text }),
      ),
    );
  });
}

test("a code, its verifier and its redirect URI are quick whatever they hold", async (t) => {
  const { credentials } = await rfc.client(
    { grantTypes: ["authorization_code", DEVICE_CODE], redirectUris: ["https://a.example/b"] },
    { isPublic: true },
  );
  const request = (parameters: object) =>
    post(rfc, "/oauth/token", JSON_TYPE, JSON.stringify({ ...credentials, ...parameters }));
  const code = { code: "x", code_verifier: "y", redirect_uri: "https://a.example/b" };
  await assertQuick(
    t,
    JSON_VALUES,
    ...Object.keys(code).map(
      (parameter) => (text: string) =>
        request({ grant_type: "authorization_code", ...code, [parameter]: text }),
    ),
    (text) => request({ grant_type: DEVICE_CODE, device_code: text }),
  );
});

test("introspection and revocation are quick whatever the token holds", async (t) => {
  const client = await rfc.client({ resourceServer: true });
  const [header = "", payload = ""] = (await rfc.grant(client)).accessToken.split(".");
  const encoded = (text: string) => Buffer.from(text.slice(0, 40_000)).toString("base64url");
  const tokens: ((text: string) => string)[] = [
    (text) => text,
    (text) => `def50200${text}`,
    (text) => `${encoded(text)}.e30.`,
    (text) => `${encoded(`{"alg":"EdDSA","kid":"${text}`)}.e30.`,
    (text) => `${header}.${encoded(text)}.e30`,
    (text) => `${header}.${payload}.${encoded(text)}`,
  ];
  const parsers = tokens.flatMap((tokenOf) =>
    ["/oauth/introspect", "/oauth/revoke"].map(
      (path) => (text: string) =>
        post(rfc, path, JSON_TYPE, JSON.stringify({ ...client.credentials, token: tokenOf(text) })),
    ),
  );
  await assertQuick(t, JSON_VALUES, ...parsers);
});

test("an authorization request is quick whatever a parameter holds", async (t) => {
  const redirectUri = "https://a.example/b";
  const settings = { grantTypes: ["authorization_code"], redirectUris: [redirectUri] } as const;
  const { id } = await rfc.client(settings, { isPublic: true });
  const good = {
    client_id: id,
    redirect_uri: redirectUri,
    response_type: "code",
    code_challenge_method: "S256",
  };
  const parameters = [...AUTHORIZATION_PARAMETERS, "x"];
  await assertQuick(
    t,
    JSON_VALUES,
    ...parameters.map(
      (name) => (text: string) =>
        post(rfc, "/oauth/par", JSON_TYPE, JSON.stringify({ ...good, [name]: text })),
    ),
  );
  await assertQuick(
    t,
    TEXTS,
    ...["state", "ui_locales"].map(
      (name) => (text: string) =>
        rfc.send(`/oauth/authorize?${String(new URLSearchParams({ ...good, [name]: text }))}`),
    ),
    (text) => rfc.send(`/oauth/authorize?${text}`),
    (text) => rfc.send(`/${text}`),
  );
});

test("a header is quick whatever it holds", async (t) => {
  const headers: [name: string, value: (text: string) => string][] = [
    ["authorization", (text) => text],
    ["authorization", (text) => `Basic ${text}`],
    ["authorization", (text) => `Basic ${Buffer.from(text).toString("base64")}`],
    ["authorization", (text) => `Bearer ${text}`],
    ["content-type", (text) => text],
    ["content-type", (text) => `multipart/form-data; boundary=${text}`],
    ["dpop", (text) => text],
    ["origin", (text) => text],
    ["cookie", (text) => text],
    ["accept-language", (text) => text],
  ];
  const send = (path: string, text: string) =>
    headers.map(
      ([name, value]) =>
        (header: string) =>
          rfc.send(path, {
            method: "POST",
            body: text,
            headers: { "content-type": FORM, [name]: value(header) },
          }),
    );
  await assertQuick(
    t,
    TEXTS,
    ...send("/oauth/token", "grant_type=refresh_token"),
    ...send("/oauth/sign-in", "a=b"),
  );
  // The platform refuses some of these texts as headers; the parsers themselves get all of them.
  const languages = new Languages({});
  const cookies = new Cookies("https://auth.example");
  const addressOf = clientAddressResolver(["192.0.2.0/24"]);
  await assertQuick(
    t,
    [...TEXTS, "192.0.2.1,".repeat(6500)],
    (text) => languages.choose(text, text),
    prefersMarkdown,
    (text) => cookies.read(text),
    (text) => addressOf("192.0.2.1", text),
  );
});

test("a registration is quick whatever its metadata holds", async (t) => {
  const good = { redirect_uris: ["https://a.example/b"], token_endpoint_auth_method: "none" };
  const register = (body: string) => post(rfc, "/oauth/register", JSON_TYPE, body);
  const members = CLIENT_SETTING_KEYS.flatMap((key) => clientSetting(key).registration?.member ?? []);
  await assertQuick(t, bodiesOf(JSON_TYPE), register);
  await assertQuick(
    t,
    JSON_VALUES,
    ...members.map((member) => (text: string) => register(JSON.stringify({ ...good, [member]: text }))),
    ...members.map((member) => (text: string) => register(JSON.stringify({ ...good, [member]: [text] }))),
  );
  const list = Array.from({ length: 6000 }, (_, i) => `a:${i}`);
  await assertQuick(t, members, (member) => register(JSON.stringify({ ...good, [member]: list })));
});

test("a form of a page is quick whatever it holds", async (t) => {
  const paths = ["/oauth/sign-in", "/oauth/consent", "/device", "/oauth/applications", "/oauth/sign-out"];
  await assertQuick(
    t,
    TEXTS,
    ...paths.map(
      (path) => (text: string) =>
        post(rfc, path, FORM, `form_token=${encodeURIComponent(text.slice(0, 9000))}`),
    ),
    readUserCode,
  );
});
