import type { Deps } from "../../deps.ts";
import type { AuthorizationStep } from "../../endpoints/authorize.ts";
import { loginPageUrl } from "../../endpoints/login.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import type { OAuthError } from "../../errors/oauth-error.ts";
import { MAX_USERNAME } from "../../identity/user-store.ts";
import { consentPage } from "../../pages/consent.ts";
import type { Brand, Page } from "../../pages/page.ts";
import { formPostPage, redirectPage, redirectWarningPage, toLoginPage } from "../../pages/plain.ts";
import { signInPage } from "../../pages/sign-in.ts";
import type { Cookies } from "./cookies.ts";
import { queryOf, returnUrl, withQuery } from "./return-to.ts";
import { pageResponse, redirectResponse } from "./page-responses.ts";
import type { PageResponseOptions } from "./page-responses.ts";
import { tokenFor } from "./context.ts";
import type { Interaction } from "./context.ts";

/** What the pages are made with. */
export interface PageContext {
  deps: Deps;
  brand: Brand;
  cookies: Cookies;
  /** The issuer's path: "" or `/auth`. */
  basePath: string;
}

type RedirectStep = Extract<AuthorizationStep, { step: "redirect" }>;

/** What a page's request came to: the outcome for the metric, or the refusal for the log as well, and the response. */
export type PageResult = [outcome: string | OAuthError, response: Response];

/** A page; whoever has none yet gets the cookie that its forms are bound to. */
export function showPage(
  { brand, cookies }: PageContext,
  { browser, isNewBrowser }: Interaction,
  page: Page,
  options: PageResponseOptions = {},
): Promise<Response> {
  const own = isNewBrowser ? [cookies.set("form", browser)] : [];
  return pageResponse(brand, page, { ...options, cookies: [...own, ...(options.cookies ?? [])] });
}

/** The page of a step, or the way to the provider's login page, or back to the client. */
export async function showStep(
  context: PageContext,
  interaction: Interaction,
  step: AuthorizationStep,
  cookies: readonly string[] = [],
): Promise<PageResult> {
  if (step.step === "redirect") {
    if (isUntrustedRedirect(step))
      return [step.error ?? "issued", await showRedirectWarning(context, interaction, step, cookies)];
    if (step.answer.fields !== null) return showStepAfterForm(context, interaction, step, cookies);
    return [step.error ?? "issued", redirectResponse(step.answer.to, cookies)];
  }
  if (step.step === "consent") {
    return [
      step.step,
      await showPage(context, interaction, consentView(context, interaction, step), { cookies }),
    ];
  }
  return askSignIn(context, interaction, step.target.client.name);
}

/** The sign-in page, or the way to the provider's own; `to` names where somebody wants to get. */
export async function askSignIn(
  context: PageContext,
  interaction: Interaction,
  to: string,
): Promise<PageResult> {
  const login = loginPageOf(context, interaction);
  if (login === null)
    return ["sign_in", await showPage(context, interaction, signInView(context, interaction, to))];
  const own = interaction.isNewBrowser ? [context.cookies.set("form", interaction.browser)] : [];
  return ["login_provider", redirectResponse(login, own)];
}

/** The same where a form stood before it: whoever is sent away is sent by a page, as `form-action` holds for redirects. */
export async function showStepAfterForm(
  context: PageContext,
  interaction: Interaction,
  step: AuthorizationStep,
  cookies: readonly string[] = [],
): Promise<PageResult> {
  if (step.step === "sign_in") return askSignInAfterForm(context, interaction, step.target.client.name);
  if (step.step === "consent") return showStep(context, interaction, step, cookies);
  return [step.error ?? "issued", await showRedirect(context, interaction, step, cookies)];
}

/** A fault of a client that nobody has looked at, but for the silent request that somebody with a session makes. */
function isUntrustedRedirect({ target, error }: RedirectStep): boolean {
  return error !== null && target.client.selfRegistered && target.parameters.get("prompt") !== "none";
}

function showRedirectWarning(
  context: PageContext,
  interaction: Interaction,
  { target, answer }: RedirectStep,
  cookies: readonly string[],
): Promise<Response> {
  const view = { client: target.client.name, place: placeOf(target.redirectUri), ...answer };
  const page = redirectWarningPage(context.brand, interaction.language, view);
  return showPage(context, interaction, page, { cookies, referrerPolicy: "strict-origin" });
}

/** The page that goes on to the client by itself. */
function showRedirect(
  context: PageContext,
  interaction: Interaction,
  { target, answer: { to, fields } }: RedirectStep,
  cookies: readonly string[],
): Promise<Response> {
  const { brand } = context;
  const view = { client: target.client.name, to };
  if (fields === null)
    return showPage(context, interaction, redirectPage(brand, interaction.language, view), { cookies });
  const page = formPostPage(brand, interaction.language, { ...view, fields });
  return showPage(context, interaction, page, { cookies, referrerPolicy: "strict-origin" });
}

export async function askSignInAfterForm(
  context: PageContext,
  interaction: Interaction,
  to: string,
): Promise<PageResult> {
  const login = loginPageOf(context, interaction);
  if (login === null) return askSignIn(context, interaction, to);
  return [
    "login_provider",
    await showPage(context, interaction, toLoginPage(context.brand, interaction.language, login)),
  ];
}

/**
 * Where a form leads on to: what somebody signs in for begins anew. With a login page of the provider's it is begun by
 * a page as well, as that may lead away at once.
 */
export function resumePath(
  { deps, basePath }: PageContext,
  { parameters }: Pick<Interaction, "parameters">,
): string {
  const start = returnUrl(basePath, parameters);
  if (start === undefined) return basePath + PATHS.signOut;
  return deps.loginUrl === null ? start : withQuery(basePath + PATHS.signIn, parameters);
}

/** null: people sign in here. */
function loginPageOf({ deps }: PageContext, { browser, parameters }: Interaction): string | null {
  if (deps.loginUrl === null) return null;
  return loginPageUrl(deps, deps.loginUrl, { browser, query: queryOf(parameters) });
}

/**
 * The same after a form: what has a page of its own is gone to, so that reloading sends nothing again, and the client is
 * left for by a page, since `form-action` holds for redirects too.
 */
export async function afterForm(
  context: PageContext,
  interaction: Interaction,
  step: AuthorizationStep,
  cookies: readonly string[] = [],
): Promise<PageResult> {
  if (step.step === "redirect") return showStepAfterForm(context, interaction, step, cookies);
  return [step.step, redirectResponse(resumePath(context, interaction), cookies)];
}

/** @param failed what went wrong at the last attempt, and the username that it was made with */
export function signInView(
  { deps, brand, basePath }: PageContext,
  interaction: Interaction,
  client: string,
  failed: { fault: string | null; username: string } = { fault: null, username: "" },
): Page {
  const hint = interaction.uiHints.get("login_hint") ?? "";
  return signInPage(brand, interaction.language, {
    action: withQuery(basePath + PATHS.signIn, interaction.parameters),
    formToken: tokenFor(deps, interaction, "sign_in"),
    client,
    fault: failed.fault,
    username: failed.fault === null ? hint.slice(0, MAX_USERNAME) : failed.username,
  });
}

function consentView(
  { deps, brand, basePath }: PageContext,
  interaction: Interaction,
  { target, request, signIn }: Extract<AuthorizationStep, { step: "consent" }>,
): Page {
  return consentPage(brand, interaction.language, {
    action: withQuery(basePath + PATHS.consent, interaction.parameters),
    formToken: tokenFor(deps, interaction, "consent"),
    signOutAction: withQuery(basePath + PATHS.signOut, interaction.parameters),
    signOutToken: tokenFor(deps, interaction, "sign_out"),
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
