import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GRANT_TYPES } from "../../client-settings/grant-types.ts";
import { CLIENT_SETTING_KEYS, clientSetting } from "../../client-settings/settings.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { CAUSE_GROUPS } from "../../errors/causes.ts";
import type { CauseSpec } from "../../errors/codes.ts";
import type { Cause } from "../../errors/causes.ts";
import { CLIENT_METADATA } from "../../openapi/registration.ts";
import { startService, tokensOf } from "../../testing.ts";
import type { TestService } from "../../testing.ts";

interface Content {
  schema: { $ref?: string };
  examples?: Record<string, { value: unknown }>;
}
interface Response {
  headers?: Record<string, unknown>;
  content?: Record<string, Content>;
}
interface Operation {
  operationId: string;
  security: object[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, Response>;
}
interface Document {
  info: { title: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, { properties?: Record<string, unknown> }>;
    securitySchemes: Record<string, { flows?: Record<string, { tokenUrl: string; scopes: object }> }>;
  };
}

const SETTINGS = {
  full: {
    registration: "open",
    registrationScopes: ["read"],
    providerName: "Example Bank",
    scopeDescriptions: { read: { en: "See your orders" } },
    assertionIssuers: [{ issuer: "https://idp.example" }],
  },
  plain: { explanations: false },
  tokens: {
    registration: "token",
    clientMetadataDocuments: true,
    assertionIssuers: [{ issuer: "https://idp.example" }],
  },
  passport: { passportResponses: "passport-8" },
  mounted: { issuer: "https://example.com/auth" },
  off: { docs: false },
} as const;

type Name = keyof typeof SETTINGS;
const services = new Map<Name, TestService>();
before(async () => {
  for (const [name, settings] of Object.entries(SETTINGS)) {
    services.set(name as Name, await startService(settings));
  }
});
after(() => Promise.all([...services.values()].map((service) => service.close())));

function serviceOf(name: Name): TestService {
  const service = services.get(name);
  assert.ok(service);
  return service;
}

async function documentOf(name: Name): Promise<Document> {
  const { status, body } = await serviceOf(name).send(PATHS.openapi);
  assert.equal(status, 200);
  return body as unknown as Document;
}

function operationsOf({ paths }: Document): Operation[] {
  return Object.values(paths).flatMap((methods) => Object.values(methods));
}

for (const name of ["full", "plain", "tokens", "passport", "mounted"] as const) {
  test(`the document is valid OpenAPI 3.1, and its examples fit its schemas: ${name}`, async () => {
    const document = await documentOf(name);
    assert.deepEqual(await new Validator().validate({ ...structuredClone(document) }), { valid: true });
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, "openapi");
    const contents = operationsOf(document).flatMap(({ operationId, requestBody, responses }) =>
      [requestBody ?? {}, ...Object.values(responses)].flatMap(({ content = {} }) =>
        Object.values(content).map((one) => ({ operationId, ...one })),
      ),
    );
    let tried = 0;
    for (const { operationId, schema, examples = {} } of contents) {
      const fits = ajv.compile(schema.$ref === undefined ? schema : { $ref: `openapi${schema.$ref}` });
      for (const { value } of Object.values(examples)) {
        assert.ok(fits(value), `${operationId}: ${JSON.stringify([value, fits.errors])}`);
        tried += 1;
      }
    }
    assert.ok(tried > 100);
  });
}

test("it names the provider and the instance's own URLs, scopes and grant types", async () => {
  const { info, servers, components, paths } = await documentOf("full");
  assert.equal(info.title, "Example Bank: OAuth 2.0");
  assert.deepEqual(servers, [{ url: "https://auth.example" }]);
  const { flows } = components.securitySchemes["oauth2"] ?? {};
  const { tokenUrl, scopes } = flows?.["clientCredentials"] ?? {};
  assert.equal(tokenUrl, "https://auth.example/oauth/token");
  assert.deepEqual(scopes, { read: "See your orders", offline_access: "Access while the user is away" });
  const content = paths[PATHS.token]?.["post"]?.requestBody?.content ?? {};
  assert.deepEqual(Object.keys(content), [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/json",
  ]);
  for (const { examples = {} } of Object.values(content)) {
    assert.deepEqual(Object.keys(examples), GRANT_TYPES);
  }
  assert.deepEqual((await documentOf("mounted")).servers, [{ url: "https://example.com/auth" }]);
});

test("registration is described where it is on, with the token that it needs", async () => {
  const securityOf = async (name: Name) => (await documentOf(name)).paths[PATHS.register]?.["post"]?.security;
  assert.equal(await securityOf("plain"), undefined);
  assert.deepEqual(await securityOf("full"), []);
  assert.deepEqual(await securityOf("tokens"), [{ initial_access_token: [] }]);
});

test("the described client metadata are those that a client may register", () => {
  const members = CLIENT_SETTING_KEYS.flatMap((key) => clientSetting(key).registration?.member ?? []);
  assert.deepEqual(Object.keys(CLIENT_METADATA).toSorted(), members.toSorted());
});

test("with Passport's wire format, responses and errors of the token endpoint are Passport's", async () => {
  const { paths, components } = await documentOf("passport");
  const { responses } = paths[PATHS.token]?.["post"] ?? {};
  const members = Object.keys(components.schemas["TokenResponse"]?.properties ?? {});
  assert.deepEqual(members, ["token_type", "expires_in", "access_token", "refresh_token"]);
  const refused = Object.values(responses?.["401"]?.content?.["application/json"]?.examples ?? {});
  const values = refused.map(({ value }) => value as Record<string, unknown>);
  assert.ok(values.some(({ hint }) => hint === "Token has been revoked"));
  const others = paths[PATHS.revoke]?.["post"]?.responses["401"]?.content?.["application/json"]?.schema;
  assert.deepEqual(others, { $ref: "#/components/schemas/Error" });
});

/** Causes of the pages, of the provider's login page, of Laravel's database and of what is no request to a route. */
const UNDESCRIBED: readonly Cause[] = [
  "parameter_is_array",
  "head_too_large",
  "malformed_http",
  "method_not_allowed",
  "not_login_provider",
  "login_challenge_unknown",
  "login_already_answered",
  "auth_time_malformed",
  "acr_not_configured",
  "login_browser_mismatch",
  "cross_site_form",
  "form_expired",
  "credentials_missing",
  "credentials_too_long",
  "unknown_user_code",
];

/** Causes of what no customer's program calls: the admin API has a document of its own. */
const OF_NO_CUSTOMER: readonly string[] = [
  "Global Token Revocation and Shared Signals",
  "The admin API",
  "The operators' console",
] satisfies (keyof typeof CAUSE_GROUPS)[];

test("the public text of each cause is in the document, or is a page's", async () => {
  const text = JSON.stringify(await documentOf("tokens"));
  const isAbsent = ({ description }: { description: string }) => {
    // Each blank is filled in by another text.
    const pattern = description.replaceAll(/[.()]/g, "\\$&").replaceAll(/\{\w+\}/g, '[^"{]+');
    return !new RegExp(pattern).test(text);
  };
  const absent = Object.entries(CAUSE_GROUPS)
    .filter(([group]) => !OF_NO_CUSTOMER.includes(group))
    .flatMap(([, causes]) => Object.entries<CauseSpec>(causes))
    .flatMap(([cause, spec]) => (isAbsent(spec) ? [cause] : []));
  assert.deepEqual(absent.toSorted(), UNDESCRIBED.toSorted());
});

test("what is refused is in the document, with the same text, status and challenge", async () => {
  const service = serviceOf("full");
  const client = await service.client();
  const document = await documentOf("full");
  const refused: [path: string, response: Awaited<ReturnType<TestService["post"]>>][] = [
    [PATHS.token, await service.token({})],
    [PATHS.token, await service.token({ grant_type: "x" })],
    [PATHS.token, await service.token({ grant_type: "refresh_token", client_id: "x", client_secret: "y" })],
    [PATHS.token, await service.refresh(client, "rgr_forged")],
    [PATHS.token, await service.token({ grant_type: "client_credentials", ...client.credentials })],
    [PATHS.revoke, await service.post(PATHS.revoke, client.credentials)],
    [PATHS.introspect, await service.post(PATHS.introspect, {})],
    [PATHS.revocations, await service.post(PATHS.revocations, client.credentials)],
    [PATHS.push, await service.post(PATHS.push, client.credentials)],
    [PATHS.deviceAuthorization, await service.post(PATHS.deviceAuthorization, client.credentials)],
  ];
  for (const [path, { status, body, headers }] of refused) {
    const { content, headers: named = {} } = document.paths[path]?.["post"]?.responses[status] ?? {};
    const values = Object.values(content?.["application/json"]?.examples ?? {}).map(({ value }) => value);
    assert.ok(
      values.some((value) => JSON.stringify(value) === JSON.stringify(body)),
      `${path} ${status} ${JSON.stringify(body)}`,
    );
    assert.equal("WWW-Authenticate" in named, headers.has("www-authenticate"), path);
  }
});

test("explanations are as described, and described where they are on", async () => {
  const service = serviceOf("full");
  const client = await service.client();
  const first = await service.grant(client);
  const { refreshToken } = tokensOf(await service.refresh(client, first.refreshToken));
  const document = await documentOf("full");
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(document, "openapi");
  const fits = ajv.compile({
    $ref: "openapi#/components/schemas/Explanation",
    unevaluatedProperties: false,
  });
  for (const token of [first.refreshToken, refreshToken, "unknown"]) {
    const { status, body } = await service.post(PATHS.explain, { ...client.credentials, token });
    assert.equal(status, 200);
    assert.ok(fits(body), JSON.stringify([body, fits.errors]));
  }
  assert.equal((await documentOf("plain")).paths[PATHS.explain], undefined);
});

test("the document is cached, is confirmed by its ETag, and may be read from any origin", async () => {
  for (const path of [PATHS.openapi, PATHS.llms]) {
    const first = await serviceOf("plain").service.fetch(new Request(`https://auth.example${path}`));
    const tag = first.headers.get("etag") ?? "";
    assert.match(tag, /^"[\w-]{22}"$/);
    assert.equal(first.headers.get("cache-control"), "public, max-age=300");
    assert.equal(first.headers.get("access-control-allow-origin"), "*");
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const again = await serviceOf("plain").send(path, { headers: { "if-none-match": known } });
      assert.deepEqual([again.status, again.text, again.headers.get("etag")], [304, "", tag]);
    }
    const other = await serviceOf("plain").service.fetch(
      new Request(`https://auth.example${path}`, { headers: { "if-none-match": '"other"' } }),
    );
    assert.equal(other.status, 200);
  }
});

test("the metadata name the documentation, and llms.txt leads to the document", async () => {
  const service = serviceOf("mounted");
  const base = "https://example.com/auth";
  const get = (path: string) => service.service.fetch(new Request(base + path));
  const metadata = (await (await get(PATHS.metadata)).json()) as Record<string, unknown>;
  assert.equal(metadata["service_documentation"], `${base}/docs`);
  assert.match(
    await (await get(PATHS.llms)).text(),
    /\]\(https:\/\/example\.com\/auth\/docs\/openapi\.json\)/,
  );
});

test("with docs off, none of it is there", async () => {
  const service = serviceOf("off");
  for (const path of [PATHS.docs, PATHS.openapi, PATHS.llms]) {
    assert.equal((await service.send(path)).status, 404, path);
  }
  assert.equal("service_documentation" in (await service.send(PATHS.metadata)).body, false);
});
