import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { formMac, verifyFormMac } from "../../keys/form-mac.ts";
import type { Interaction } from "./context.ts";
import { queryOf } from "./return-to.ts";

/** The forms of the pages. A token of one form is not valid for another. */
type FormName = "sign_in" | "consent" | "sign_out" | "device" | "app_access";

/**
 * Makes a form's token against cross-site request forgery (RFC 6749 §10.12): a MAC over the form's name, the browser,
 * the user and the request. Another site cannot read it, and it is not valid for another browser or user.
 *
 * @param shown digest of what the page shows, where the form decides on it. The MAC covers it, and it follows the MAC after
 *   a dot.
 */
export function csrfToken({ keys }: Deps, interaction: Interaction, form: FormName, shown = ""): string {
  const mac = formMac(keys.masterKeys[0], textOf(interaction, form, shown)).toString("base64url");
  return shown === "" ? mac : `${mac}.${shown}`;
}

/** The digest of what a form's page showed, from its token; "" if it has none. To be believed only of an own form. */
export function shownOf(token: string | undefined): string {
  return token?.split(".", 2)[1] ?? "";
}

/**
 * Checks that Regrant showed the posted form to this browser, for this request and to this user.
 *
 * @throws OAuthError `cross_site_form` (403) if the browser reports that another site sent it
 */
export function isOwnForm(
  { keys, issuer }: Deps,
  interaction: Interaction,
  form: FormName,
  { headers, token }: { headers: Headers; token: string | undefined },
): boolean {
  if (!isSameOrigin(issuer, headers)) throw new OAuthError("cross_site_form");
  if (interaction.isNewBrowser) return false;
  const [mac = ""] = token?.split(".", 1) ?? [];
  const text = textOf(interaction, form, shownOf(token));
  return verifyFormMac(keys.masterKeys, text, Buffer.from(mac, "base64url"));
}

/**
 * Whether the browser reports its own page as the sender. A browser whose page has the referrer policy `no-referrer`, as
 * some proxies add it, sends `Origin: null` with the page's own form too (Fetch §3.2); `Sec-Fetch-Site`, which no page can
 * set, then tells.
 */
export function isSameOrigin(issuer: string, headers: Headers): boolean {
  const ownOrigin = new URL(issuer).origin;
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  return origin === null || origin === ownOrigin || (origin === "null" && site === "same-origin");
}

/**
 * A sign-in form is for whoever signs in with it, so the user may have signed in in another tab meanwhile. Every other
 * form is for the user to whom it was shown, who may have signed in again since.
 */
function textOf({ browser, signIn, parameters }: Interaction, form: FormName, shown: string): string {
  const user = form === "sign_in" ? null : (signIn?.subject ?? null);
  return JSON.stringify([form, browser, user, queryOf(parameters), shown]);
}
