import assert from "node:assert/strict";
import { test } from "node:test";
import { CAUSE_GROUPS, CAUSES } from "./causes.ts";
import type { Cause } from "./causes.ts";
import { STATUS } from "./codes.ts";
import type { CauseSpec } from "./codes.ts";
import { OAuthError } from "./oauth-error.ts";

const TABLE: readonly (readonly [string, CauseSpec])[] = Object.entries(CAUSES);

/** Causes that the wire must not tell apart: each set has one public text, and no other cause has it. */
const LOOK_ALIKE: readonly (readonly Cause[])[] = [
  [
    "client_id_missing",
    "unknown_client",
    "wrong_secret",
    "secret_missing",
    "public_client_secret",
    "client_disabled",
    "malformed_basic",
    "auth_method_mismatch",
    "certificate_missing",
    "certificate_not_trusted",
    "certificate_name_mismatch",
    "certificate_key_mismatch",
    "client_assertion_signature",
    "client_keys_unavailable",
  ],
  ["authorization_unknown_client", "authorization_client_disabled"],
  ["forged", "unknown", "client_mismatch", "binding_mismatch", "generation_ahead"],
  ["expired", "exhausted"],
  ["reused", "concurrent_use"],
  [
    "unknown_code",
    "code_client_mismatch",
    "redirect_uri_mismatch",
    "code_verifier_mismatch",
    "code_binding_mismatch",
    "code_reused",
    "code_expired",
    "code_client_disabled",
    "code_account_disabled",
  ],
  [
    "unknown_device_code",
    "device_code_client_mismatch",
    "device_code_binding_mismatch",
    "device_code_reused",
    "device_code_spent",
    "device_code_client_disabled",
    "device_code_account_disabled",
  ],
  ["unknown_account", "wrong_password", "account_disabled", "account_service_refused"],
  ["assertion_refused", "assertion_subject_refused"],
  ["request_uri_unknown", "request_uri_client_mismatch", "request_uri_used"],
  ["denied_by_subject", "denied_client_disabled", "denied_account_disabled"],
  ["registration_token_missing", "registration_token_refused", "management_token_refused"],
  ["client_metadata_refused", "redirect_uris_refused", "stream_request_invalid"],
  [
    "too_many_device_requests",
    "too_many_user_codes",
    "too_many_registrations",
    "too_many_metadata_documents",
    "too_many_pushed_requests",
    "too_many_explanations",
    "too_many_verifications",
  ],
  ["store_busy", "signature_failed", "laravel_not_read", "laravel_not_written", "laravel_queue_full"],
  ["password_queue_full", "metadata_documents_busy"],
  ["account_service_failed", "account_service_suspended", "account_service_queue_full"],
];

test("a public text is one or two sentences in the characters of RFC 6749 section 5.2", () => {
  for (const [cause, { description }] of TABLE) {
    assert.match(description, /^[A-Z][\x20-\x21\x23-\x5B\x5D-\x7E]*\.$/, cause);
    for (const [blank] of description.matchAll(/\{.*?\}/g)) {
      assert.ok(blank === "{parameter}" || blank === "{violation}", `${cause}: ${blank}`);
    }
  }
});

test("a cause is named as a metric's label, and tells the operator what it means", () => {
  for (const [cause, { meaning }] of TABLE) {
    assert.match(cause, /^[a-z]+(?:_[a-z]+)*$/);
    assert.match(meaning, /^[\x20-\x7E]+\.$/, cause);
  }
});

test("the groups hold every cause once", () => {
  const grouped = Object.values(CAUSE_GROUPS).flatMap((group) => Object.keys(group));
  assert.deepEqual(grouped, Object.keys(CAUSES));
  assert.equal(new Set(grouped).size, grouped.length);
});

test("the status fits the code", () => {
  for (const [cause, { code, status, reason, retryAfter, challenge }] of TABLE) {
    assert.notEqual(status, STATUS[code], `${cause} repeats the code's own status`);
    const sent = status ?? STATUS[code];
    assert.ok(sent >= 400 && sent <= 503, cause);
    if (sent === 503 || code === "temporarily_unavailable") {
      assert.deepEqual([sent, code], [503, "temporarily_unavailable"], cause);
      assert.ok(retryAfter !== undefined && retryAfter > 0, `${cause} must say when to try again`);
    }
    // RFC 9110 §15.5.2: a 401 challenges; for `invalid_client`, by the scheme that was used (RFC 6749 §5.2).
    if (sent === 401) assert.ok(code === "invalid_client" || challenge === "Bearer", cause);
    if (sent === 405 || sent === 413 || sent === 414 || sent === 415 || sent === 429 || sent === 431) {
      assert.equal(code, "invalid_request", `${cause}: RFC 6749 has no code of its own for it`);
    }
    if (reason !== undefined) assert.equal(code, "invalid_grant", cause);
  }
});

test("causes that must look alike differ in nothing that is sent, and all others have texts of their own", () => {
  for (const causes of LOOK_ALIKE) {
    const sent = causes.map((cause): unknown => {
      const { code, status, description, reason }: CauseSpec = CAUSES[cause];
      // The member's name stands in the text.
      const isNamed = description.includes("{parameter}");
      return { code: isNamed ? undefined : code, status, description, reason };
    });
    for (const each of sent) assert.deepEqual(each, sent[0], causes.join(", "));
  }
  const byText = Map.groupBy(TABLE, ([, { description }]) => description);
  const shared = [...byText.values()].filter(({ length }) => length > 1);
  assert.deepEqual(
    new Set(shared.map((entries) => setOf(entries.map(([cause]) => cause)))),
    new Set(LOOK_ALIKE.map(setOf)),
  );
});

function setOf(causes: readonly string[]): string {
  return causes.toSorted().join(" ");
}

test("an error has what the table says of its cause, and what the thrower knows", () => {
  const behind = new Error("behind");
  const error = new OAuthError("store_busy", { cause: behind });
  assert.deepEqual(
    [error.causeName, error.code, error.status, error.retryAfter, error.cause],
    ["store_busy", "temporarily_unavailable", 503, 1, behind],
  );
  assert.equal(error.message, "temporarily_unavailable: store_busy");
  assert.equal(new OAuthError("store_busy", { retryAfter: 7 }).retryAfter, 7);
  assert.equal(new OAuthError("malformed_basic").challenge, "Basic");
  assert.equal(new OAuthError("reused").reason, "reused");
});

test("the blanks of a text are filled with fixed words", () => {
  const missing = new OAuthError("parameter_missing", { parameter: "code" });
  assert.equal(missing.description, "The code parameter is missing.");
  const refused = new OAuthError("client_metadata_refused", {
    parameter: "client_uri",
    violation: "must be an https URL",
  });
  assert.equal(refused.description, "The member client_uri must be an https URL.");
  // @ts-expect-error the text names a parameter
  assert.ok(new OAuthError("parameter_missing"));
  // @ts-expect-error a misspelt cause does not compile
  assert.throws(() => new OAuthError("parameter_mising"));
});
