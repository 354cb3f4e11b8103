import { authorizedApps, revokeAppAccess } from "../../endpoints/authorized-apps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { applicationsPage } from "../../pages/applications.ts";
import { askSignIn, showPage } from "./render.ts";
import type { PageResult, PageContext } from "./render.ts";
import { redirectResponse } from "./page-responses.ts";
import { readParameters, readQuery } from "../request.ts";
import { isOwnForm, tokenFor } from "./context.ts";
import type { Interaction } from "./context.ts";

/** Which applications have access for whoever is signed in. */
export async function showApplications(
  context: PageContext,
  visited: Interaction,
  request: Request,
): Promise<PageResult> {
  const { deps, brand, basePath } = context;
  const interaction = applicationsVisit(visited);
  const { signIn, language } = interaction;
  if (signIn === undefined) return askSignIn(context, interaction, brand.name);
  const applications = await authorizedApps(deps, signIn.subject);
  const page = applicationsPage(brand, language, {
    action: basePath + PATHS.applications,
    formToken: tokenFor(deps, interaction, "end_access"),
    signOutPath: basePath + PATHS.signOut,
    name: signIn.name,
    applications: applications.map(({ client, ...access }) => {
      const { id, name, logoUri, clientUri } = client;
      return { clientId: id, name, logoUri, clientUri, ...access };
    }),
    ended: readQuery(request.url).has("ended"),
  });
  return ["shown", await showPage(context, interaction, page)];
}

/** Ends one application's access. */
export async function submitEndAccess(
  context: PageContext,
  visited: Interaction,
  request: Request,
): Promise<PageResult> {
  const { deps, basePath } = context;
  const interaction = applicationsVisit(visited);
  const sent = await readParameters(request);
  const token = sent.get("form_token");
  const own = isOwnForm(deps, interaction, "end_access", { headers: request.headers, token });
  const path = basePath + PATHS.applications;
  // Signed out meanwhile, or as somebody else: whoever is signed in now sees what is theirs.
  if (!own || interaction.signIn === undefined) return ["form_expired", redirectResponse(path)];
  const outcome = await revokeAppAccess(deps, interaction.signIn.subject, sent.get("client") ?? "");
  return [outcome, redirectResponse(outcome === "ended" ? `${path}?ended=1` : path)];
}

/** What its forms are bound to: this page, whatever else stands in the URL. */
function applicationsVisit(interaction: Interaction): Interaction {
  return { ...interaction, parameters: new Map([["page", "applications"]]) };
}
