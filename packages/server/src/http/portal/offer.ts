import type { ClientDefaults } from "../../client-settings/settings.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import type { Cause, ParameterCause } from "../../errors/causes.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import type { Offer, WrittenError } from "../../portal/offer.ts";
import { REFRESH_ERRORS } from "../../portal/refresh-errors.ts";
import type { WireFormat } from "../oauth/wire-format.ts";

/** Makes what the portal shows from what serves requests: the lifetimes, and the token endpoint's wire format. */
export async function makeOffer(
  { issuer, resources }: { issuer: string; resources: ReadonlySet<string> },
  lifetimes: ClientDefaults,
  format: WireFormat,
): Promise<Offer> {
  const tokenEndpoint = issuer + PATHS.token;
  const written = new Map<Cause, WrittenError>();
  for (const cause of Object.values(REFRESH_ERRORS).flat()) {
    written.set(cause, await writeError(format, tokenEndpoint, cause));
  }
  return {
    ...lifetimes,
    tokenEndpoint,
    response: sampleResponse(lifetimes, format),
    errorOf(cause) {
      const error = written.get(cause);
      if (error === undefined) throw new Error(`not an error of a refresh: ${cause}`);
      return error;
    },
    hasResources: resources.size > 0,
  };
}

/** A refresh of a new client, with tokens that are cut off. */
function sampleResponse(
  { accessTtl, refreshIdleTtl, refreshMaxTtl, retryWindow }: ClientDefaults,
  { tokenBody }: WireFormat,
): Offer["response"] {
  const body = tokenBody({
    outcome: "rotated",
    accessToken: "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJSUzI1NiIsImtpZCI6…",
    expiresIn: accessTtl,
    refreshToken: "rgr_AQEBogYvgFd3W4njD6ZQ6hSRAAAAAapSYf7Y9i6S…",
    refreshTokenExpiresIn: refreshIdleTtl,
    authorizationExpiresIn: refreshMaxTtl,
    retryWindow,
  });
  return body as Offer["response"];
}

/** Writes an error as the token endpoint does, and reads what a client sees of it. */
async function writeError(
  format: WireFormat,
  tokenEndpoint: string,
  cause: Exclude<Cause, ParameterCause>,
): Promise<WrittenError> {
  const request = new Request(tokenEndpoint, { method: "POST" });
  const response = format.errorResponse(new OAuthError(cause), request, { cors: true });
  const body = (await response.json()) as Record<string, string | undefined>;
  return {
    status: response.status,
    error: body["error"] ?? body["message"] ?? "",
    detail: body["error_reason"] ?? body["hint"],
  };
}
