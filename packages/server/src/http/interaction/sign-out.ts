import { PATHS } from "../../endpoints/metadata.ts";
import { signedOutPage, signOutPage } from "../../pages/sign-out.ts";
import { readParameters } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import type { Result } from "../serve.ts";
import type { Interaction, PageContext } from "./context.ts";
import { csrfToken, isOwnForm } from "./csrf-token.ts";
import { redirectResponse, showPage } from "./page-responses.ts";
import { resumePath } from "./render.ts";
import { returnUrl } from "./return-to.ts";

/** GET of the sign-out page: asks for confirmation, so that a link cannot sign the user out. */
export async function showSignOut(context: PageContext, interaction: Interaction): Promise<Result> {
  const { deps, brand, basePath } = context;
  const { signIn, language } = interaction;
  if (signIn === undefined) {
    return ["signed_out", await showPage(context, interaction, signedOutPage(brand, language))];
  }
  const action = basePath + PATHS.signOut;
  const view = { action, formToken: csrfToken(deps, interaction, "sign_out"), name: signIn.name };
  return ["confirm", await showPage(context, interaction, signOutPage(brand, language, view))];
}

/**
 * POST of the sign-out form. If the URL has an authorization request or a Regrant page, it continues, for another
 * user to sign in.
 *
 * @throws OAuthError `cross_site_form` (403)
 */
export async function submitSignOut(
  context: PageContext,
  interaction: Interaction,
  { request }: IncomingRequest,
): Promise<Result> {
  const { deps, brand, cookies, basePath } = context;
  const { signIn, language, parameters } = interaction;
  const token = (await readParameters(request)).get("form_token");
  if (!isOwnForm(deps, interaction, "sign_out", { headers: request.headers, token })) {
    return ["form_expired", redirectResponse(resumePath(context, interaction))];
  }
  if (signIn !== undefined) await deps.store.signIns.end(signIn.digest);
  const cleared = [cookies.clear("signIn")];
  if (returnUrl(basePath, parameters) !== undefined) {
    return ["signed_out", redirectResponse(resumePath(context, interaction), cleared)];
  }
  const page = signedOutPage(brand, language);
  return ["signed_out", await showPage(context, interaction, page, { cookies: cleared })];
}
