import { hash, randomBytes } from "node:crypto";
import type { Deps } from "../../deps.ts";
import { authorizationParameters, requestUriDigest } from "../../endpoints/authorization-target.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import type { Language, Languages } from "../../pages/language.ts";
import type { SignIn } from "../../store/authorization.ts";
import type { Cookies } from "./cookies.ts";
import { returnParameters, queryOf } from "./return-to.ts";
import { formToken, isFormToken } from "./csrf-token.ts";
import type { FormPurpose } from "./csrf-token.ts";
import { readQuery } from "../request.ts";

const BROWSER_BYTES = 16;
const SIGN_IN_BYTES = 32;

/** One request for a page, or of a page's form. */
export interface Interaction {
  /** The authorization request in the URL, or what names a page of our own: known parameters only. */
  parameters: ReadonlyMap<string, string>;
  /** What the request says of its pages, pushed or not: languages and a hint. */
  uiHints: ReadonlyMap<string, string>;
  language: Language;
  /** The browser's own cookie, or a new one. */
  browser: string;
  isNewBrowser: boolean;
  signIn: SignIn | undefined;
}

/** @throws OAuthError `invalid_request` for a URL that cannot be read */
export async function loadInteraction(
  deps: Deps,
  { cookies, languages }: { cookies: Cookies; languages: Languages },
  { url, headers }: Request,
): Promise<Interaction> {
  const query = readQuery(url);
  const parameters = query.has("client_id") ? authorizationParameters(query) : returnParameters(query);
  const uiHints = await uiHintsOf(deps, parameters);
  const { signIn, form } = cookies.read(headers.get("cookie"));
  return {
    parameters,
    uiHints,
    language: languages.choose(uiHints.get("ui_locales"), headers.get("accept-language")),
    browser: form ?? randomBytes(BROWSER_BYTES).toString("base64url"),
    isNewBrowser: form === undefined,
    signIn: signIn === undefined ? undefined : await deps.store.signIns.find(cookieDigest(signIn)),
  };
}

async function uiHintsOf(
  { store }: Deps,
  parameters: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const requestUri = parameters.get("request_uri");
  if (requestUri === undefined) return parameters;
  const pushed = await store.pushedRequests.find(requestUriDigest(requestUri));
  const isOwn = pushed !== undefined && pushed.clientId === parameters.get("client_id");
  return isOwn ? new Map(Object.entries(pushed.parameters)) : parameters;
}

export function tokenFor(deps: Deps, interaction: Interaction, form: FormPurpose["form"]): string {
  return formToken(deps.keys.masterKeys, purposeOf(interaction, form));
}

/**
 * Whether the form that was sent is one that this browser was shown by us, for this request and sign-in.
 *
 * @throws OAuthError `cross_site_form` where the browser says that another site sent it
 */
export function isOwnForm(
  deps: Deps,
  interaction: Interaction,
  form: FormPurpose["form"],
  sent: { headers: Headers; token: string | undefined },
): boolean {
  const origin = sent.headers.get("origin");
  const site = sent.headers.get("sec-fetch-site");
  if ((origin ?? ownOrigin(deps)) !== ownOrigin(deps) || (site ?? "same-origin") !== "same-origin") {
    throw new OAuthError("cross_site_form");
  }
  if (interaction.isNewBrowser) return false;
  return isFormToken(deps.keys.masterKeys, purposeOf(interaction, form), sent.token);
}

/** A new value of the sign-in's cookie, and the form in which a store keeps it. */
export function newSignInCookie(): { value: string; digest: Buffer } {
  const value = randomBytes(SIGN_IN_BYTES).toString("base64url");
  return { value, digest: cookieDigest(value) };
}

function cookieDigest(value: string): Buffer {
  return hash("sha256", value, "buffer");
}

function purposeOf({ browser, signIn, parameters }: Interaction, form: FormPurpose["form"]): FormPurpose {
  return { form, browser, signIn, query: queryOf(parameters) };
}

function ownOrigin({ issuer }: Deps): string {
  return new URL(issuer).origin;
}
