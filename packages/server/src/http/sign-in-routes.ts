import type { Context, Hono } from "hono";
import { readDocumentOf } from "../clients/document-client.ts";
import { authorizationParameters } from "../endpoints/authorization-target.ts";
import { authorize } from "../endpoints/authorize.ts";
import { PATHS } from "../endpoints/metadata.ts";
import type { OAuthError } from "../errors.ts";
import type { Language } from "../pages/language.ts";
import type { Brand } from "../pages/page.ts";
import { errorPage, signedOutPage, signOutPage } from "../pages/plain.ts";
import type { AppOptions } from "./app.ts";
import { showApplications, submitEndAccess } from "./applications.ts";
import { showDevice, submitDevice } from "./device-page.ts";
import { startOf, withQuery } from "./errand.ts";
import { afterForm, askSignInAfterForm, goOnPath, showPage, showStep, showStepAfterForm } from "./face.ts";
import type { Answered, Face } from "./face.ts";
import { returnFromLogin } from "./login-return.ts";
import { errorText, pageResponse, redirectResponse } from "./page-responses.ts";
import { logRefusal } from "./refusal-log.ts";
import { readParameters } from "./request.ts";
import { errorResponse, toOAuthError, wrongMethod } from "./responses.ts";
import { submitSignIn } from "./sign-in-form.ts";
import { isOwnForm, tokenFor, visitOf } from "./visit.ts";
import type { Visit } from "./visit.ts";

type PageHandler = (face: Face, visit: Visit, request: Request, address: string) => Promise<Answered>;

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

export function addSignInRoutes(app: Hono, face: Face, clientAddress: AppOptions["clientAddress"]): void {
  for (const [method, path, name, handler] of ROUTES) {
    app.on(method, path, (c) => serve(face, clientAddress, c, name, handler));
  }
  for (const path of new Set(ROUTES.map(([, path]) => path)))
    app.all(path, () => errorResponse(wrongMethod("GET, POST")));
}

/** Gives what a handler answers its metric, a refusal its log line, and an error its page. */
async function serve(
  face: Face,
  clientAddress: AppOptions["clientAddress"],
  { req: { raw }, env }: Context,
  name: string,
  handler: PageHandler,
): Promise<Response> {
  const { deps, brand, cookies } = face;
  const started = performance.now();
  const address = clientAddress(raw, env);
  let visit: Visit | undefined;
  let answered: Answered;
  try {
    visit = await visitOf(deps, { cookies, languages: brand.languages }, raw);
    await readDocumentOf(deps, visit.parameters.get("client_id"), () => address);
    answered = await handler(face, visit, raw, address);
  } catch (thrown) {
    const error = toOAuthError(thrown);
    const language = visit?.language ?? brand.languages.choose(undefined, raw.headers.get("accept-language"));
    answered = [error, await showError(brand, language, error)];
  }
  const [outcome, response] = answered;
  const isRefused = typeof outcome !== "string";
  const seconds = (performance.now() - started) / 1000;
  deps.metrics.observeRequest(name, undefined, isRefused ? outcome.detail : outcome, seconds);
  if (isRefused) {
    const clientId = visit?.parameters.get("client_id");
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

async function showRequest(face: Face, visit: Visit): Promise<Answered> {
  return showStep(face, visit, await authorize(face.deps, visit.parameters, visit.signIn));
}

/**
 * RFC 6749 §3.1: a client may post its request. It goes on as a GET, since a cookie that is `SameSite=Lax` does not come
 * with another site's post.
 */
async function takeRequest(face: Face, _visit: Visit, request: Request): Promise<Answered> {
  const parameters = authorizationParameters(await readParameters(request));
  return ["posted", redirectResponse(withQuery(face.basePath + PATHS.authorize, parameters))];
}

async function backToRequest(face: Face, visit: Visit): Promise<Answered> {
  const { deps, basePath, brand } = face;
  const { parameters, signIn } = visit;
  if (deps.loginUrl !== null && parameters.has("client_id")) {
    return showStepAfterForm(face, visit, await authorize(deps, parameters, signIn));
  }
  if (deps.loginUrl !== null && signIn === undefined && startOf(basePath, parameters) !== undefined) {
    return askSignInAfterForm(face, visit, brand.name);
  }
  return ["reloaded", redirectResponse(startOf(basePath, parameters) ?? basePath + PATHS.authorize)];
}

async function submitConsent(face: Face, visit: Visit, request: Request): Promise<Answered> {
  const { deps } = face;
  const sent = await readParameters(request);
  const token = sent.get("form_token");
  const own = isOwnForm(deps, visit, "consent", { headers: request.headers, token });
  // Signed out meanwhile, or as somebody else: whoever is signed in now is asked.
  if (!own || visit.signIn === undefined) {
    return ["form_expired", redirectResponse(goOnPath(face, visit))];
  }
  const answer = sent.get("answer") === "allow" ? "allow" : "deny";
  return afterForm(face, visit, await authorize(deps, visit.parameters, visit.signIn, answer));
}

async function askSignOut(face: Face, visit: Visit): Promise<Answered> {
  const { deps, brand } = face;
  const { signIn, language } = visit;
  if (signIn === undefined)
    return ["signed_out", await showPage(face, visit, signedOutPage(brand, language))];
  const action = face.basePath + PATHS.signOut;
  const view = { action, formToken: tokenFor(deps, visit, "sign_out"), name: signIn.name };
  return ["asked", await showPage(face, visit, signOutPage(brand, language, view))];
}

/** With an authorization request or a page in the URL, that goes on, for somebody else. */
async function submitSignOut(face: Face, visit: Visit, request: Request): Promise<Answered> {
  const { deps, brand, cookies, basePath } = face;
  const token = (await readParameters(request)).get("form_token");
  const own = isOwnForm(deps, visit, "sign_out", { headers: request.headers, token });
  if (!own) return ["form_expired", redirectResponse(goOnPath(face, visit))];
  if (visit.signIn !== undefined) await deps.store.signIns.end(visit.signIn.digest);
  const cleared = [cookies.clear("signIn")];
  if (startOf(basePath, visit.parameters) !== undefined) {
    return ["signed_out", redirectResponse(goOnPath(face, visit), cleared)];
  }
  const page = signedOutPage(brand, visit.language);
  return ["signed_out", await showPage(face, visit, page, { cookies: cleared })];
}
