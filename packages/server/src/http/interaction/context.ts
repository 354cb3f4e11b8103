import { randomBytes } from "node:crypto";
import type { Deps } from "../../deps.ts";
import { authorizationParameters, requestUriDigest } from "../../endpoints/authorization-target.ts";
import type { OAuthError } from "../../errors/oauth-error.ts";
import type { Language } from "../../pages/language.ts";
import type { Brand } from "../../pages/page.ts";
import type { SignIn } from "../../store/authorization.ts";
import { readQuery, repetition } from "../request.ts";
import { cookieDigest } from "./cookies.ts";
import type { Cookies } from "./cookies.ts";
import { returnParameters } from "./return-to.ts";

/** Entropy of the browser cookie, bytes. */
const BROWSER_BYTES = 16;

/** The parameters that tell where the response of an authorization request may be sent (RFC 6749 §4.1.2.1). */
const TARGET = ["client_id", "redirect_uri", "request_uri"];

/** What every page needs. */
export interface PageContext {
  deps: Deps;
  brand: Brand;
  cookies: Cookies;
  /** The issuer's path: "" or `/auth`. */
  basePath: string;
}

/**
 * The interaction that one request for a page, or one posted form, belongs to. Its state is in the URL and two
 * cookies.
 */
export interface Interaction {
  /** The authorization request in the URL, or the Regrant page to return to. Known parameters only. */
  parameters: ReadonlyMap<string, string>;
  /** A parameter of the authorization request is repeated, but none that tells where its response may be sent. */
  fault: OAuthError | undefined;
  /** `ui_locales` and `login_hint` of the authorization request, also of a pushed one. */
  uiHints: ReadonlyMap<string, string>;
  language: Language;
  /** The value of the browser's own cookie; a new value if it has none. */
  browser: string;
  isNewBrowser: boolean;
  /** The sign-in of this browser; undefined: the user is not signed in. */
  signIn: SignIn | undefined;
}

/**
 * Loads the interaction from the URL, the cookies and `Accept-Language`. It reads the sign-in and a pushed request
 * from the store.
 *
 * @throws OAuthError `invalid_request` for a secret in the URL, or a repeated parameter that `fault` is not for
 */
export async function loadInteraction(
  { deps, brand, cookies }: PageContext,
  { url, headers }: Request,
): Promise<Interaction> {
  const repeated = new Set<string>();
  const query = readQuery(url, repeated);
  const fault = repeated.size === 0 ? undefined : repetition(repeated);
  const isForClient = query.has("client_id") && TARGET.every((name) => !repeated.has(name));
  if (fault !== undefined && !isForClient) throw fault;
  const parameters = query.has("client_id") ? authorizationParameters(query) : returnParameters(query);
  const uiHints = await loadUiHints(deps, parameters);
  const { signIn, form } = cookies.read(headers.get("cookie"));
  return {
    parameters,
    fault,
    uiHints,
    language: brand.languages.choose(uiHints.get("ui_locales"), headers.get("accept-language")),
    browser: form ?? randomBytes(BROWSER_BYTES).toString("base64url"),
    isNewBrowser: form === undefined,
    signIn: signIn === undefined ? undefined : await deps.store.signIns.find(cookieDigest(signIn)),
  };
}

/** Loads hints only. Whether the client may use the pushed request is checked by the authorization endpoint. */
async function loadUiHints(
  { store }: Deps,
  parameters: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const requestUri = parameters.get("request_uri");
  if (requestUri === undefined) return parameters;
  const pushed = await store.pushedRequests.find(requestUriDigest(requestUri));
  const isOwn = pushed !== undefined && pushed.clientId === parameters.get("client_id");
  return isOwn ? new Map(Object.entries(pushed.parameters)) : parameters;
}
