import { authenticateClient } from "../clients/authenticate.ts";
import { refreshClientMetadata } from "../clients/cimd/document-client.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { required } from "../grant-types/grant-type.ts";
import {
  isLoginVerifier,
  isOfBrowser,
  loginDigest,
  newLoginChallenge,
  openLoginChallenge,
  sealLoginChallenge,
} from "../keys/login-challenge.ts";
import type { LoginChallenge } from "../keys/login-challenge.ts";
import type { LoginStore, NewSignIn } from "../store/authorization.ts";
import { answerChallenge, clientIdOf, describeChallenge, openChallenge } from "./login-challenge.ts";
import type { LoginRequestJson } from "./login-challenge.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";

/** Lifetime of a login challenge, ms: how long the user may take at the login page. */
const CHALLENGE_TTL = 30 * 60 * 1000;
/** How far the provider's clock may be ahead of ours, s. */
const CLOCK_TOLERANCE = 60;
/** Refused in names, which are shown in pages and logs. */
const CONTROLS = /\p{Cc}/u;

/**
 * Makes the URL of the provider's login page for one interaction.
 *
 * @param browser the value of the browser's cookie, which the challenge is bound to
 * @param query the interaction's parameters, which the challenge carries
 */
export function loginPageUrl(
  { keys, store }: Deps,
  loginUrl: string,
  { browser, query }: { browser: string; query: string },
): string {
  const challenge = newLoginChallenge(browser, query, store.now() + CHALLENGE_TTL);
  const url = new URL(loginUrl);
  url.searchParams.set("login_challenge", sealLoginChallenge(keys.masterKeys, challenge));
  return url.href;
}

/**
 * Describes the request behind a login challenge to the login page.
 *
 * @throws OAuthError `invalid_client`, `unauthorized_client`, `invalid_request`
 */
export async function describeLogin(deps: Deps, request: EndpointRequest): Promise<LoginRequestJson> {
  const challenge = await challengeOf(deps, request);
  await refreshClientMetadata(deps, clientIdOf(challenge), request.address);
  return describeChallenge(deps, challenge);
}

/**
 * Records that the login page has signed the user in. The same answer may be repeated until the browser has returned.
 *
 * @returns the URL to send the browser to; only a browser that gets it can continue
 * @throws OAuthError as `describeLogin`; `invalid_request` (409) after a different answer, or once the answer was
 *   used
 */
export async function acceptLogin(deps: Deps, request: EndpointRequest): Promise<string> {
  const challenge = await challengeOf(deps, request);
  const { parameters } = request;
  const subject = text(parameters, "subject", 255);
  const name = parameters.has("name") ? text(parameters, "name", 200) : subject;
  const authTime = readAuthTime(parameters.get("auth_time"), deps.store.now());
  const acr = readAcr(parameters.get("acr"), deps.acrValues);
  return answerChallenge(deps, challenge, { subject, name, authTime, acr });
}

/**
 * Records that the login page refuses the user: the client gets `access_denied`. Returns and throws as `acceptLogin`.
 */
export async function rejectLogin(deps: Deps, request: EndpointRequest): Promise<string> {
  return answerChallenge(deps, await challengeOf(deps, request), null);
}

/** A browser that returns from the login page. */
interface ReturningBrowser {
  parameters: ReadonlyMap<string, string>;
  /** The value of its cookie. */
  browser: string;
}

/**
 * Uses the answer of the login page, once, and starts the sign-in if it accepted the user.
 *
 * @param signIn the sign-in to start
 * @returns the interaction's parameters from the challenge, and the outcome of the login
 * @throws OAuthError `invalid_request`: unknown challenge, or another browser's (403)
 */
export async function consumeLoginAnswer(
  deps: Deps,
  { parameters, browser }: ReturningBrowser,
  signIn: Pick<NewSignIn, "digest" | "ttl" | "replaces">,
): Promise<{ query: string; login: Awaited<ReturnType<LoginStore["use"]>> }> {
  const { masterKeys } = deps.keys;
  const challenge = openLoginChallenge(masterKeys, parameters.get("login_challenge") ?? "");
  const verifier = parameters.get("login_verifier") ?? "";
  if (challenge === undefined || !isLoginVerifier(masterKeys, challenge, verifier))
    throw new OAuthError("login_challenge_unknown");
  if (!isOfBrowser(challenge, browser)) {
    // Login CSRF (RFC 6749 §10.12): it would sign this browser in as another user.
    throw new OAuthError("login_browser_mismatch");
  }
  return { query: challenge.query, login: await deps.store.logins.use(loginDigest(challenge), signIn) };
}

async function challengeOf(deps: Deps, request: EndpointRequest): Promise<LoginChallenge> {
  const { parameters } = request;
  const client = await authenticateClient(deps, request);
  if (!client.loginProvider) throw new OAuthError("not_login_provider");
  return openChallenge(deps, parameters.get("login_challenge") ?? "");
}

function text(parameters: ReadonlyMap<string, string>, name: string, longest: number): string {
  const value = required(parameters, name);
  if (value.length <= longest && !CONTROLS.test(value)) return value;
  throw new OAuthError("parameter_malformed", { parameter: name });
}

/** @returns ms since 1970; undefined: the user counts as authenticated when the browser returns */
function readAuthTime(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,12}$/.test(value) && Number(value) * 1000 <= now + CLOCK_TOLERANCE * 1000)
    return Number(value) * 1000;
  throw new OAuthError("auth_time_malformed");
}

/** RFC 9470 §6.2. An unknown one is refused, so that a misspelled one is noticed. */
function readAcr(value: string | undefined, possible: readonly string[]): string | null {
  if (value === undefined || possible.includes(value)) return value ?? null;
  throw new OAuthError("acr_not_configured");
}
