import type { AuthorizationStep } from "../../endpoints/authorize.ts";
import { loginPageUrl } from "../../endpoints/login.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { formPostPage, loginRedirectPage, redirectPage, redirectWarningPage } from "../../pages/redirect.ts";
import type { Result } from "../serve.ts";
import type { Interaction, PageContext } from "./context.ts";
import { newBrowserCookie, redirectResponse, showPage } from "./page-responses.ts";
import { queryOf, returnUrl, withQuery } from "./return-to.ts";
import { consentView, placeOf, signInView } from "./views.ts";

/** The user's next step, or where the browser is sent. A Regrant page asks for the sign-in under the brand's name. */
type Step =
  Exclude<AuthorizationStep, { step: "sign_in" }> | { step: "sign_in"; target: { client: { name: string } } };
type RedirectStep = Extract<Step, { step: "redirect" }>;

/**
 * How the browser got to this step: by a `link` or a redirect from elsewhere; by posting a Regrant `form`; or by our
 * redirect `after_form`, to which the form's `form-action` still applies in Chromium.
 */
type Arrival = "link" | "form" | "after_form";

interface RenderOptions {
  /** By default `link`. */
  arrival?: Arrival;
  /** `Set-Cookie` headers. */
  cookies?: readonly string[];
}

/**
 * Shows the next step.
 *
 * | step       | `link`                        | `form`                | `after_form`                        |
 * | ---------- | ----------------------------- | --------------------- | ----------------------------------- |
 * | `sign_in`  | our page, or 303 to the other | 303 to `resumePath`   | our page, or one that leads there   |
 * | `consent`  | page                          | 303 to `resumePath`   | page                                |
 * | `redirect` | 303 to the client             | page that leads there | page that leads there               |
 *
 * The other sign-in page is the provider's login page (setting `loginUrl`). After a form, another site is reached by a page
 * and not by a redirect, to which `form-action` would apply. A `form_post` response always needs a page. An error of a
 * client that registered itself is a warning page, unless the user posted a form, or is signed in and the request is a
 * silent one (`prompt=none`).
 *
 * @returns the outcome (`sign_in`, `login_provider`, `consent`, `issued`) or the error that the client gets
 */
export async function render(
  context: PageContext,
  interaction: Interaction,
  step: Step,
  { arrival = "link", cookies = [] }: RenderOptions = {},
): Promise<Result> {
  if (step.step === "redirect") {
    return [step.error ?? "issued", await renderRedirect(context, interaction, step, { arrival, cookies })];
  }
  if (arrival === "form") return [step.step, redirectResponse(resumePath(context, interaction), cookies)];
  if (step.step === "sign_in") {
    return renderSignIn(context, interaction, step.target.client.name, { arrival, cookies });
  }
  const page = consentView(context, interaction, step);
  return [step.step, await showPage(context, interaction, page, { cookies })];
}

/** Makes the sign-in step for a Regrant page. */
export function signInStep({ brand }: PageContext): Step {
  return { step: "sign_in", target: { client: brand } };
}

/**
 * Returns where the browser continues after a form: the start of the authorization request, or the Regrant page. If
 * the provider has its own login page, this is our sign-in path, which answers with a page (`after_form`).
 */
export function resumePath({ deps, basePath }: PageContext, { parameters }: Interaction): string {
  const url = returnUrl(basePath, parameters);
  if (url === undefined) return basePath + PATHS.signOut;
  return deps.loginUrl === null ? url : withQuery(basePath + PATHS.signIn, parameters);
}

/** Shows our sign-in page, or leads to the provider's login page. */
async function renderSignIn(
  context: PageContext,
  interaction: Interaction,
  clientName: string,
  { arrival, cookies }: Required<RenderOptions>,
): Promise<Result> {
  const { deps, brand } = context;
  if (deps.loginUrl === null) {
    const page = signInView(context, interaction, clientName);
    return ["sign_in", await showPage(context, interaction, page, { cookies })];
  }
  const { browser, parameters, language } = interaction;
  const url = loginPageUrl(deps, deps.loginUrl, { browser, query: queryOf(parameters) });
  const response =
    arrival === "link"
      ? redirectResponse(url, [...newBrowserCookie(context, interaction), ...cookies])
      : await showPage(context, interaction, loginRedirectPage(brand, language, url), { cookies });
  return ["login_provider", response];
}

/** Sends the browser to the client, with a code or an error. */
function renderRedirect(
  context: PageContext,
  interaction: Interaction,
  step: RedirectStep,
  { arrival, cookies }: Required<RenderOptions>,
): Response | Promise<Response> {
  const { brand } = context;
  const { language, signIn } = interaction;
  const { client, redirectUri } = step.target;
  const { to, fields } = step.response;
  if (arrival !== "form" && isUntrustedRedirect(step, signIn)) {
    const view = { client: client.name, place: placeOf(redirectUri), to, fields };
    const options = { cookies, referrerPolicy: "strict-origin" } as const;
    return showPage(context, interaction, redirectWarningPage(brand, language, view), options);
  }
  if (fields !== null) {
    const page = formPostPage(brand, language, { client: client.name, to, fields });
    return showPage(context, interaction, page, { cookies, referrerPolicy: "strict-origin" });
  }
  if (arrival === "link") return redirectResponse(to, cookies);
  return showPage(context, interaction, redirectPage(brand, language, { client: client.name, to }), {
    cookies,
  });
}

/**
 * RFC 9700 §4.11.2: the authorization server must not become an open redirector. The provider has not checked this
 * client, and the user has agreed to nothing. With `prompt=none` the client expects an error, but the exception of the RFC
 * is for prompting only: the user must be authenticated first.
 */
function isUntrustedRedirect({ target, error }: RedirectStep, signIn: Interaction["signIn"]): boolean {
  if (error === null || !target.client.selfRegistered) return false;
  return signIn === undefined || target.parameters.get("prompt") !== "none";
}
