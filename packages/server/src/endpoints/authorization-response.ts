import type { Deps } from "../deps.ts";
import type { AuthorizationTarget } from "./authorization-target.ts";

/** How a response reaches the client: in the redirect URI's query, or in a form that the browser posts there. */
export const RESPONSE_MODES = ["query", "form_post"] as const;
/** A supported value of `response_mode`. */
type ResponseMode = (typeof RESPONSE_MODES)[number];

/** An authorization response, as the browser carries it to the client. */
export interface AuthorizationResponse {
  /** URL to go to; in the mode `query` it contains the response. */
  to: string;
  /** Fields of the form to post there; null in the mode `query`. */
  fields: Readonly<Record<string, string>> | null;
}

/**
 * Adds `state` and `iss` to a response and puts it into its mode (RFC 6749 §4.1.2, RFC 9207 §2, OAuth 2.0 Form Post
 * Response Mode §2).
 */
export function authorizationResponse(
  { issuer }: Pick<Deps, "issuer">,
  target: Pick<AuthorizationTarget, "redirectUri" | "parameters">,
  response: Readonly<Record<string, string>>,
): AuthorizationResponse {
  const { redirectUri, parameters } = target;
  const state = parameters.get("state");
  const fields = { ...response, ...(state === undefined ? {} : { state }), iss: issuer };
  if (responseModeOf(target) === "form_post") return { to: redirectUri, fields };
  // The redirect URI keeps its own query (RFC 6749 §3.1.2).
  const query = new URLSearchParams(fields).toString();
  return { to: `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${query}`, fields: null };
}

/** The response mode of a request. Undefined: it is not supported, or not for this redirect URI. */
export function responseModeOf({
  redirectUri,
  parameters,
}: Pick<AuthorizationTarget, "redirectUri" | "parameters">): ResponseMode | undefined {
  const mode = RESPONSE_MODES.find((name) => name === (parameters.get("response_mode") ?? "query"));
  // A native application is opened by its scheme with a URL, so it cannot receive a form.
  return mode === "form_post" && !/^https?:/.test(redirectUri) ? undefined : mode;
}
