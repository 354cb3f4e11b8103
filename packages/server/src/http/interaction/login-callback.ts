import { refreshClientMetadata } from "../../clients/cimd/client-metadata-documents.ts";
import { authorizationParameters } from "../../endpoints/authorization-target.ts";
import { afterSignIn, authorize, cancel } from "../../endpoints/authorize.ts";
import { consumeLoginAnswer } from "../../endpoints/login.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { returnParameters, returnUrl } from "./return-to.ts";
import { showStep } from "./render.ts";
import type { PageResult, PageContext } from "./render.ts";
import { redirectResponse } from "./page-responses.ts";
import { cancelled } from "./sign-in.ts";
import { readQuery } from "../request.ts";
import { newSignInCookie } from "./context.ts";
import type { Interaction } from "./context.ts";

/**
 * A browser comes back from the provider's login page: whoever was accepted there is signed in, with a cookie of its
 * own, and the authorization request goes on.
 */
export async function returnFromLogin(
  context: PageContext,
  interaction: Interaction,
  request: Request,
  address: string,
): Promise<PageResult> {
  const { deps, cookies, basePath } = context;
  const { value, digest } = newSignInCookie();
  const { query, login } = await consumeLoginAnswer(
    deps,
    { parameters: readQuery(request.url), browser: interaction.browser },
    { digest, ttl: deps.signInTtl, replaces: interaction.signIn?.digest ?? null },
  );
  const given = new Map(new URLSearchParams(query));
  const isForClient = given.has("client_id");
  const asked = isForClient ? authorizationParameters(given) : returnParameters(given);
  await refreshClientMetadata(deps, asked.get("client_id"), () => address);
  const start = returnUrl(basePath, asked) ?? basePath + PATHS.signOut;
  // Used or too old, as after going back: it begins anew, and whoever is signed in there comes straight through.
  if (login.outcome === "unknown") return ["login_used", redirectResponse(start)];
  const going = { ...interaction, parameters: asked };
  if (login.outcome !== "started") {
    return isForClient ? showStep(context, going, await cancel(deps, asked)) : cancelled(context, going);
  }
  const cookie = cookies.set("signIn", value);
  if (!isForClient) return ["signed_in", redirectResponse(start, [cookie])];
  const { signIn } = login;
  const parameters = afterSignIn(asked);
  const step = await authorize(deps, parameters, signIn);
  // The login page says that it was too long ago: asking once more would ask for ever.
  const next = step.step === "sign_in" ? await cancel(deps, parameters) : step;
  return showStep(context, { ...interaction, parameters, signIn }, next, [cookie]);
}
