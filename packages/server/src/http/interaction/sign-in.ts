import { afterSignIn, authorize, cancel } from "../../endpoints/authorize.ts";
import { findTarget } from "../../endpoints/authorization-target.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import type { Cause } from "../../errors/causes.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { MAX_PASSWORD, MAX_USERNAME } from "../../identity/user-store.ts";
import type { AuthenticatedUser } from "../../identity/user-store.ts";
import type { MessageKey } from "../../pages/messages/en.ts";
import { returnUrl } from "./return-to.ts";
import { afterForm, resumePath, showPage, signInView } from "./render.ts";
import type { PageResult, PageContext } from "./render.ts";
import { redirectResponse } from "./page-responses.ts";
import { readParameters } from "../request.ts";
import { isOwnForm, newSignInCookie } from "./context.ts";
import type { Interaction } from "./context.ts";

/** The sign-in form: right, and the request goes on; wrong, and the page says so. */
export async function submitSignIn(
  context: PageContext,
  interaction: Interaction,
  request: Request,
  address: string,
): Promise<PageResult> {
  // People sign in at the provider's own page, whatever form somebody still has open.
  if (context.deps.loginUrl !== null)
    return ["login_provider", redirectResponse(resumePath(context, interaction))];
  // Whoever asks must be known before a password is looked at.
  if (interaction.parameters.has("client_id")) await findTarget(context.deps, interaction.parameters);
  const sent = await readParameters(request);
  const username = sent.get("username") ?? "";
  const password = sent.get("password") ?? "";
  const token = sent.get("form_token");
  if (!isOwnForm(context.deps, interaction, "sign_in", { headers: request.headers, token })) {
    return again(context, interaction, username, new OAuthError("form_expired"));
  }
  if (sent.get("action") === "cancel") return cancelled(context, interaction);
  if (username.trim() === "" || password === "") {
    return again(context, interaction, username, new OAuthError("credentials_missing"));
  }
  let person: AuthenticatedUser;
  try {
    person = await authenticate(context, { username, password, address });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return again(context, interaction, username, error);
  }
  return startSignIn(context, interaction, person);
}

/**
 * Somebody has proven who they are: a sign-in with a cookie of its own, whatever cookie the browser had, and the
 * authorization request goes on.
 */
export async function startSignIn(
  context: PageContext,
  interaction: Interaction,
  { subject, name }: AuthenticatedUser,
): Promise<PageResult> {
  const { deps, cookies } = context;
  const { value, digest } = newSignInCookie();
  const replaces = interaction.signIn?.digest ?? null;
  const started = await deps.store.signIns.start({ digest, subject, name, ttl: deps.signInTtl, replaces });
  if (started.outcome !== "started")
    return again(context, interaction, name, new OAuthError(started.outcome));
  const { signIn } = started;
  if (!interaction.parameters.has("client_id")) {
    const start = returnUrl(context.basePath, interaction.parameters) ?? context.basePath + PATHS.signOut;
    return ["signed_in", redirectResponse(start, [cookies.set("signIn", value)])];
  }
  const parameters = afterSignIn(interaction.parameters);
  const step = await authorize(deps, parameters, signIn);
  return afterForm(context, { ...interaction, parameters, signIn }, step, [cookies.set("signIn", value)]);
}

/** The client is told; whoever came for a page of ours is just not signed in. */
export async function cancelled(context: PageContext, interaction: Interaction): Promise<PageResult> {
  if (interaction.parameters.has("client_id")) {
    return afterForm(context, interaction, await cancel(context.deps, interaction.parameters));
  }
  return ["cancelled", redirectResponse(context.basePath + PATHS.signOut)];
}

async function authenticate(
  { deps }: PageContext,
  credentials: { username: string; password: string; address: string },
): Promise<AuthenticatedUser> {
  const { username, password } = credentials;
  if (Buffer.byteLength(username) > MAX_USERNAME || Buffer.byteLength(password) > MAX_PASSWORD) {
    throw new OAuthError("credentials_too_long");
  }
  return deps.userStore.authenticate(credentials);
}

/** The page once more, with what went wrong. */
async function again(
  context: PageContext,
  interaction: Interaction,
  username: string,
  error: OAuthError,
): Promise<PageResult> {
  // Who asks for whom is checked anew: the page names the client.
  const isForPage =
    !interaction.parameters.has("client_id") &&
    returnUrl(context.basePath, interaction.parameters) !== undefined;
  const asking = isForPage ? context.brand : (await findTarget(context.deps, interaction.parameters)).client;
  const seconds = String(error.retryAfter ?? 0);
  const fault = interaction.language.t(faultText(error), { seconds });
  const page = signInView(context, interaction, asking.name, { fault, username });
  const { status, retryAfter } = error;
  return [error, await showPage(context, interaction, page, { status, retryAfter })];
}

/** By the cause; the others by their status. An unknown username, a wrong password and a disabled account look alike. */
const FAULTS: Partial<Record<Cause, MessageKey>> = {
  form_expired: "signIn.expired",
  credentials_missing: "signIn.missing",
};

function faultText({ causeName, status }: OAuthError): MessageKey {
  if (status === 429) return "signIn.tooMany";
  if (status >= 500) return "signIn.unavailable";
  return FAULTS[causeName] ?? "signIn.wrong";
}
