import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { CAUSE_GROUPS, CAUSES } from "../../errors/causes.ts";
import { REDIRECTED_CAUSES } from "../../openapi/authorization.ts";
import { ERROR_GROUPS } from "../../portal/error-groups.ts";
import { startService } from "../../testing.ts";
import type { TestResponse } from "../../testing.ts";
import { jsonOf, rowsOf, shownPage } from "./testing.ts";

const PAGE = "/docs/errors";

const service = await startService();
after(() => service.close());

/** What the first cell of a row says of a response. */
function written({ status, body }: TestResponse): string {
  const detail = body["error_reason"] ?? body["hint"];
  return [status, body["error"], ...(detail === undefined ? [] : [detail])].join(" ");
}

/** The first cells of a table, one for each response. */
function responsesIn(html: string, id: string): string[] {
  return rowsOf(html, id).flatMap(([responses = ""]) => responses.split(", "));
}

test("each cause has one row, or is no error of a customer's program", () => {
  const grouped: readonly string[] = Object.values(ERROR_GROUPS).flat();
  assert.equal(new Set(grouped).size, grouped.length);
  const leftOut = Object.keys(CAUSES).filter((cause) => !grouped.includes(cause));
  assert.deepEqual(leftOut, [
    // Of HTTP itself, and of routes that do not exist.
    "head_too_large",
    "malformed_http",
    "body_not_json",
    "method_not_allowed",
    // The revocation feed, which @regrant/verify reads, and the login provider's endpoints.
    "not_resource_server",
    "not_login_provider",
    "login_challenge_unknown",
    "login_already_answered",
    "auth_time_malformed",
    "acr_not_configured",
    // Pages that users see.
    "login_browser_mismatch",
    "cross_site_form",
    "form_expired",
    "credentials_missing",
    "credentials_too_long",
    "unknown_user_code",
    // Registration has a description in the OpenAPI document.
    ...Object.keys(CAUSE_GROUPS["Client registration"]),
    // So has the admin API, which no customer calls, and revocation by an identity provider is for that.
    ...Object.keys(CAUSE_GROUPS["Global Token Revocation and Shared Signals"]),
    ...Object.keys(CAUSE_GROUPS["The admin API"]),
    // The operators' console.
    ...Object.keys(CAUSE_GROUPS["The operators' console"]),
    "too_many_user_codes",
    "too_many_registrations",
    "too_many_explanations",
    // Of what stands behind the service; they look like other causes.
    "laravel_not_read",
    "laravel_not_written",
    "laravel_queue_full",
    "account_service_suspended",
    "account_service_queue_full",
  ]);
});

describe("the page on errors", () => {
  test("has each refusal of a refresh as the token endpoint sends it", async () => {
    const html = await shownPage(service, PAGE);
    const client = await service.client({ scopes: ["read"], retryWindow: 10 });
    const { refreshToken: revoked } = await service.grant(client, { scope: "read" });
    await service.revoke(client, revoked);
    const { refreshToken } = await service.grant(client, { scope: "read" });
    const noRefresh = await service.client({ grantTypes: ["password"] });
    const sent = [
      await service.refresh(client, revoked),
      await service.refresh(client, "rgr_forged"),
      await service.refresh(client, refreshToken, { scope: "admin" }),
      await service.refresh(noRefresh, refreshToken),
      await service.refresh(client, refreshToken, { resource: "https://other.example/" }),
    ].map(written);
    const shown = responsesIn(html, "refresh");
    assert.deepEqual(
      sent.filter((response) => !shown.includes(response)),
      [],
    );
    assert.equal(new Set(sent).size, sent.length);
    assert.deepEqual(shown.slice(0, 4), [
      "400 invalid_grant expired",
      "400 invalid_grant revoked",
      "400 invalid_grant reused",
      "400 invalid_grant invalid",
    ]);
  });

  test("has what all endpoints refuse for, and what one alone does", async () => {
    const html = await shownPage(service, PAGE);
    const client = await service.client();
    const other = await service.client();
    const open = await service.client({}, { isPublic: true });
    const { refreshToken } = await service.grant(client);
    const wrong = { client_id: client.id, client_secret: "wrong" };
    const credentials = { ...client.credentials };
    const refused: [section: string, response: TestResponse][] = [
      ["everywhere", await service.post("/oauth/introspect", { ...wrong, token: refreshToken })],
      ["everywhere", await service.send("/oauth/revoke", { method: "POST", body: "<a/>" })],
      ["revoke", await service.revoke(other, refreshToken)],
      ["introspect", await service.introspect(open, refreshToken)],
      ["device", await service.post("/oauth/device_authorization", credentials)],
      ["push", await service.post("/oauth/par", { ...credentials, response_type: "code" })],
      [
        "first",
        await service.token({ grant_type: "password", ...credentials, username: "a", password: "b" }),
      ],
      ["first", await service.token({ grant_type: "none", ...credentials })],
    ];
    for (const [section, response] of refused) {
      assert.ok(response.status >= 400);
      const shown = responsesIn(html, section);
      assert.ok(shown.includes(written(response)), `${section}: ${written(response)} in ${shown.join(", ")}`);
    }
    assert.deepEqual(responsesIn(html, "revoke"), ["400 invalid_grant invalid", "400 invalid_request"]);
  });

  test("has what comes back to the redirect URI, by its code alone", async () => {
    const html = await shownPage(service, PAGE);
    assert.deepEqual(
      new Set(responsesIn(html, "redirect")),
      new Set(REDIRECTED_CAUSES.map((cause) => CAUSES[cause].code)),
    );
  });

  test("shows a refusal with its members", async () => {
    const html = await shownPage(service, PAGE);
    const [example = {}] = jsonOf(html, "format");
    assert.deepEqual(
      rowsOf(html, "format").map(([name]) => name),
      Object.keys(example),
    );
    assert.equal(example["error_reason"], "expired");
  });

  test("has errors of metadata documents only where a client may be one", async (t) => {
    const meaning = /The document that your client ID points to/;
    assert.doesNotMatch(await shownPage(service, PAGE), meaning);
    const other = await startService({ clientMetadataDocuments: true });
    t.after(() => other.close());
    assert.match(await shownPage(other, PAGE), meaning);
  });

  test("has the token endpoint's errors in the wire format of Laravel Passport", async (t) => {
    const other = await startService({ passportResponses: "passport-8" });
    t.after(() => other.close());
    const html = await shownPage(other, PAGE);
    const client = await other.client();
    const refused = await other.refresh(client, "forged");
    const shown = responsesIn(html, "refresh");
    assert.ok(shown.includes(written(refused)), written(refused));
    assert.equal(shown[0], "401 invalid_request Token has expired");
    assert.ok(shown.includes("400 invalid_request Check the client_id parameter"));
    assert.deepEqual(
      rowsOf(html, "format").map(([name]) => name),
      ["error", "error_description", "hint", "message"],
    );
    // The other endpoints have that of the RFCs.
    assert.ok(responsesIn(html, "revoke").includes("400 invalid_grant invalid"));
  });
});
