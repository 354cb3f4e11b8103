import assert from "node:assert/strict";
import { test } from "node:test";
import { stepUpOf } from "./step-up.ts";

const ERROR = 'error="insufficient_user_authentication"';

function read(challenge: string | undefined, status = 401) {
  const headers = new Headers(challenge === undefined ? {} : { "www-authenticate": challenge });
  return stepUpOf({ status, headers });
}

test("a challenge says how the user has to authenticate (RFC 9470 §3)", () => {
  for (const [challenge, expected] of [
    // The examples of the RFC.
    [
      `Bearer ${ERROR}, error_description="A different authentication level is required", acr_values="myACR"`,
      { acrValues: ["myACR"], maxAge: undefined },
    ],
    [
      `Bearer ${ERROR}, error_description="More recent authentication is required", max_age="5"`,
      { acrValues: [], maxAge: 5 },
    ],
    [
      `Bearer, DPoP ${ERROR}, acr_values="phr mfa", max_age=0, algs="ES256"`,
      { acrValues: ["phr", "mfa"], maxAge: 0 },
    ],
    [`bearer error=insufficient_user_authentication`, { acrValues: [], maxAge: undefined }],
  ] as const) {
    assert.deepEqual(read(challenge), expected);
  }
});

test("any other response says nothing of it", () => {
  assert.equal(read(undefined), undefined);
  assert.equal(read('Bearer error="invalid_token", acr_values="mfa"'), undefined);
  assert.equal(read('Bearer error="insufficient_user_authentication_x"'), undefined);
  assert.equal(read(`Bearer ${ERROR}`, 403), undefined);
});
