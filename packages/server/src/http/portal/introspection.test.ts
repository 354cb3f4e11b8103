import assert from "node:assert/strict";
import { after, test } from "node:test";
import { INTROSPECTION_FIELDS } from "../../openapi/token-management.ts";
import { ISSUER, startService } from "../../testing.ts";
import { jsonOf, rowsOf, sectionOf, shownPage } from "./testing.ts";

const PAGE = "/docs/introspection";

const service = await startService({ refreshIdleTtl: 7200 });
after(() => service.close());

test("the page on introspection has each member of the responses, with its type", async () => {
  const html = await shownPage(service, PAGE);
  assert.deepEqual(rowsOf(html, "endpoint"), [["POST", `${ISSUER}/oauth/introspect`]]);
  const types = new Map(rowsOf(html, "response").map(([name, type]) => [name, type]));
  assert.deepEqual([...types.keys()], Object.keys(INTROSPECTION_FIELDS));
  const client = await service.client();
  const { accessToken, refreshToken } = await service.grant(client);
  const seen = new Set<string>();
  for (const token of [accessToken, refreshToken]) {
    const { body } = await service.introspect(client, token);
    assert.equal(body["active"], true);
    for (const [name, value] of Object.entries(body)) {
      const type = typeof value === "number" ? "integer" : typeof value;
      assert.equal(types.get(name), type, name);
      seen.add(name);
    }
  }
  // Only a token that is bound to a key has `cnf`; the others, one of a user who signed in or of an exchange.
  assert.deepEqual(
    [...types.keys()].filter((name) => !seen.has(name ?? "")),
    ["cnf", "auth_time", "acr", "authorization_details", "act"],
  );
});

test("it shows the response to an active token of a new client, and to any other", async () => {
  const [active = {}, inactive] = jsonOf(await shownPage(service, PAGE), "example-response");
  assert.deepEqual([active["active"], active["refresh_token_timeout"]], [true, 7200]);
  assert.deepEqual(inactive, { active: false });
});

test("it requires a secret, which a web page cannot keep", async () => {
  const html = await shownPage(service, `${PAGE}?language=jquery`);
  assert.deepEqual(
    rowsOf(html, "request").map(([name, , , required]) => [name, required]),
    [
      ["token", "Yes"],
      ["token_type_hint", "No"],
      ["client_id", "Yes"],
      ["client_secret", "Yes"],
    ],
  );
  const example = sectionOf(html, "example");
  const languages = [...example.matchAll(/data-language="(\w+)"/g)].map(([, language]) => language);
  assert.deepEqual(languages, ["curl", "php", "node", "python", "go", "java", "csharp"]);
  // The chosen language has none, so the first is shown.
  assert.match(example, /<div class="scroll" tabindex="0"><pre><code data-language="curl">/);
});
