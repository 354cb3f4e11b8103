import { authenticateClient } from "../clients/authenticate.ts";
import { refreshClientMetadata } from "../clients/cimd/document-client.ts";
import { shownLogo } from "../clients/shown-logo.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { required } from "../grant-types/grant-type.ts";
import {
  isLoginVerifier,
  isOfBrowser,
  loginDigest,
  loginVerifier,
  newLoginChallenge,
  openLoginChallenge,
  sealLoginChallenge,
} from "../keys/login-challenge.ts";
import type { LoginChallenge } from "../keys/login-challenge.ts";
import type { LoginDecision, LoginStore, NewSignIn } from "../store/authorization.ts";
import { findTarget } from "./authorization-target.ts";
import { PATHS } from "./metadata.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";

/** What the provider's login page learns of the request for which it signs a user in, in wire names. */
interface LoginRequestResponse {
  /** Absent if the user signs in for one of Regrant's own pages. */
  client?: {
    client_id: string;
    client_name: string;
    first_party: boolean;
    logo_uri?: string;
    client_uri?: string;
    policy_uri?: string;
    tos_uri?: string;
  };
  scope?: string;
  prompt?: string;
  max_age?: string;
  login_hint?: string;
  ui_locales?: string;
  /** When the challenge expires, s since 1970. */
  expires_at: number;
}

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
export async function describeLogin(deps: Deps, request: EndpointRequest): Promise<LoginRequestResponse> {
  const challenge = await challengeOf(deps, request);
  const expires = { expires_at: Math.floor(challenge.expiresAt / 1000) };
  const parameters = new Map(new URLSearchParams(challenge.query));
  const clientId = parameters.get("client_id");
  if (clientId === undefined) return expires;
  await refreshClientMetadata(deps, clientId, request.address);
  const target = await findTarget(deps, parameters);
  const { id, name, firstParty, clientUri, policyUri, tosUri } = target.client;
  const uris = {
    logo_uri: shownLogo(target.client),
    client_uri: clientUri,
    policy_uri: policyUri,
    tos_uri: tosUri,
  };
  const names = ["scope", "prompt", "max_age", "login_hint", "ui_locales"];
  return {
    client: {
      client_id: id,
      client_name: name,
      first_party: firstParty,
      ...withoutEmpty(Object.entries(uris)),
    },
    ...withoutEmpty(names.map((wanted) => [wanted, target.parameters.get(wanted)])),
    ...expires,
  };
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
  return answerLogin(deps, challenge, { subject, name, authTime });
}

/**
 * Records that the login page refuses the user: the client gets `access_denied`. Returns and throws as `acceptLogin`.
 */
export async function rejectLogin(deps: Deps, request: EndpointRequest): Promise<string> {
  return answerLogin(deps, await challengeOf(deps, request), null);
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

async function answerLogin(
  deps: Deps,
  challenge: LoginChallenge,
  user: LoginDecision["user"],
): Promise<string> {
  const login = { digest: loginDigest(challenge), user, expiresAt: challenge.expiresAt };
  if (!(await deps.store.logins.decide(login))) throw new OAuthError("login_already_answered");
  const { masterKeys } = deps.keys;
  const query = new URLSearchParams({
    login_challenge: sealLoginChallenge(masterKeys, challenge),
    login_verifier: loginVerifier(masterKeys, challenge),
  });
  return `${deps.issuer}${PATHS.loginReturn}?${query.toString()}`;
}

async function challengeOf(deps: Deps, request: EndpointRequest): Promise<LoginChallenge> {
  const { parameters } = request;
  const client = await authenticateClient(deps, request);
  if (!client.loginProvider) throw new OAuthError("not_login_provider");
  const challenge = openLoginChallenge(deps.keys.masterKeys, parameters.get("login_challenge") ?? "");
  if (challenge === undefined || deps.store.now() >= challenge.expiresAt)
    throw new OAuthError("login_challenge_unknown");
  return challenge;
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

function withoutEmpty(
  entries: readonly (readonly [string, string | null | undefined])[],
): Record<string, string> {
  return Object.fromEntries(entries.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
