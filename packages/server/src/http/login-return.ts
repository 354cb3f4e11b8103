import { readDocumentOf } from "../clients/document-client.ts";
import { authorizationParameters } from "../endpoints/authorization-target.ts";
import { afterSignIn, authorize, cancel } from "../endpoints/authorize.ts";
import { takeUpLogin } from "../endpoints/login.ts";
import { PATHS } from "../endpoints/metadata.ts";
import { pageParameters, startOf } from "./errand.ts";
import { showStep } from "./face.ts";
import type { Answered, Face } from "./face.ts";
import { redirectResponse } from "./page-responses.ts";
import { cancelled } from "./sign-in-form.ts";
import { readQuery } from "./request.ts";
import { newSignInCookie } from "./visit.ts";
import type { Visit } from "./visit.ts";

/**
 * A browser comes back from the provider's login page: whoever was accepted there is signed in, with a cookie of its
 * own, and the authorization request goes on.
 */
export async function returnFromLogin(
  face: Face,
  visit: Visit,
  request: Request,
  address: string,
): Promise<Answered> {
  const { deps, cookies, basePath } = face;
  const { value, digest } = newSignInCookie();
  const { query, login } = await takeUpLogin(
    deps,
    { parameters: readQuery(request.url), browser: visit.browser },
    { digest, ttl: deps.signInTtl, replaces: visit.signIn?.digest ?? null },
  );
  const given = new Map(new URLSearchParams(query));
  const isForClient = given.has("client_id");
  const asked = isForClient ? authorizationParameters(given) : pageParameters(given);
  await readDocumentOf(deps, asked.get("client_id"), () => address);
  const start = startOf(basePath, asked) ?? basePath + PATHS.signOut;
  // Used or too old, as after going back: it begins anew, and whoever is signed in there comes straight through.
  if (login.outcome === "unknown") return ["login_used", redirectResponse(start)];
  const going = { ...visit, parameters: asked };
  if (login.outcome !== "started") {
    return isForClient ? showStep(face, going, await cancel(deps, asked)) : cancelled(face, going);
  }
  const cookie = cookies.set("signIn", value);
  if (!isForClient) return ["signed_in", redirectResponse(start, [cookie])];
  const { signIn } = login;
  const parameters = afterSignIn(asked);
  const step = await authorize(deps, parameters, signIn);
  // The login page says that it was too long ago: asking once more would ask for ever.
  const next = step.step === "sign_in" ? await cancel(deps, parameters) : step;
  return showStep(face, { ...visit, parameters, signIn }, next, [cookie]);
}
