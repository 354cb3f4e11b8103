import type { AuthorizationStep } from "../../endpoints/authorize.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { consentDigest } from "../../endpoints/shown.ts";
import { MAX_USERNAME } from "../../identity/user-store.ts";
import { consentPage } from "../../pages/consent.ts";
import type { Page } from "../../pages/page.ts";
import { signInPage } from "../../pages/sign-in.ts";
import type { Interaction, PageContext } from "./context.ts";
import { csrfToken } from "./csrf-token.ts";
import { withQuery } from "./return-to.ts";

/** The form in the pages' footers by which a user switches to another account. */
interface SignOutForm {
  signOutAction: string;
  signOutToken: string;
}

/**
 * Makes the sign-in page.
 *
 * @param failed the message about the last attempt, and its username
 */
export function signInView(
  { deps, brand, basePath }: PageContext,
  interaction: Interaction,
  client: string,
  failed: { fault: string | null; username: string } = { fault: null, username: "" },
): Page {
  const hint = interaction.uiHints.get("login_hint") ?? "";
  return signInPage(brand, interaction.language, {
    action: withQuery(basePath + PATHS.signIn, interaction.parameters),
    formToken: csrfToken(deps, interaction, "sign_in"),
    client,
    fault: failed.fault,
    username: failed.fault === null ? hint.slice(0, MAX_USERNAME) : failed.username,
  });
}

/** Makes the consent page. */
export function consentView(
  context: PageContext,
  interaction: Interaction,
  { target, request, signIn }: Extract<AuthorizationStep, { step: "consent" }>,
): Page {
  const { deps, brand, basePath } = context;
  return consentPage(brand, interaction.language, {
    action: withQuery(basePath + PATHS.consent, interaction.parameters),
    formToken: csrfToken(deps, interaction, "consent", consentDigest(target, request)),
    ...signOutForm(context, interaction),
    client: target.client,
    scopes: scopesOf(request.scope),
    details: request.details ?? [],
    place: placeOf(target.redirectUri),
    name: signIn.name,
  });
}

/** Makes the sign-out form of a page. Its token is bound to that page, so that the interaction continues from there. */
export function signOutForm({ deps, basePath }: PageContext, interaction: Interaction): SignOutForm {
  return {
    signOutAction: withQuery(basePath + PATHS.signOut, interaction.parameters),
    signOutToken: csrfToken(deps, interaction, "sign_out"),
  };
}

/** The names in a canonical scope. */
export function scopesOf(scope: string): string[] {
  return scope.split(" ").filter((name) => name !== "");
}

/** What users recognise of a redirect URI: the host, or the scheme of a native application (RFC 8252 §7.1). */
export function placeOf(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri);
  return protocol === "https:" || protocol === "http:" ? host : protocol.slice(0, -1);
}
