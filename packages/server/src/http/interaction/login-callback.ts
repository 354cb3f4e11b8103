import { refreshClientMetadata } from "../../clients/cimd/document-client.ts";
import { authorizationParameters } from "../../endpoints/authorization-target.ts";
import { afterSignIn, cancel, continueSignedIn } from "../../endpoints/authorize.ts";
import { consumeLoginAnswer } from "../../endpoints/login.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { readQuery } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import type { Result } from "../serve.ts";
import type { Interaction, PageContext } from "./context.ts";
import { newSignInCookie } from "./cookies.ts";
import { redirectResponse } from "./page-responses.ts";
import { render } from "./render.ts";
import { returnParameters, returnUrl } from "./return-to.ts";
import { cancelSignIn } from "./sign-in.ts";

/**
 * GET of the URL to which the provider's login page sends the browser. A user who was accepted there is signed in
 * under a new cookie, and the interaction continues. Its parameters come from the sealed login challenge, not from
 * the URL.
 *
 * @throws OAuthError `invalid_request`: an unknown challenge, or one of another browser (403)
 */
export async function returnFromLogin(
  context: PageContext,
  interaction: Interaction,
  { request, address }: IncomingRequest,
): Promise<Result> {
  const { deps, cookies, basePath } = context;
  const { value, digest } = newSignInCookie();
  const { query, login } = await consumeLoginAnswer(
    deps,
    { parameters: readQuery(request.url), browser: interaction.browser },
    { digest, ttl: deps.signInTtl, replaces: interaction.signIn?.digest ?? null },
  );
  const sealed = new Map(new URLSearchParams(query));
  const isForClient = sealed.has("client_id");
  const parameters = isForClient ? authorizationParameters(sealed) : returnParameters(sealed);
  await refreshClientMetadata(deps, parameters.get("client_id"), address);
  const url = returnUrl(basePath, parameters) ?? basePath + PATHS.signOut;
  // The answer was used or has expired, as after the back button. Start again: a signed-in user notices only a
  // redirect.
  if (login.outcome === "unknown") return ["login_used", redirectResponse(url)];
  const resumed = { ...interaction, parameters };
  if (login.outcome !== "started") {
    if (!isForClient) return cancelSignIn(context, resumed);
    return render(context, resumed, await cancel(deps, parameters));
  }
  const cookie = cookies.set("signIn", value);
  if (!isForClient) return ["signed_in", redirectResponse(url, [cookie])];
  const left = afterSignIn(parameters);
  const step = await continueSignedIn(deps, left, login.signIn);
  const signedIn = { ...interaction, parameters: left, signIn: login.signIn };
  return render(context, signedIn, step, { cookies: [cookie] });
}
