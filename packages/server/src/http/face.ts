import type { Deps } from "../deps.ts";
import type { AuthorizationStep } from "../endpoints/authorize.ts";
import { PATHS } from "../endpoints/metadata.ts";
import type { OAuthError } from "../errors.ts";
import { consentPage } from "../pages/consent.ts";
import type { Brand, Page } from "../pages/page.ts";
import { leavePage } from "../pages/plain.ts";
import { signInPage } from "../pages/sign-in.ts";
import type { Cookies } from "./cookies.ts";
import { withQuery } from "./errand.ts";
import { pageResponse, redirectResponse } from "./page-responses.ts";
import type { PageResponseOptions } from "./page-responses.ts";
import { tokenFor } from "./visit.ts";
import type { Visit } from "./visit.ts";

/** What the pages are made with. */
export interface Face {
  deps: Deps;
  brand: Brand;
  cookies: Cookies;
  /** The issuer's path: "" or `/auth`. */
  basePath: string;
}

/** What a page's request came to: the outcome for the metric, or the refusal for the log as well, and the response. */
export type Answered = [outcome: string | OAuthError, response: Response];

/** A page; whoever has none yet gets the cookie that its forms are bound to. */
export function showPage(
  { brand, cookies }: Face,
  { browser, isNewBrowser }: Visit,
  page: Page,
  options: PageResponseOptions = {},
): Promise<Response> {
  const own = isNewBrowser ? [cookies.set("form", browser)] : [];
  return pageResponse(brand, page, { ...options, cookies: [...own, ...(options.cookies ?? [])] });
}

/** The page of a step, or the way back to the client. */
export async function showStep(face: Face, visit: Visit, step: AuthorizationStep): Promise<Answered> {
  if (step.step === "leave") return [step.error ?? "issued", redirectResponse(step.to)];
  const page =
    step.step === "sign_in"
      ? signInView(face, visit, step.target.client.name)
      : consentView(face, visit, step);
  return [step.step, await showPage(face, visit, page)];
}

/**
 * The same after a form: what has a page of its own is gone to, so that reloading sends nothing again, and the client is
 * left for by a page, since `form-action` holds for redirects too.
 */
export async function afterForm(
  face: Face,
  visit: Visit,
  step: AuthorizationStep,
  cookies: readonly string[] = [],
): Promise<Answered> {
  const { brand } = face;
  if (step.step !== "leave") {
    const to = withQuery(face.basePath + PATHS.authorize, visit.parameters);
    return [step.step, redirectResponse(to, cookies)];
  }
  const view = { client: step.target.client.name, to: step.to };
  const response = await showPage(face, visit, leavePage(brand, visit.language, view), { cookies });
  return [step.error ?? "issued", response];
}

/** @param failed what went wrong at the last attempt, and the username that it was made with */
export function signInView(
  { deps, brand, basePath }: Face,
  visit: Visit,
  client: string,
  failed: { fault: string | null; username: string } = { fault: null, username: "" },
): Page {
  const hint = visit.parameters.get("login_hint") ?? "";
  return signInPage(brand, visit.language, {
    action: withQuery(basePath + PATHS.signIn, visit.parameters),
    formToken: tokenFor(deps, visit, "sign_in"),
    client,
    fault: failed.fault,
    username: failed.fault === null ? hint : failed.username,
  });
}

function consentView(
  { deps, brand, basePath }: Face,
  visit: Visit,
  { target, request, signIn }: Extract<AuthorizationStep, { step: "consent" }>,
): Page {
  return consentPage(brand, visit.language, {
    action: withQuery(basePath + PATHS.consent, visit.parameters),
    formToken: tokenFor(deps, visit, "consent"),
    signOutAction: withQuery(basePath + PATHS.signOut, visit.parameters),
    signOutToken: tokenFor(deps, visit, "sign_out"),
    client: target.client,
    scopes: request.scope.split(" ").filter((scope) => scope !== ""),
    place: placeOf(target.redirectUri),
    name: signIn.name,
  });
}

/** A host, or the scheme of an application. */
function placeOf(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri);
  return protocol === "https:" || protocol === "http:" ? host : protocol.slice(0, -1);
}
