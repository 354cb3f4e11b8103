import { authorizationParameters } from "../../endpoints/authorization-target.ts";
import { authorize, refuseRequest } from "../../endpoints/authorize.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { readParameters } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import type { Result } from "../serve.ts";
import type { Interaction, PageContext } from "./context.ts";
import { redirectResponse } from "./page-responses.ts";
import { render, signInStep } from "./render.ts";
import { queryOf, returnUrl, withQuery } from "./return-to.ts";

/** Longest authorization request, characters of its query: every page carries it in the URLs of its forms. */
const MAX_REQUEST = 16 * 1024;

/**
 * GET of the authorization endpoint (RFC 6749 §3.1).
 *
 * @throws OAuthError `invalid_request` (414) if the request is too long, or as `authorize`
 */
export async function showAuthorization(context: PageContext, interaction: Interaction): Promise<Result> {
  const { parameters, signIn, fault } = interaction;
  refuseTooLong(parameters);
  const step =
    fault === undefined
      ? await authorize(context.deps, parameters, signIn)
      : await refuseRequest(context.deps, parameters, fault);
  return render(context, interaction, step);
}

/**
 * POST of the authorization endpoint (RFC 6749 §3.1). It redirects to the GET, because a browser does not send a
 * `SameSite=Lax` cookie with another site's POST.
 *
 * @throws OAuthError `invalid_request` (414) if the request is too long for that URL
 */
export async function postAuthorization(
  { basePath }: PageContext,
  _interaction: Interaction,
  { request }: IncomingRequest,
): Promise<Result> {
  const repeated = new Set<string>();
  const parameters = authorizationParameters(await readParameters(request, repeated));
  refuseTooLong(parameters);
  const url = withQuery(basePath + PATHS.authorize, [...parameters, ...twice(repeated)]);
  return ["posted", redirectResponse(url)];
}

/** Repeated parameters as the GET finds them: their names, twice and without values. */
function twice(repeated: ReadonlySet<string>): (readonly [name: string, value: ""])[] {
  const known = authorizationParameters(new Map([...repeated].map((name) => [name, name])));
  const names = known.size === repeated.size ? [...known.keys()] : [...known.keys(), "unknown"];
  return names.flatMap((name) => [[name, ""] as const, [name, ""] as const]);
}

function refuseTooLong(parameters: ReadonlyMap<string, string>): void {
  if (queryOf(parameters).length > MAX_REQUEST) throw new OAuthError("authorization_request_too_long");
}

/**
 * GET of the URL of the sign-in or consent form: the page was reloaded, or a form redirected here (`resumePath`). The
 * interaction continues from its start.
 */
export async function resume(context: PageContext, interaction: Interaction): Promise<Result> {
  const { deps, basePath } = context;
  const { parameters, signIn } = interaction;
  const url = returnUrl(basePath, parameters);
  if (deps.loginUrl !== null && parameters.has("client_id")) {
    const step = await authorize(deps, parameters, signIn);
    return render(context, interaction, step, { arrival: "after_form" });
  }
  if (deps.loginUrl !== null && signIn === undefined && url !== undefined) {
    return render(context, interaction, signInStep(context), { arrival: "after_form" });
  }
  return ["reloaded", redirectResponse(url ?? basePath + PATHS.authorize)];
}
