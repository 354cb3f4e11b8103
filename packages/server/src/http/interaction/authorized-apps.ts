import { shownLogo } from "../../clients/shown-logo.ts";
import { authorizedApps, extendAppAccess, revokeAppAccess } from "../../endpoints/authorized-apps.ts";
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

/** What was just done, in the page's URL after it. */
const NOTICES = ["revoked", "extended"] as const;

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
    formToken: csrfToken(deps, interaction, "app_access"),
    signOutPath: basePath + PATHS.signOut,
    name: signIn.name,
    apps: apps.map(({ client, ...access }) => ({
      clientId: client.id,
      name: client.name,
      logoUri: shownLogo(client),
      clientUri: client.clientUri,
      ...access,
    })),
    notice: NOTICES.find((notice) => readQuery(request.url).has(notice)),
  });
  return ["shown", await showPage(context, interaction, page)];
}

/**
 * POST of one application's form, by the application's client id: `action` `extend` extends its grants, and `revoke`, or
 * none, removes its access.
 *
 * @returns the outcome `revoked`, `no_access`, `lifetime_extended`, `not_extended` or `form_expired`, and a 303 to the page
 * @throws OAuthError `cross_site_form` (403)
 */
export async function submitAuthorizedApp(
  context: PageContext,
  requested: Interaction,
  { request }: IncomingRequest,
): Promise<Result> {
  const { deps, basePath } = context;
  const interaction = { ...requested, parameters: PARAMETERS };
  const form = await readParameters(request);
  const sent = { headers: request.headers, token: form.get("form_token") };
  const path = basePath + PATHS.applications;
  const action = form.get("action") ?? "revoke";
  const isKnown = action === "extend" || action === "revoke";
  // The user signed out since the page was shown, or in as another user: show the current user's applications.
  if (!isKnown || !isOwnForm(deps, interaction, "app_access", sent) || interaction.signIn === undefined) {
    return ["form_expired", redirectResponse(path)];
  }
  const { subject } = interaction.signIn;
  const client = form.get("client") ?? "";
  if (action === "extend") {
    const outcome = await extendAppAccess(deps, subject, client);
    return [outcome, redirectResponse(outcome === "lifetime_extended" ? `${path}?extended=1` : path)];
  }
  const outcome = await revokeAppAccess(deps, subject, client);
  return [outcome, redirectResponse(outcome === "revoked" ? `${path}?revoked=1` : path)];
}
