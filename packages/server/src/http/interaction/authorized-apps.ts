import { authorizedApps, revokeAppAccess } from "../../endpoints/authorized-apps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { authorizedAppsPage } from "../../pages/authorized-apps.ts";
import { readParameters, readQuery } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import type { Result } from "../serve.ts";
import type { Interaction, PageContext } from "./context.ts";
import { csrfToken, isOwnForm } from "./csrf-token.ts";
import { redirectResponse, showPage } from "./page-responses.ts";
import { render, signInStep } from "./render.ts";

/** The parameters that the forms of this page are bound to. Others in the URL are ignored. */
const PARAMETERS: ReadonlyMap<string, string> = new Map([["page", "applications"]]);

/** GET of the page that lists the applications with access to the user's account. It signs the user in first. */
export async function showAuthorizedApps(
  context: PageContext,
  requested: Interaction,
  { request }: IncomingRequest,
): Promise<Result> {
  const { deps, brand, basePath } = context;
  const interaction = { ...requested, parameters: PARAMETERS };
  const { signIn, language } = interaction;
  if (signIn === undefined) return render(context, interaction, signInStep(context));
  const apps = await authorizedApps(deps, signIn.subject);
  const page = authorizedAppsPage(brand, language, {
    action: basePath + PATHS.applications,
    formToken: csrfToken(deps, interaction, "revoke_access"),
    signOutPath: basePath + PATHS.signOut,
    name: signIn.name,
    apps: apps.map(({ client: { id, name, logoUri, clientUri }, ...access }) => ({
      clientId: id,
      name,
      logoUri,
      clientUri,
      ...access,
    })),
    revoked: readQuery(request.url).has("revoked"),
  });
  return ["shown", await showPage(context, interaction, page)];
}

/**
 * POST of the form that removes one application's access, by the application's client id.
 *
 * @returns the outcome `revoked`, `no_access` or `form_expired`, and a 303 to the page
 * @throws OAuthError `cross_site_form` (403)
 */
export async function submitRevokeAppAccess(
  context: PageContext,
  requested: Interaction,
  { request }: IncomingRequest,
): Promise<Result> {
  const { deps, basePath } = context;
  const interaction = { ...requested, parameters: PARAMETERS };
  const form = await readParameters(request);
  const sent = { headers: request.headers, token: form.get("form_token") };
  const path = basePath + PATHS.applications;
  // The user signed out since the page was shown, or in as another user: show the current user's applications.
  if (!isOwnForm(deps, interaction, "revoke_access", sent) || interaction.signIn === undefined) {
    return ["form_expired", redirectResponse(path)];
  }
  const outcome = await revokeAppAccess(deps, interaction.signIn.subject, form.get("client") ?? "");
  return [outcome, redirectResponse(outcome === "revoked" ? `${path}?revoked=1` : path)];
}
