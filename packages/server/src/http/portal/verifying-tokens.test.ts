import { decodeJwt, decodeProtectedHeader } from "jose";
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { rotateSigningKey } from "../../keys/rotation.ts";
import { ISSUER, startService } from "../../testing.ts";
import { jsonOf, rowsOf, sectionOf, shownPage } from "./testing.ts";

const PAGE = "/docs/verifying-tokens";

const service = await startService({ audience: "https://api.example/", accessTtl: 600, jwksMaxAge: 120 });
after(() => service.close());

describe("the page on verifying tokens", () => {
  test("has the values of this instance", async () => {
    const html = await shownPage(service, PAGE);
    assert.deepEqual(
      rowsOf(html, "values").map(([, value]) => value),
      [
        ISSUER,
        `${ISSUER}/.well-known/jwks.json`,
        `${ISSUER}/.well-known/oauth-authorization-server`,
        "https://api.example/",
        "EdDSA",
        "at+jwt",
      ],
    );
    assert.match(html, /Keep the keys for 120 seconds\./);
    assert.match(html, /until it expires: for up to 10 minutes\./);
  });

  test("has the algorithms of the keys that are published now", async (t) => {
    const changing = await startService();
    t.after(() => changing.close());
    const algorithms = async () =>
      rowsOf(await shownPage(changing, PAGE), "values").find(([name]) => name === "Algorithms (alg)")?.[1];
    assert.equal(await algorithms(), "EdDSA");
    const ages = { jwksMaxAge: 300, signingKeyMaxAge: 7_776_000, macKeyMaxAge: 31_536_000 };
    await rotateSigningKey(changing.deps, { ...ages, algorithm: "ES256" }, "test");
    assert.equal(await algorithms(), "EdDSA, ES256");
  });

  test("has each claim of an access token, and an example with the same", async () => {
    const html = await shownPage(service, PAGE);
    const client = await service.client({ scopes: ["read"], accessTtl: 600 });
    const { accessToken } = await service.grant(client, { scope: "read", authTime: "now" });
    const claims = decodeJwt(accessToken);
    const [header, example = {}] = jsonOf(html, "token");
    assert.deepEqual(Object.keys(header ?? {}), Object.keys(decodeProtectedHeader(accessToken)));
    assert.deepEqual(Object.keys(example), Object.keys(claims));
    assert.equal(Number(example["exp"]) - Number(example["iat"]), 600);
    const types = rowsOf(html, "claims").map(([name, type]) => [name, type]);
    const typeOf = (value: unknown) => (typeof value === "number" ? "integer" : typeof value);
    assert.deepEqual(
      types,
      Object.entries(claims).map(([name, value]) => [name, typeOf(value)]),
    );
  });

  test("names the optional claims, which no example requires", async () => {
    const html = await shownPage(service, PAGE);
    const client = await service.client({ grantTypes: ["client_credentials"], scopes: [] });
    const { body } = await service.token({ grant_type: "client_credentials", ...client.credentials });
    const claims = Object.keys(decodeJwt(String(body["access_token"])));
    const missing = rowsOf(html, "claims").flatMap(([name = ""]) => (claims.includes(name) ? [] : [name]));
    assert.deepEqual(missing, ["scope", "gid", "auth_time"]);
    const example = sectionOf(html, "example");
    for (const name of missing) assert.doesNotMatch(example, new RegExp(`&quot;${name}&quot;`));
    for (const name of claims) assert.match(example, new RegExp(`&quot;${name}&quot;`));
  });

  test("has Laravel Passport's claims too where clients were moved from it", async (t) => {
    assert.doesNotMatch(await shownPage(service, PAGE), /id="passport"/);
    const other = await startService({ passportResponses: "passport-13" });
    t.after(() => other.close());
    const html = await shownPage(other, PAGE);
    const client = await other.client({ profile: "passport" });
    const { accessToken } = await other.grant(client);
    const [header = {}, example = {}] = jsonOf(html, "passport");
    assert.deepEqual(Object.keys(header), Object.keys(decodeProtectedHeader(accessToken)));
    assert.deepEqual(Object.keys(example), Object.keys(decodeJwt(accessToken)));
    assert.deepEqual(
      rowsOf(html, "passport").map(([name]) => name),
      Object.keys(example),
    );
  });

  test("says that clients choose an audience only where there are several", async (t) => {
    const several = /A client may request the audience of your API/;
    assert.doesNotMatch(await shownPage(service, PAGE), several);
    const other = await startService({ resources: ["https://mcp.example/"] });
    t.after(() => other.close());
    assert.match(await shownPage(other, PAGE), several);
  });
});
