import type { Deps } from "../deps.ts";
import type { AuthorizationStep } from "../endpoints/authorize.ts";
import { loginPageUrl } from "../endpoints/login.ts";
import { PATHS } from "../endpoints/metadata.ts";
import type { OAuthError } from "../errors.ts";
import { MAX_USERNAME } from "../identity/directory.ts";
import { consentPage } from "../pages/consent.ts";
import type { Brand, Page } from "../pages/page.ts";
import { formPostPage, leavePage, strayPage, toLoginPage } from "../pages/plain.ts";
import { signInPage } from "../pages/sign-in.ts";
import type { Cookies } from "./cookies.ts";
import { queryOf, startOf, withQuery } from "./errand.ts";
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

type Leave = Extract<AuthorizationStep, { step: "leave" }>;

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

/** The page of a step, or the way to the provider's login page, or back to the client. */
export async function showStep(
  face: Face,
  visit: Visit,
  step: AuthorizationStep,
  cookies: readonly string[] = [],
): Promise<Answered> {
  if (step.step === "leave") {
    if (isStray(step)) return [step.error ?? "issued", await showStray(face, visit, step, cookies)];
    if (step.answer.fields !== null) return showStepAfterForm(face, visit, step, cookies);
    return [step.error ?? "issued", redirectResponse(step.answer.to, cookies)];
  }
  if (step.step === "consent") {
    return [step.step, await showPage(face, visit, consentView(face, visit, step), { cookies })];
  }
  return askSignIn(face, visit, step.target.client.name);
}

/** The sign-in page, or the way to the provider's own; `to` names where somebody wants to get. */
export async function askSignIn(face: Face, visit: Visit, to: string): Promise<Answered> {
  const login = loginPageOf(face, visit);
  if (login === null) return ["sign_in", await showPage(face, visit, signInView(face, visit, to))];
  const own = visit.isNewBrowser ? [face.cookies.set("form", visit.browser)] : [];
  return ["login_page", redirectResponse(login, own)];
}

/** The same where a form stood before it: whoever is sent away is sent by a page, as `form-action` holds for redirects. */
export async function showStepAfterForm(
  face: Face,
  visit: Visit,
  step: AuthorizationStep,
  cookies: readonly string[] = [],
): Promise<Answered> {
  if (step.step === "sign_in") return askSignInAfterForm(face, visit, step.target.client.name);
  if (step.step === "consent") return showStep(face, visit, step, cookies);
  return [step.error ?? "issued", await showLeave(face, visit, step, cookies)];
}

/** A fault of a client that nobody has looked at, but for the silent request that somebody with a session makes. */
function isStray({ target, error }: Leave): boolean {
  return error !== null && target.client.selfRegistered && target.parameters.get("prompt") !== "none";
}

function showStray(
  face: Face,
  visit: Visit,
  { target, answer }: Leave,
  cookies: readonly string[],
): Promise<Response> {
  const view = { client: target.client.name, place: placeOf(target.redirectUri), ...answer };
  const page = strayPage(face.brand, visit.language, view);
  return showPage(face, visit, page, { cookies, referrerPolicy: "strict-origin" });
}

/** The page that goes on to the client by itself. */
function showLeave(
  face: Face,
  visit: Visit,
  { target, answer: { to, fields } }: Leave,
  cookies: readonly string[],
): Promise<Response> {
  const { brand } = face;
  const view = { client: target.client.name, to };
  if (fields === null) return showPage(face, visit, leavePage(brand, visit.language, view), { cookies });
  const page = formPostPage(brand, visit.language, { ...view, fields });
  return showPage(face, visit, page, { cookies, referrerPolicy: "strict-origin" });
}

export async function askSignInAfterForm(face: Face, visit: Visit, to: string): Promise<Answered> {
  const login = loginPageOf(face, visit);
  if (login === null) return askSignIn(face, visit, to);
  return ["login_page", await showPage(face, visit, toLoginPage(face.brand, visit.language, login))];
}

/**
 * Where a form leads on to: what somebody signs in for begins anew. With a login page of the provider's it is begun by
 * a page as well, as that may lead away at once.
 */
export function goOnPath({ deps, basePath }: Face, { parameters }: Pick<Visit, "parameters">): string {
  const start = startOf(basePath, parameters);
  if (start === undefined) return basePath + PATHS.signOut;
  return deps.loginUrl === null ? start : withQuery(basePath + PATHS.signIn, parameters);
}

/** null: people sign in here. */
function loginPageOf({ deps }: Face, { browser, parameters }: Visit): string | null {
  if (deps.loginUrl === null) return null;
  return loginPageUrl(deps, deps.loginUrl, { browser, query: queryOf(parameters) });
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
  if (step.step === "leave") return showStepAfterForm(face, visit, step, cookies);
  return [step.step, redirectResponse(goOnPath(face, visit), cookies)];
}

/** @param failed what went wrong at the last attempt, and the username that it was made with */
export function signInView(
  { deps, brand, basePath }: Face,
  visit: Visit,
  client: string,
  failed: { fault: string | null; username: string } = { fault: null, username: "" },
): Page {
  const hint = visit.wishes.get("login_hint") ?? "";
  return signInPage(brand, visit.language, {
    action: withQuery(basePath + PATHS.signIn, visit.parameters),
    formToken: tokenFor(deps, visit, "sign_in"),
    client,
    fault: failed.fault,
    username: failed.fault === null ? hint.slice(0, MAX_USERNAME) : failed.username,
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
