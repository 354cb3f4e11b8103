import { isFapi2 } from "../client-settings/fapi2.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { requestedDetails } from "../grant-types/authorization-details.ts";
import { parseScope, requestedResource, required } from "../grant-types/grant-type.ts";
import { grantedScope } from "../grant-types/scope.ts";
import { bindingOf } from "../sender/sender.ts";
import type { AuthorizationDetail } from "../store/grant.ts";
import { isSigned, responseModeOf, signingKey } from "./authorization-response.ts";
import type { AuthorizationTarget } from "./authorization-target.ts";

/** OpenID Connect Core §3.1.2.1; other values are ignored. */
export const PROMPTS = ["none", "login", "consent", "select_account"] as const;
/** A value of `prompt` that Regrant acts on. */
type Prompt = (typeof PROMPTS)[number];

/** A valid authorization request, without its target. */
export interface AuthorizationRequest {
  /** Canonical: names by single spaces; "" for none. */
  scope: string;
  /** The requested audience (RFC 8707); null: the client's own. */
  resource: string | null;
  /** What is requested beside the scope (RFC 9396); undefined: nothing. */
  details: readonly AuthorizationDetail[] | undefined;
  /** The S256 code challenge (RFC 7636 §4.2), 32 bytes; null: the client does not use PKCE. */
  challenge: Buffer | null;
  /** The key that the token request must prove (RFC 9449 §10), as `NewCode.binding`; null: any, or none. */
  binding: string | null;
  prompts: ReadonlySet<Prompt>;
  /** Greatest time since the user authenticated, s (OpenID Connect Core §3.1.2.1). */
  maxAge: number | undefined;
  /** How the user has to authenticate, any of them (RFC 9470 §4); empty: in any way. */
  acrValues: readonly string[];
}

/**
 * Checks the parameters of an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3). Its client and redirect URI
 * must have been checked before.
 *
 * @throws OAuthError that may be sent to the redirect URI (RFC 6749 §4.1.2.1)
 */
export function checkRequest(
  deps: Deps,
  { client, redirectUri, parameters }: Pick<AuthorizationTarget, "client" | "redirectUri" | "parameters">,
  isPushed: boolean,
): AuthorizationRequest {
  // RFC 9126 §6: a client may be required to push its requests.
  if ((client.requirePar || deps.requirePar) && !isPushed) {
    throw new OAuthError("request_not_pushed");
  }
  // RFC 6749 §3.1.1: `response_type` is REQUIRED. `token` is refused: RFC 9700 §2.1.2 advises against the implicit
  // grant.
  if (required(parameters, "response_type") !== "code") {
    throw new OAuthError("unsupported_response_type");
  }
  // FAPI 2.0 §5.3.2.2: also where only one is registered.
  if (isFapi2(client)) required(parameters, "redirect_uri");
  const mode = responseModeOf({ client, redirectUri, parameters }, signingKey(deps));
  if (mode === undefined) throw new OAuthError("unsupported_response_mode");
  if (client.requireSignedResponse && !isSigned(mode)) throw new OAuthError("response_not_signed");
  return {
    scope: grantedScope(client, parseScope(parameters.get("scope"))),
    resource: requestedResource(deps, client, parameters.get("resource")) ?? null,
    details: requestedDetails(deps, client, parameters),
    challenge: readChallenge(parameters, client.public || client.requirePkce || deps.requirePkce),
    binding: readThumbprint(parameters.get("dpop_jkt")),
    prompts: readPrompts(parameters.get("prompt")),
    maxAge: readMaxAge(parameters.get("max_age")),
    acrValues: readAcrValues(parameters.get("acr_values"), deps.acrValues),
  };
}

/** RFC 7636 §4.3. `plain`, the default of a missing method, is refused (RFC 9700 §2.1.1). */
function readChallenge(parameters: ReadonlyMap<string, string>, isRequired: boolean): Buffer | null {
  const method = parameters.get("code_challenge_method");
  if (!isRequired && method === undefined && !parameters.has("code_challenge")) return null;
  const challenge = required(parameters, "code_challenge");
  if (method !== "S256") {
    throw new OAuthError("unsupported_code_challenge_method");
  }
  // RFC 7636 §4.2: the challenge is a SHA-256 in base64url. Another spelling of the same bytes is refused.
  const decoded = Buffer.from(challenge, "base64url");
  if (decoded.length === 32 && decoded.toString("base64url") === challenge) return decoded;
  throw new OAuthError("parameter_malformed", { parameter: "code_challenge" });
}

/** RFC 9449 §10: a SHA-256 thumbprint (RFC 7638) in base64url. */
function readThumbprint(value: string | undefined): string | null {
  if (value === undefined) return null;
  if (/^[A-Za-z0-9_-]{43}$/.test(value)) return bindingOf({ jkt: value });
  throw new OAuthError("parameter_malformed", { parameter: "dpop_jkt" });
}

/** OpenID Connect Core §3.1.2.1: `none` with another value is an error. */
function readPrompts(value: string | undefined): ReadonlySet<Prompt> {
  const requested = value?.split(" ") ?? [];
  const prompts = new Set(PROMPTS.filter((prompt) => requested.includes(prompt)));
  if (prompts.has("none") && requested.length > 1) {
    throw new OAuthError("prompt_none_with_others");
  }
  return prompts;
}

function readMaxAge(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new OAuthError("max_age_malformed");
}

/**
 * The requested values that a sign-in here can have. Where none has an `acr`, the parameter is ignored: OpenID Connect Core
 * §3.1.2.1 has it as a wish. Where others can be had, a client that got a token would be sent for a better one again.
 */
export function readAcrValues(value: string | undefined, possible: readonly string[]): readonly string[] {
  const requested = value?.split(" ").filter((acr) => acr !== "") ?? [];
  if (requested.length === 0 || possible.length === 0) return [];
  const offered = requested.filter((acr) => possible.includes(acr));
  if (offered.length === 0) throw new OAuthError("unmet_authentication_requirements");
  return offered;
}
