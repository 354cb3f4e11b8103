import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { sign } from "../keys/signing.ts";
import type { SigningKey } from "../keys/signing.ts";
import { wireClientId } from "../tokens/access-token.ts";
import type { AuthorizationTarget } from "./authorization-target.ts";

/**
 * How a response reaches the client: in the redirect URI's query, or in a form that the browser posts there; with `jwt`
 * as one signed parameter (JARM §2.3).
 */
export const RESPONSE_MODES = ["query", "form_post", "jwt", "query.jwt", "form_post.jwt"] as const;
/** A supported value of `response_mode`. */
type ResponseMode = (typeof RESPONSE_MODES)[number];

/** Lifetime of a signed response, s (JARM §2.1: at most ten minutes). */
const RESPONSE_TTL = 300;

/** An authorization response, as the browser carries it to the client. */
export interface AuthorizationResponse {
  /** URL to go to; in the mode `query` it contains the response. */
  to: string;
  /** Fields of the form to post there; null in the mode `query`. */
  fields: Readonly<Record<string, string>> | null;
}

type Target = Pick<AuthorizationTarget, "client" | "redirectUri" | "parameters">;

/**
 * Adds `state` and `iss` to a response and puts it into its mode (RFC 6749 §4.1.2, RFC 9207 §2, OAuth 2.0 Form Post
 * Response Mode §2, JARM §2.3).
 *
 * @throws OAuthError `temporarily_unavailable` where it cannot be signed
 */
export async function authorizationResponse(
  deps: Pick<Deps, "issuer" | "keys" | "store">,
  target: Target,
  response: Readonly<Record<string, string>>,
): Promise<AuthorizationResponse> {
  const { redirectUri, parameters } = target;
  const mode = responseModeOf(target, signingKey(deps)) ?? "query";
  const state = parameters.get("state");
  const members = { ...response, ...(state === undefined ? {} : { state }), iss: deps.issuer };
  const fields = isSigned(mode) ? { response: await signed(deps, target, members) } : members;
  if (mode.startsWith("form_post")) return { to: redirectUri, fields };
  // The redirect URI keeps its own query (RFC 6749 §3.1.2).
  const query = new URLSearchParams(Object.entries(fields)).toString();
  return { to: `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${query}`, fields: null };
}

/**
 * The response mode of a request. Undefined: it is not supported, or not for this redirect URI, or cannot be signed with an
 * algorithm that the client accepts.
 *
 * @param key what would sign the response
 */
export function responseModeOf(
  { client, redirectUri, parameters }: Target,
  { algorithm }: Pick<SigningKey, "algorithm">,
): ResponseMode | undefined {
  const mode = RESPONSE_MODES.find((name) => name === (parameters.get("response_mode") ?? "query"));
  if (mode === undefined) return undefined;
  // A native application is opened by its scheme with a URL, so it cannot receive a form.
  if (mode.startsWith("form_post") && !/^https?:/.test(redirectUri)) return undefined;
  // FAPI 2.0 §5.4.1: PS256, ES256 or EdDSA.
  return isSigned(mode) && client.securityProfile === "fapi2" && algorithm === "RS256" ? undefined : mode;
}

/** Whether the response is one signed parameter. */
export function isSigned(mode: ResponseMode): boolean {
  return mode.endsWith("jwt");
}

/** The key that signs a response now. */
export function signingKey({ keys, store }: Pick<Deps, "keys" | "store">): SigningKey {
  return keys.signingKeyAt(store.now());
}

/** JARM §2.1: the response as a JWT for this client. It is not an access token: it has neither a `sub` nor their `typ`. */
async function signed(
  deps: Pick<Deps, "keys" | "store">,
  { client }: Target,
  members: Readonly<Record<string, string>>,
): Promise<string> {
  const key = signingKey(deps);
  const header = { alg: key.algorithm, kid: key.kid };
  const exp = Math.floor(deps.store.now() / 1000) + RESPONSE_TTL;
  const claims = { ...members, aud: wireClientId(client), exp };
  const [head, payload] = [header, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  try {
    return await sign(key, `${head}.${payload}`);
  } catch (cause) {
    throw new OAuthError("signature_failed", { cause });
  }
}
