import type { Deps } from "../deps.ts";
import type { AuthorizationTarget } from "./authorization-target.ts";

/** How an answer may get to the client: in the redirect URI's query, or in a form that the browser posts there. */
export const RESPONSE_MODES = ["query", "form_post"] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];

/** What a browser brings to the client. */
export interface AuthorizationResponse {
  /** Where to; of the mode `query` with the answer in it. */
  to: string;
  /** What it posts there; null: nothing. */
  fields: Readonly<Record<string, string>> | null;
}

/** RFC 6749 §4.1.2, RFC 9207 §2; OAuth 2.0 Form Post Response Mode §2. */
export function authorizationResponse(
  { issuer }: Pick<Deps, "issuer">,
  target: Pick<AuthorizationTarget, "redirectUri" | "parameters">,
  given: Readonly<Record<string, string>>,
): AuthorizationResponse {
  const { redirectUri, parameters } = target;
  const state = parameters.get("state");
  const fields = { ...given, ...(state === undefined ? {} : { state }), iss: issuer };
  if (responseModeOf(target) === "form_post") return { to: redirectUri, fields };
  // A query that the redirect URI has is kept (RFC 6749 §3.1.2).
  const query = new URLSearchParams(fields).toString();
  return { to: `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${query}`, fields: null };
}

/** Undefined: the request wants one that there is not, or that nobody could answer in. */
export function responseModeOf({
  redirectUri,
  parameters,
}: Pick<AuthorizationTarget, "redirectUri" | "parameters">): ResponseMode | undefined {
  const mode = RESPONSE_MODES.find((name) => name === (parameters.get("response_mode") ?? "query"));
  // An application that is started by its scheme is given a URL and no body.
  return mode === "form_post" && !/^https?:/.test(redirectUri) ? undefined : mode;
}
