import { hash, randomBytes } from "node:crypto";
import type { Cause } from "../errors/causes.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { RefusedCode } from "../store/authorization.ts";
import { grantBinding } from "../sender/sender.ts";
import { grantSecretHash, GRANT_SECRET_BYTES, newGrantId } from "../tokens/refresh-token.ts";
import { refuseDetails } from "./authorization-details.ts";
import { grantType, requestedResource, required } from "./grant-type.ts";
import type { Parameters } from "./grant-type.ts";
import { issueTokens, withScope } from "./token-response.ts";

/** Longest code that is looked up, characters. Regrant's own are shorter. */
const MAX_CODE = 256;

/** RFC 7636 §4.1 */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

/**
 * The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.6). One operation of the store turns the code into a
 * grant. RFC 6749 §4.1.2: a code that is presented again is refused, and the grant that it became is revoked.
 *
 * @throws OAuthError `invalid_grant`, `invalid_target`, or `invalid_request` without a code or with a malformed
 *   verifier
 */
export const authorizationCodeGrant = grantType(
  parse,
  async (deps, client, { code, verifier, redirectUri, named }, { sender }) => {
    const resource = requestedResource(deps, client, named);
    if (code.length > MAX_CODE) throw new OAuthError("unknown_code");

    const secret = randomBytes(GRANT_SECRET_BYTES);
    const result = await deps.store.codes.redeem({
      digest: codeDigest(code),
      clientId: client.id,
      redirectUri,
      challenge: verifier === undefined ? null : hash("sha256", verifier, "buffer"),
      resource,
      binding: sender.binding,
      grant: {
        id: newGrantId(deps.store.now()),
        secretHash: grantSecretHash(secret),
        maxTtl: client.refreshMaxTtl,
        binding: grantBinding(client, sender),
      },
    });
    if (result.outcome !== "redeemed") throw new OAuthError(REFUSALS[result.outcome]);

    const { grant } = result;
    const at = grant.createdAt;
    const { scope } = grant;
    const tokens = { outcome: "issued", grant, secret, at, issuedAt: at, scope, sender };
    const response = await issueTokens(deps, client, tokens);
    return withScope(response, scope);
  },
);

function parse(parameters: Parameters) {
  refuseDetails(parameters);
  const code = required(parameters, "code");
  const verifier = parameters.get("code_verifier");
  if (verifier !== undefined && !VERIFIER.test(verifier)) {
    throw new OAuthError("parameter_malformed", { parameter: "code_verifier" });
  }
  const redirectUri = parameters.get("redirect_uri");
  return { code, verifier, redirectUri, named: parameters.get("resource") };
}

/** SHA-256 of a code, the form in which the store keeps it. */
export function codeDigest(code: string): Buffer {
  return hash("sha256", code, "buffer");
}

const REFUSALS = {
  unknown_code: "unknown_code",
  client_mismatch: "code_client_mismatch",
  redirect_uri_mismatch: "redirect_uri_mismatch",
  wrong_verifier: "code_verifier_mismatch",
  binding_mismatch: "code_binding_mismatch",
  resource_mismatch: "resource_mismatch",
  code_reused: "code_reused",
  code_expired: "code_expired",
  client_disabled: "code_client_disabled",
  account_disabled: "code_account_disabled",
} as const satisfies Record<RefusedCode, Cause>;
