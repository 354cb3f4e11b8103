import { answerDevice, findDevice } from "../endpoints/device.ts";
import type { AskedDevice } from "../endpoints/device.ts";
import { PATHS } from "../endpoints/metadata.ts";
import { OAuthError } from "../errors.ts";
import { answeredDevicePage, confirmDevicePage, enterCodePage } from "../pages/device.ts";
import type { WhoView } from "../pages/device.ts";
import type { SignIn } from "../store/authorization.ts";
import { withQuery } from "./errand.ts";
import { askSignIn, showPage } from "./face.ts";
import type { Answered, Face } from "./face.ts";
import { redirectResponse } from "./page-responses.ts";
import { readParameters, readQuery } from "./request.ts";
import { isOwnForm, tokenFor } from "./visit.ts";
import type { Visit } from "./visit.ts";

/** The longest input that is shown again. */
const MAX_SHOWN = 32;

/** The page of the user code (RFC 8628 §3.3): sign in, type the code, be asked. */
export async function showDevice(
  face: Face,
  given: Visit,
  request: Request,
  address: string,
): Promise<Answered> {
  const visit = deviceVisit(given, request);
  const { signIn, parameters } = visit;
  if (signIn === undefined) return askSignIn(face, visit, face.brand.name);
  const typed = parameters.get("user_code");
  if (typed === undefined) return ["enter_code", await showEntry(face, visit, signIn)];
  const asked = await found(face, visit, signIn, address);
  if (asked instanceof OAuthError) return refused(face, visit, signIn, asked);
  return ["confirm", await showPage(face, visit, confirmView(face, visit, signIn, asked))];
}

/** Allowed, or denied. */
export async function submitDevice(
  face: Face,
  given: Visit,
  request: Request,
  address: string,
): Promise<Answered> {
  const { deps, brand, basePath } = face;
  const visit = deviceVisit(given, request);
  const { signIn, parameters, language } = visit;
  const sent = await readParameters(request);
  const own = isOwnForm(deps, visit, "device", { headers: request.headers, token: sent.get("form_token") });
  // Signed out meanwhile, or as somebody else: whoever is signed in now is asked.
  if (!own || signIn === undefined) {
    return ["form_expired", redirectResponse(withQuery(basePath + PATHS.device, parameters))];
  }
  const asked = await found(face, visit, signIn, address);
  if (asked instanceof OAuthError) return refused(face, visit, signIn, asked);
  const allowed = sent.get("answer") === "allow";
  if (!(await answerDevice(deps, asked, signIn, allowed))) {
    return refused(face, visit, signIn, unknownCode());
  }
  const page = answeredDevicePage(brand, language, allowed);
  return [allowed ? "allowed" : "denied", await showPage(face, visit, page)];
}

/** What its forms are bound to: this page, and the code in its URL. */
function deviceVisit(visit: Visit, { url }: Request): Visit {
  const code = readQuery(url).get("user_code");
  const parameters = new Map([
    ["page", "device"],
    ...(code === undefined ? [] : [["user_code", code] as const]),
  ]);
  return { ...visit, parameters };
}

async function found(
  { deps }: Face,
  { parameters }: Visit,
  signIn: SignIn,
  address: string,
): Promise<AskedDevice | OAuthError> {
  try {
    const typed = parameters.get("user_code") ?? "";
    return (await findDevice(deps, typed, signIn, address)) ?? unknownCode();
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
}

function unknownCode(): OAuthError {
  const description = "There is no such code, or it has expired.";
  return new OAuthError("invalid_request", { description, detail: "unknown_user_code" });
}

/** The page to type a code, with what was wrong with the last one. */
async function refused(face: Face, visit: Visit, signIn: SignIn, error: OAuthError): Promise<Answered> {
  const { say } = visit.language;
  const { status, retryAfter } = error;
  const fault =
    status === 429 ? say("device.tooMany", { seconds: String(retryAfter ?? 60) }) : say("device.wrong");
  return [error, await showEntry(face, visit, signIn, { fault, status, retryAfter })];
}

function showEntry(
  face: Face,
  visit: Visit,
  signIn: SignIn,
  {
    fault = null,
    ...options
  }: { fault?: string | null; status?: number; retryAfter?: number | undefined } = {},
): Promise<Response> {
  const { brand, basePath } = face;
  const typed = (visit.parameters.get("user_code") ?? "").slice(0, MAX_SHOWN);
  const view = { action: basePath + PATHS.device, typed, fault, who: whoView(face, visit, signIn) };
  return showPage(face, visit, enterCodePage(brand, visit.language, view), options);
}

function confirmView(face: Face, visit: Visit, signIn: SignIn, { client, request, userCode }: AskedDevice) {
  const { deps, brand, basePath } = face;
  return confirmDevicePage(brand, visit.language, {
    action: withQuery(basePath + PATHS.device, visit.parameters),
    formToken: tokenFor(deps, visit, "device"),
    userCode,
    client,
    scopes: request.scope.split(" ").filter((scope) => scope !== ""),
    who: whoView(face, visit, signIn),
  });
}

function whoView({ deps, basePath }: Face, visit: Visit, { name }: SignIn): WhoView {
  return {
    name,
    signOutAction: withQuery(basePath + PATHS.signOut, visit.parameters),
    signOutToken: tokenFor(deps, visit, "sign_out"),
  };
}
