import { afterSignIn, authorize, cancel } from "../endpoints/authorize.ts";
import { findTarget } from "../endpoints/authorization-target.ts";
import { PATHS } from "../endpoints/metadata.ts";
import { OAuthError } from "../errors.ts";
import { MAX_PASSWORD, MAX_USERNAME } from "../identity/directory.ts";
import type { Person } from "../identity/directory.ts";
import type { WordKey } from "../pages/words/en.ts";
import { startOf } from "./errand.ts";
import { afterForm, goOnPath, showPage, signInView } from "./face.ts";
import type { Answered, Face } from "./face.ts";
import { redirectResponse } from "./page-responses.ts";
import { readParameters } from "./request.ts";
import { isOwnForm, newSignInCookie } from "./visit.ts";
import type { Visit } from "./visit.ts";

/** The sign-in form: right, and the request goes on; wrong, and the page says so. */
export async function submitSignIn(
  face: Face,
  visit: Visit,
  request: Request,
  address: string,
): Promise<Answered> {
  // People sign in at the provider's own page, whatever form somebody still has open.
  if (face.deps.loginUrl !== null) return ["login_page", redirectResponse(goOnPath(face, visit))];
  // Whoever asks must be known before a password is looked at.
  if (visit.parameters.has("client_id")) await findTarget(face.deps, visit.parameters);
  const sent = await readParameters(request);
  const username = sent.get("username") ?? "";
  const password = sent.get("password") ?? "";
  const token = sent.get("form_token");
  if (!isOwnForm(face.deps, visit, "sign_in", { headers: request.headers, token })) {
    return again(face, visit, username, refusal("form_expired", 403));
  }
  if (sent.get("action") === "cancel") return cancelled(face, visit);
  if (username.trim() === "" || password === "") {
    return again(face, visit, username, refusal("credentials_missing", 400));
  }
  let person: Person;
  try {
    person = await authenticate(face, { username, password, address });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return again(face, visit, username, error);
  }
  return startSignIn(face, visit, person);
}

/**
 * Somebody has proven who they are: a sign-in with a cookie of its own, whatever cookie the browser had, and the
 * authorization request goes on.
 */
export async function startSignIn(face: Face, visit: Visit, { subject, name }: Person): Promise<Answered> {
  const { deps, cookies } = face;
  const { value, digest } = newSignInCookie();
  const replaces = visit.signIn?.digest ?? null;
  const started = await deps.store.signIns.start({ digest, subject, name, ttl: deps.signInTtl, replaces });
  if (started.outcome !== "started") return again(face, visit, name, refusal(started.outcome, 400));
  const { signIn } = started;
  if (!visit.parameters.has("client_id")) {
    const start = startOf(face.basePath, visit.parameters) ?? face.basePath + PATHS.signOut;
    return ["signed_in", redirectResponse(start, [cookies.set("signIn", value)])];
  }
  const parameters = afterSignIn(visit.parameters);
  const step = await authorize(deps, parameters, signIn);
  return afterForm(face, { ...visit, parameters, signIn }, step, [cookies.set("signIn", value)]);
}

/** The client is told; whoever came for a page of ours is just not signed in. */
export async function cancelled(face: Face, visit: Visit): Promise<Answered> {
  if (visit.parameters.has("client_id")) {
    return afterForm(face, visit, await cancel(face.deps, visit.parameters));
  }
  return ["cancelled", redirectResponse(face.basePath + PATHS.signOut)];
}

async function authenticate(
  { deps }: Face,
  credentials: { username: string; password: string; address: string },
): Promise<Person> {
  const { username, password } = credentials;
  if (Buffer.byteLength(username) > MAX_USERNAME || Buffer.byteLength(password) > MAX_PASSWORD) {
    throw refusal("credentials_too_long", 400);
  }
  return deps.directory.authenticate(credentials);
}

/** The page once more, with what went wrong. */
async function again(face: Face, visit: Visit, username: string, error: OAuthError): Promise<Answered> {
  // Who asks for whom is checked anew: the page names the client.
  const isForPage =
    !visit.parameters.has("client_id") && startOf(face.basePath, visit.parameters) !== undefined;
  const asking = isForPage ? face.brand : (await findTarget(face.deps, visit.parameters)).client;
  const seconds = String(error.retryAfter ?? 0);
  const fault = visit.language.say(faultText(error), { seconds });
  const page = signInView(face, visit, asking.name, { fault, username });
  const { status, retryAfter } = error;
  return [error, await showPage(face, visit, page, { status, retryAfter })];
}

const FAULTS: ReadonlyMap<string, WordKey> = new Map([
  ["form_expired", "signIn.expired"],
  ["credentials_missing", "signIn.missing"],
]);

function faultText({ detail, status }: OAuthError): WordKey {
  if (status === 429) return "signIn.tooMany";
  if (status >= 500) return "signIn.unavailable";
  // An unknown username, a wrong password and a disabled account look alike.
  return FAULTS.get(detail) ?? "signIn.wrong";
}

function refusal(detail: string, status: number): OAuthError {
  const description = "The username or the password is wrong.";
  return new OAuthError("invalid_grant", { description, detail, status });
}
