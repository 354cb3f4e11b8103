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
 */
export function csrfToken({ keys }: Deps, interaction: Interaction, form: FormName): string {
  return formMac(keys.masterKeys[0], textOf(interaction, form)).toString("base64url");
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
  const sent = Buffer.from(token ?? "", "base64url");
  return verifyFormMac(keys.masterKeys, textOf(interaction, form), sent);
}

function textOf({ browser, signIn, parameters }: Interaction, form: FormName): string {
  return JSON.stringify([form, browser, signIn?.digest.toString("base64url") ?? null, queryOf(parameters)]);
}
