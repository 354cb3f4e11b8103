import type { Context, Hono } from "hono";
import { refreshClientMetadata } from "../../clients/cimd/client-metadata-documents.ts";
import { authorizationParameters } from "../../endpoints/authorization-target.ts";
import { authorize } from "../../endpoints/authorize.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import type { OAuthError } from "../../errors/oauth-error.ts";
import type { Language } from "../../pages/language.ts";
import type { Brand } from "../../pages/page.ts";
import { errorPage, signedOutPage, signOutPage } from "../../pages/plain.ts";
import type { AppOptions } from "../app.ts";
import { showApplications, submitEndAccess } from "./authorized-apps.ts";
import { showDevice, submitDevice } from "./device.ts";
import { returnUrl, withQuery } from "./return-to.ts";
import {
  afterForm,
  askSignInAfterForm,
  resumePath,
  showPage,
  showStep,
  showStepAfterForm,
} from "./render.ts";
import type { PageResult, PageContext } from "./render.ts";
import { returnFromLogin } from "./login-callback.ts";
import { errorText, pageResponse, redirectResponse } from "./page-responses.ts";
import { logRefusal } from "../refusal-log.ts";
import { readParameters } from "../request.ts";
import { errorResponse, toOAuthError, wrongMethod } from "../responses.ts";
import { submitSignIn } from "./sign-in.ts";
import { isOwnForm, tokenFor, loadInteraction } from "./context.ts";
import type { Interaction } from "./context.ts";

type PageHandler = (
  context: PageContext,
  interaction: Interaction,
  request: Request,
  address: string,
) => Promise<PageResult>;

/** The pages of signing in, by method and path; `name` is for metric and log. */
const ROUTES: readonly [method: "GET" | "POST", path: string, name: string, handler: PageHandler][] = [
  ["GET", PATHS.authorize, "authorize", showRequest],
  ["POST", PATHS.authorize, "authorize", takeRequest],
  // Where a form's page is reloaded, or its address opened anew.
  ["GET", PATHS.signIn, "sign_in", backToRequest],
  ["POST", PATHS.signIn, "sign_in", submitSignIn],
  ["GET", PATHS.consent, "consent", backToRequest],
  ["POST", PATHS.consent, "consent", submitConsent],
  ["GET", PATHS.loginReturn, "login_return", returnFromLogin],
  ["GET", PATHS.applications, "applications", showApplications],
  ["POST", PATHS.applications, "applications", submitEndAccess],
  ["GET", PATHS.signOut, "sign_out", askSignOut],
  ["POST", PATHS.signOut, "sign_out", submitSignOut],
  ["GET", PATHS.device, "device", showDevice],
  ["POST", PATHS.device, "device", submitDevice],
];

export function addSignInRoutes(
  app: Hono,
  context: PageContext,
  clientAddress: AppOptions["clientAddress"],
): void {
  for (const [method, path, name, handler] of ROUTES) {
    app.on(method, path, (c) => serve(context, clientAddress, c, name, handler));
  }
  for (const path of new Set(ROUTES.map(([, path]) => path)))
    app.all(path, () => errorResponse(wrongMethod("GET, POST")));
}

/** Gives what a handler answers its metric, a refusal its log line, and an error its page. */
async function serve(
  context: PageContext,
  clientAddress: AppOptions["clientAddress"],
  { req: { raw }, env }: Context,
  name: string,
  handler: PageHandler,
): Promise<Response> {
  const { deps, brand, cookies } = context;
  const started = performance.now();
  const address = clientAddress(raw, env);
  let interaction: Interaction | undefined;
  let answered: PageResult;
  try {
    interaction = await loadInteraction(deps, { cookies, languages: brand.languages }, raw);
    await refreshClientMetadata(deps, interaction.parameters.get("client_id"), () => address);
    answered = await handler(context, interaction, raw, address);
  } catch (thrown) {
    const error = toOAuthError(thrown);
    const language =
      interaction?.language ?? brand.languages.choose(undefined, raw.headers.get("accept-language"));
    answered = [error, await showError(brand, language, error)];
  }
  const [outcome, response] = answered;
  const isRefused = typeof outcome !== "string";
  const seconds = (performance.now() - started) / 1000;
  deps.metrics.observeRequest(name, undefined, isRefused ? outcome.causeName : outcome, seconds);
  if (isRefused) {
    const clientId = interaction?.parameters.get("client_id");
    logRefusal(deps, outcome, { endpoint: name, clientId, address });
  }
  return response;
}

/** The public text only, and nothing of our own faults. */
function showError(brand: Brand, language: Language, error: OAuthError): Promise<Response> {
  const { status, retryAfter, code, description } = error;
  const details = status < 500 ? `${code}: ${description}` : null;
  const page = errorPage(brand, language, { text: errorText(error), details });
  return pageResponse(brand, page, { status, retryAfter });
}

async function showRequest(context: PageContext, interaction: Interaction): Promise<PageResult> {
  return showStep(
    context,
    interaction,
    await authorize(context.deps, interaction.parameters, interaction.signIn),
  );
}

/**
 * RFC 6749 §3.1: a client may post its request. It goes on as a GET, since a cookie that is `SameSite=Lax` does not come
 * with another site's post.
 */
async function takeRequest(context: PageContext, _visit: Interaction, request: Request): Promise<PageResult> {
  const parameters = authorizationParameters(await readParameters(request));
  return ["posted", redirectResponse(withQuery(context.basePath + PATHS.authorize, parameters))];
}

async function backToRequest(context: PageContext, interaction: Interaction): Promise<PageResult> {
  const { deps, basePath, brand } = context;
  const { parameters, signIn } = interaction;
  if (deps.loginUrl !== null && parameters.has("client_id")) {
    return showStepAfterForm(context, interaction, await authorize(deps, parameters, signIn));
  }
  if (deps.loginUrl !== null && signIn === undefined && returnUrl(basePath, parameters) !== undefined) {
    return askSignInAfterForm(context, interaction, brand.name);
  }
  return ["reloaded", redirectResponse(returnUrl(basePath, parameters) ?? basePath + PATHS.authorize)];
}

async function submitConsent(
  context: PageContext,
  interaction: Interaction,
  request: Request,
): Promise<PageResult> {
  const { deps } = context;
  const sent = await readParameters(request);
  const token = sent.get("form_token");
  const own = isOwnForm(deps, interaction, "consent", { headers: request.headers, token });
  // Signed out meanwhile, or as somebody else: whoever is signed in now is asked.
  if (!own || interaction.signIn === undefined) {
    return ["form_expired", redirectResponse(resumePath(context, interaction))];
  }
  const answer = sent.get("answer") === "allow" ? "allow" : "deny";
  return afterForm(
    context,
    interaction,
    await authorize(deps, interaction.parameters, interaction.signIn, answer),
  );
}

async function askSignOut(context: PageContext, interaction: Interaction): Promise<PageResult> {
  const { deps, brand } = context;
  const { signIn, language } = interaction;
  if (signIn === undefined)
    return ["signed_out", await showPage(context, interaction, signedOutPage(brand, language))];
  const action = context.basePath + PATHS.signOut;
  const view = { action, formToken: tokenFor(deps, interaction, "sign_out"), name: signIn.name };
  return ["asked", await showPage(context, interaction, signOutPage(brand, language, view))];
}

/** With an authorization request or a page in the URL, that goes on, for somebody else. */
async function submitSignOut(
  context: PageContext,
  interaction: Interaction,
  request: Request,
): Promise<PageResult> {
  const { deps, brand, cookies, basePath } = context;
  const token = (await readParameters(request)).get("form_token");
  const own = isOwnForm(deps, interaction, "sign_out", { headers: request.headers, token });
  if (!own) return ["form_expired", redirectResponse(resumePath(context, interaction))];
  if (interaction.signIn !== undefined) await deps.store.signIns.end(interaction.signIn.digest);
  const cleared = [cookies.clear("signIn")];
  if (returnUrl(basePath, interaction.parameters) !== undefined) {
    return ["signed_out", redirectResponse(resumePath(context, interaction), cleared)];
  }
  const page = signedOutPage(brand, interaction.language);
  return ["signed_out", await showPage(context, interaction, page, { cookies: cleared })];
}
