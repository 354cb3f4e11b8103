import { randomBytes } from "node:crypto";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { codeDigest } from "../grant-types/authorization-code.ts";
import type { Consent, SignIn } from "../store/authorization.ts";
import { withAcr } from "../store/grant.ts";
import { checkRequest } from "./authorization-request.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import { findTarget } from "./authorization-target.ts";
import type { AuthorizationTarget } from "./authorization-target.ts";
import { authorizationResponse } from "./authorization-response.ts";
import type { AuthorizationResponse } from "./authorization-response.ts";
import { consentDigest } from "./shown.ts";

/** How long the user of a pushed request may take to sign in and answer, s from when it was pushed (RFC 9126 §2.2). */
const INTERACTION_TTL = 600;
/** Lifetime of an authorization code, s (RFC 6749 §4.1.2: at most ten minutes). */
export const CODE_TTL = 60;
// Entropy of a code, bytes (RFC 6749 §10.10: at least 128 bits).
const CODE_BYTES = 32;

/** What an authorization request needs next. */
export type AuthorizationStep =
  /** The user has to sign in. */
  | { step: "sign_in"; target: AuthorizationTarget }
  /** The user has to allow the scopes. */
  | { step: "consent"; target: AuthorizationTarget; request: AuthorizationRequest; signIn: SignIn }
  /** The browser goes back to the client, with a code or with an error. */
  | {
      step: "redirect";
      target: AuthorizationTarget;
      response: AuthorizationResponse;
      error: OAuthError | null;
    };

/**
 * The user's decision: on the consent page, with the `consentDigest` of what that page showed; or to `cancel` before it.
 * null: no page was answered.
 */
type Decision = { answer: "allow" | "deny"; shown: string } | "cancel" | null;

/**
 * The authorization endpoint (RFC 6749 §4.1): checks the request and returns its next step. When nothing is missing,
 * it issues a code. Between two steps, only the sign-in and the consent are stored. A decision on something else than what
 * is requested now asks for the consent again.
 *
 * @param signIn the sign-in of this browser
 * @throws OAuthError that must be shown to the user and not sent to the redirect URI (RFC 6749 §4.1.2.1)
 */
export async function authorize(
  deps: Deps,
  parameters: ReadonlyMap<string, string>,
  signIn: SignIn | undefined,
  decision: Decision = null,
): Promise<AuthorizationStep> {
  const target = await findTarget(deps, parameters);
  const step = await nextStep(deps, target, signIn, decision);
  const { pushed } = target;
  // It may have to be opened soon, but its user needs time.
  if (
    step.step !== "redirect" &&
    pushed !== null &&
    pushed.expiresAt < pushed.createdAt + INTERACTION_TTL * 1000
  ) {
    await deps.store.pushedRequests.keep(pushed.digest, INTERACTION_TTL);
  }
  return step;
}

async function nextStep(
  deps: Deps,
  target: AuthorizationTarget,
  signIn: SignIn | undefined,
  decision: Decision,
): Promise<AuthorizationStep> {
  try {
    if (target.fault !== null) throw target.fault;
    if (target.client.requireSignedRequest && target.requestedAt === null) {
      throw new OAuthError("request_not_signed");
    }
    const request = checkRequest(deps, target, target.pushed !== null);
    if (decision === "cancel") throw new OAuthError("denied_by_subject");
    if (decision !== null && signIn !== undefined && decision.shown !== consentDigest(target, request)) {
      return { step: "consent", target, request, signIn };
    }
    if (decision?.answer === "deny") throw new OAuthError("denied_by_subject");
    if (signIn === undefined || !isSufficient(signIn, request, target, deps.store.now())) {
      return signInStep(target, request);
    }
    const consented = decision?.answer === "allow";
    const consent = await deps.store.consents.find(signIn.subject, target.client.id);
    if (!consented && needsConsent(consent, request, target)) {
      if (request.prompts.has("none")) throw new OAuthError("consent_required");
      return { step: "consent", target, request, signIn };
    }
    return await issueCode(deps, target, request, signIn, consented);
  } catch (error) {
    if (!(error instanceof OAuthError) || error.code === "invalid_request_uri") throw error;
    return errorStep(deps, target, error);
  }
}

/**
 * Refuses an authorization request that could not be read. The client gets the error if the client and its redirect URI
 * could be.
 *
 * @param parameters those that could be read
 * @throws OAuthError as `findTarget`
 */
export async function refuseRequest(
  deps: Deps,
  parameters: ReadonlyMap<string, string>,
  error: OAuthError,
): Promise<AuthorizationStep> {
  return errorStep(deps, await findTarget(deps, parameters), error);
}

/** RFC 6749 §4.1.2.1: the error goes to the redirect URI. */
async function errorStep(
  deps: Deps,
  target: AuthorizationTarget,
  error: OAuthError,
): Promise<AuthorizationStep> {
  const { code, description } = error;
  const response = await authorizationResponse(deps, target, { error: code, error_description: description });
  return { step: "redirect", target, response, error };
}

/** OpenID Connect Core §3.1.2.1: `prompt=none` MUST NOT show a page. @throws OAuthError `login_required` */
function signInStep(target: AuthorizationTarget, { prompts }: AuthorizationRequest): AuthorizationStep {
  if (prompts.has("none")) throw new OAuthError("login_required");
  return { step: "sign_in", target };
}

/**
 * Continues a request after the user has signed in for it. A sign-in that still does not satisfy the request ends it, because
 * to ask again would loop: `unmet_authentication_requirements` (RFC 9470 §5).
 */
export async function continueSignedIn(
  deps: Deps,
  parameters: ReadonlyMap<string, string>,
  signIn: SignIn,
): Promise<AuthorizationStep> {
  const step = await authorize(deps, parameters, signIn);
  if (step.step !== "sign_in") return step;
  return errorStep(deps, step.target, new OAuthError("unmet_authentication_requirements"));
}

/** Ends a request whose user does not sign in: `access_denied` (RFC 6749 §4.1.2.1). */
export async function cancel(
  deps: Deps,
  parameters: ReadonlyMap<string, string>,
): Promise<AuthorizationStep> {
  return authorize(deps, parameters, undefined, "cancel");
}

/**
 * The request as it continues after the user has signed in for it: without `max_age` and the prompts that the sign-in
 * fulfils, which would ask again and again. A pushed request keeps them: a sign-in that is newer than the request
 * fulfils them (`isSufficient`).
 */
export function afterSignIn(parameters: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const left = new Map(parameters);
  left.delete("max_age");
  const prompt = left.get("prompt")?.split(" ") ?? [];
  const rest = prompt.filter((name) => name !== "login" && name !== "select_account").join(" ");
  if (rest === "") left.delete("prompt");
  else left.set("prompt", rest);
  return left;
}

/** Whether the sign-in satisfies `acr_values` (RFC 9470 §5), `prompt` and `max_age` (OpenID Connect Core §3.1.2.1). */
function isSufficient(
  { authTime, acr }: SignIn,
  { prompts, maxAge, acrValues }: AuthorizationRequest,
  { requestedAt }: AuthorizationTarget,
  now: number,
): boolean {
  if (acrValues.length > 0 && (acr === null || !acrValues.includes(acr))) return false;
  if (requestedAt !== null && authTime >= requestedAt) return true;
  if (prompts.has("login") || prompts.has("select_account")) return false;
  return maxAge === undefined || now - authTime <= maxAge * 1000;
}

function needsConsent(
  consent: Consent | undefined,
  { prompts, scope, details }: AuthorizationRequest,
  { client, redirectUri }: AuthorizationTarget,
): boolean {
  if (prompts.has("consent")) return true;
  if (client.firstParty) return false;
  // RFC 9396 §5: details are for this one grant, so no consent of before covers them.
  if (details !== undefined) return true;
  // RFC 8252 §8.6: another app on the device may impersonate this client, so the user decides each time.
  if (client.public && !redirectUri.startsWith("https://")) return true;
  const allowed = new Set(consent?.scope.split(" "));
  return consent === undefined || !scope.split(" ").every((name) => name === "" || allowed.has(name));
}

async function issueCode(
  deps: Deps,
  target: AuthorizationTarget,
  request: AuthorizationRequest,
  { subject, authTime, acr, digest }: SignIn,
  consented: boolean,
): Promise<AuthorizationStep> {
  const { client, redirectUri, redirectUriNamed, pushed } = target;
  const { scope, resource, details, challenge, binding } = request;
  const code = `rgc_${randomBytes(CODE_BYTES).toString("base64url")}`;
  const outcome = await deps.store.codes.issue({
    digest: codeDigest(code),
    clientId: client.id,
    subject,
    scope,
    resource,
    redirectUri,
    redirectUriNamed,
    challenge,
    authTime,
    binding,
    claims: withAcr(details === undefined ? null : { authorization_details: details }, acr),
    ttl: CODE_TTL,
    consented,
    pushed: pushed?.digest ?? null,
    signIn: digest,
  });
  // It was ended while this request ran.
  if (outcome === "signed_out") return signInStep(target, request);
  if (outcome === "request_used") throw new OAuthError("request_uri_used");
  if (outcome !== "issued") throw new OAuthError(`denied_${outcome}`);
  const response = await authorizationResponse(deps, target, { code });
  return { step: "redirect", target, response, error: null };
}
