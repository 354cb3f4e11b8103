import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { formMac, verifyFormMac } from "../../keys/form-mac.ts";
import type { Interaction } from "./context.ts";
import { queryOf } from "./return-to.ts";

/** The forms of the pages. A token of one form is not valid for another. */
type FormName = "sign_in" | "consent" | "sign_out" | "device" | "app_access";

/**
 * Makes a form's token against cross-site request forgery (RFC 6749 §10.12): a MAC over the form's name, the browser,
 * the sign-in and the request. Another site cannot read it, and it is not valid for another browser or sign-in.
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
 * Checks that Regrant showed the posted form to this browser, for this request and this sign-in.
 *
 * @throws OAuthError `cross_site_form` (403) if the browser reports that another site sent it
 */
export function isOwnForm(
  { keys, issuer }: Deps,
  interaction: Interaction,
  form: FormName,
  { headers, token }: { headers: Headers; token: string | undefined },
): boolean {
  const ownOrigin = new URL(issuer).origin;
  const origin = headers.get("origin") ?? ownOrigin;
  const site = headers.get("sec-fetch-site") ?? "same-origin";
  if (origin !== ownOrigin || site !== "same-origin") {
    throw new OAuthError("cross_site_form");
  }
  if (interaction.isNewBrowser) return false;
  const [mac = ""] = token?.split(".", 1) ?? [];
  const text = textOf(interaction, form, shownOf(token));
  return verifyFormMac(keys.masterKeys, text, Buffer.from(mac, "base64url"));
}

function textOf({ browser, signIn, parameters }: Interaction, form: FormName, shown: string): string {
  const user = signIn?.digest.toString("base64url") ?? null;
  return JSON.stringify([form, browser, user, queryOf(parameters), shown]);
}
