import { connectedApplications, endAccess } from "../endpoints/applications.ts";
import { PATHS } from "../endpoints/metadata.ts";
import { applicationsPage } from "../pages/applications.ts";
import { askSignIn, showPage } from "./face.ts";
import type { Answered, Face } from "./face.ts";
import { redirectResponse } from "./page-responses.ts";
import { readParameters, readQuery } from "./request.ts";
import { isOwnForm, tokenFor } from "./visit.ts";
import type { Visit } from "./visit.ts";

/** Which applications have access for whoever is signed in. */
export async function showApplications(face: Face, visited: Visit, request: Request): Promise<Answered> {
  const { deps, brand, basePath } = face;
  const visit = applicationsVisit(visited);
  const { signIn, language } = visit;
  if (signIn === undefined) return askSignIn(face, visit, brand.name);
  const applications = await connectedApplications(deps, signIn.subject);
  const page = applicationsPage(brand, language, {
    action: basePath + PATHS.applications,
    formToken: tokenFor(deps, visit, "end_access"),
    signOutPath: basePath + PATHS.signOut,
    name: signIn.name,
    applications: applications.map(({ client, ...access }) => {
      const { id, name, logoUri, clientUri } = client;
      return { clientId: id, name, logoUri, clientUri, ...access };
    }),
    ended: readQuery(request.url).has("ended"),
  });
  return ["shown", await showPage(face, visit, page)];
}

/** Ends one application's access. */
export async function submitEndAccess(face: Face, visited: Visit, request: Request): Promise<Answered> {
  const { deps, basePath } = face;
  const visit = applicationsVisit(visited);
  const sent = await readParameters(request);
  const token = sent.get("form_token");
  const own = isOwnForm(deps, visit, "end_access", { headers: request.headers, token });
  const path = basePath + PATHS.applications;
  // Signed out meanwhile, or as somebody else: whoever is signed in now sees what is theirs.
  if (!own || visit.signIn === undefined) return ["form_expired", redirectResponse(path)];
  const outcome = await endAccess(deps, visit.signIn.subject, sent.get("client") ?? "");
  return [outcome, redirectResponse(outcome === "ended" ? `${path}?ended=1` : path)];
}

/** What its forms are bound to: this page, whatever else stands in the URL. */
function applicationsVisit(visit: Visit): Visit {
  return { ...visit, parameters: new Map([["page", "applications"]]) };
}
