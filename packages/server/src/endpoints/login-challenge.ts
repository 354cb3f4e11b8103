import { shownLogo } from "../clients/shown-logo.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import {
  loginDigest,
  loginVerifier,
  openLoginChallenge,
  sealLoginChallenge,
} from "../keys/login-challenge.ts";
import type { LoginChallenge } from "../keys/login-challenge.ts";
import type { LoginDecision } from "../store/authorization.ts";
import { readAcrValues } from "./authorization-request.ts";
import { findTarget } from "./authorization-target.ts";
import { PATHS } from "./metadata.ts";

/** The request for which the provider's login page signs a user in, in wire names. */
export interface LoginRequestJson {
  /** The application that asks; absent if the user signs in for one of Regrant's own pages. */
  client?: {
    client_id: string;
    client_name: string;
    /** The user is not asked for consent. */
    first_party: boolean;
    logo_uri?: string;
    client_uri?: string;
    policy_uri?: string;
    tos_uri?: string;
  };
  /** What the application asks for, space-separated. */
  scope?: string;
  /** `login` or `select_account`: authenticate the user again, also one who is signed in with you. */
  prompt?: string;
  /** Authenticate the user again if that was longer ago, s. */
  max_age?: string;
  /** Authenticate the user in one of these ways, space-separated, the preferred one first, and say which as `acr` (RFC 9470). */
  acr_values?: string;
  /** What to put into the field of the username. */
  login_hint?: string;
  /** Languages that the user reads, in the order of preference. */
  ui_locales?: string;
  /** When the challenge expires, s since 1970. */
  expires_at: number;
}

/**
 * Opens a login challenge.
 *
 * @throws OAuthError `invalid_request`: unknown, changed or expired
 */
export function openChallenge({ keys, store }: Deps, sealed: string): LoginChallenge {
  const challenge = openLoginChallenge(keys.masterKeys, sealed);
  if (challenge === undefined || store.now() >= challenge.expiresAt)
    throw new OAuthError("login_challenge_unknown");
  return challenge;
}

/** The client for which a challenge was made; undefined: one of Regrant's own pages. */
export function clientIdOf({ query }: LoginChallenge): string | undefined {
  return new URLSearchParams(query).get("client_id") ?? undefined;
}

/**
 * Describes the request behind a challenge.
 *
 * @throws OAuthError as `findTarget`
 */
export async function describeChallenge(deps: Deps, challenge: LoginChallenge): Promise<LoginRequestJson> {
  const expires = { expires_at: Math.floor(challenge.expiresAt / 1000) };
  if (clientIdOf(challenge) === undefined) return expires;
  const target = await findTarget(deps, new Map(new URLSearchParams(challenge.query)));
  const { id, name, firstParty, clientUri, policyUri, tosUri } = target.client;
  const uris = {
    logo_uri: shownLogo(target.client),
    client_uri: clientUri,
    policy_uri: policyUri,
    tos_uri: tosUri,
  };
  const names = ["scope", "prompt", "max_age", "login_hint", "ui_locales"];
  const acrValues = readAcrValues(target.parameters.get("acr_values"), deps.acrValues);
  return {
    client: {
      client_id: id,
      client_name: name,
      first_party: firstParty,
      ...withoutEmpty(Object.entries(uris)),
    },
    ...withoutEmpty(names.map((wanted) => [wanted, target.parameters.get(wanted)])),
    ...withoutEmpty([["acr_values", acrValues.join(" ")]]),
    ...expires,
  };
}

/**
 * Records the answer of the login page: the user that it signed in, or null if it refuses the user. The same answer may
 * be repeated until the browser has returned.
 *
 * @returns the URL to send the browser to; only a browser that gets it can continue
 * @throws OAuthError `invalid_request` (409) after a different answer, or once the answer was used
 */
export async function answerChallenge(
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

function withoutEmpty(
  entries: readonly (readonly [string, string | null | undefined])[],
): Record<string, string> {
  return Object.fromEntries(entries.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
