import { afterSignIn, cancel, continueSignedIn } from "../../endpoints/authorize.ts";
import { findTarget } from "../../endpoints/authorization-target.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import type { Cause } from "../../errors/causes.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { MAX_PASSWORD, MAX_USERNAME } from "../../identity/user-store.ts";
import type { AuthenticatedUser, UserCredentials } from "../../identity/user-store.ts";
import type { MessageKey } from "../../pages/messages/en.ts";
import { readParameters } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import type { Result } from "../serve.ts";
import type { Interaction, PageContext } from "./context.ts";
import { newSignInCookie } from "./cookies.ts";
import { isOwnForm } from "./csrf-token.ts";
import { redirectResponse, showPage } from "./page-responses.ts";
import { render, resumePath } from "./render.ts";
import { returnUrl } from "./return-to.ts";
import { signInView } from "./views.ts";

/**
 * POST of the sign-in form: continues the request, or shows the page again with what went wrong.
 *
 * @throws OAuthError `cross_site_form` (403), or as `findTarget`
 */
export async function submitSignIn(
  context: PageContext,
  interaction: Interaction,
  { request, address }: IncomingRequest,
): Promise<Result> {
  const { deps } = context;
  // Users sign in at the provider's login page: this form was shown before the setting changed.
  if (deps.loginUrl !== null) {
    return ["login_provider", redirectResponse(resumePath(context, interaction))];
  }
  // The request is checked before the password, so that a page for an invalid client never collects one.
  if (interaction.parameters.has("client_id")) await findTarget(deps, interaction.parameters);
  const form = await readParameters(request);
  const username = form.get("username") ?? "";
  const password = form.get("password") ?? "";
  const sent = { headers: request.headers, token: form.get("form_token") };
  if (!isOwnForm(deps, interaction, "sign_in", sent)) {
    return signInAgain(context, interaction, username, new OAuthError("form_expired"));
  }
  if (form.get("action") === "cancel") return cancelSignIn(context, interaction);
  if (username.trim() === "" || password === "") {
    return signInAgain(context, interaction, username, new OAuthError("credentials_missing"));
  }
  let user: AuthenticatedUser;
  try {
    const clientId = interaction.parameters.get("client_id");
    user = await authenticate(context, { username, password, address: address(), clientId });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return signInAgain(context, interaction, username, error);
  }
  return startSignIn(context, interaction, user);
}

/** Cancels the sign-in: the client gets `access_denied`; from a Regrant page the browser goes to the sign-out page. */
export async function cancelSignIn(context: PageContext, interaction: Interaction): Promise<Result> {
  if (interaction.parameters.has("client_id")) {
    const step = await cancel(context.deps, interaction.parameters);
    return render(context, interaction, step, { arrival: "form" });
  }
  return ["cancelled", redirectResponse(context.basePath + PATHS.signOut)];
}

/** Starts a sign-in under a new cookie, against session fixation, and continues with the request. */
async function startSignIn(
  context: PageContext,
  interaction: Interaction,
  { subject, name, passwordHash }: AuthenticatedUser,
): Promise<Result> {
  const { deps, cookies, basePath } = context;
  const { value, digest } = newSignInCookie();
  const replaces = interaction.signIn?.digest ?? null;
  const { signInTtl: ttl, passwordAcr: acr } = deps;
  const newSignIn = { digest, subject, name, ttl, replaces, acr, passwordHash };
  const started = await deps.store.signIns.start(newSignIn);
  if (started.outcome !== "started") {
    return signInAgain(context, interaction, name, new OAuthError(started.outcome));
  }
  const cookie = cookies.set("signIn", value);
  if (!interaction.parameters.has("client_id")) {
    const url = returnUrl(basePath, interaction.parameters) ?? basePath + PATHS.signOut;
    return ["signed_in", redirectResponse(url, [cookie])];
  }
  const { signIn } = started;
  const parameters = afterSignIn(interaction.parameters);
  const step = await continueSignedIn(deps, parameters, signIn);
  const signedIn = { ...interaction, parameters, signIn };
  return render(context, signedIn, step, { arrival: "form", cookies: [cookie] });
}

/** @throws OAuthError as the user store; `credentials_too_long` without asking it */
async function authenticate({ deps }: PageContext, credentials: UserCredentials): Promise<AuthenticatedUser> {
  const { username, password } = credentials;
  if (Buffer.byteLength(username) > MAX_USERNAME || Buffer.byteLength(password) > MAX_PASSWORD) {
    throw new OAuthError("credentials_too_long");
  }
  return deps.userStore.authenticate(credentials);
}

/** Shows the sign-in page again, with what went wrong. */
async function signInAgain(
  context: PageContext,
  interaction: Interaction,
  username: string,
  error: OAuthError,
): Promise<Result> {
  const { deps, brand, basePath } = context;
  const { parameters, language } = interaction;
  const isForPage = !parameters.has("client_id") && returnUrl(basePath, parameters) !== undefined;
  // The page names the client, so the request is checked again.
  const { name } = isForPage ? brand : (await findTarget(deps, parameters)).client;
  const { status, retryAfter } = error;
  const fault = language.t(messageOf(error), { seconds: String(retryAfter ?? 0) });
  const page = signInView(context, interaction, name, { fault, username });
  return [error, await showPage(context, interaction, page, { status, retryAfter })];
}

/**
 * Messages of causes. An unknown username, a wrong password and a disabled account have the same one, so that the
 * page does not tell which accounts exist.
 */
const MESSAGES: Partial<Record<Cause, MessageKey>> = {
  form_expired: "signIn.expired",
  credentials_missing: "signIn.missing",
};

function messageOf({ causeName, status }: OAuthError): MessageKey {
  if (status === 429) return "signIn.tooMany";
  if (status >= 500) return "signIn.unavailable";
  return MESSAGES[causeName] ?? "signIn.wrong";
}
