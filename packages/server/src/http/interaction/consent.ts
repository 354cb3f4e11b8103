import { authorize } from "../../endpoints/authorize.ts";
import { readParameters } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import type { Result } from "../serve.ts";
import type { Interaction, PageContext } from "./context.ts";
import { isOwnForm, shownOf } from "./csrf-token.ts";
import { redirectResponse } from "./page-responses.ts";
import { render, resumePath } from "./render.ts";

/**
 * POST of the consent form: `answer` is `allow`; any other value denies. If the request or its client is not what the page
 * showed, the page is shown again.
 *
 * @throws OAuthError `cross_site_form` (403)
 */
export async function submitConsent(
  context: PageContext,
  interaction: Interaction,
  { request }: IncomingRequest,
): Promise<Result> {
  const { deps } = context;
  const { parameters, signIn } = interaction;
  const form = await readParameters(request);
  const sent = { headers: request.headers, token: form.get("form_token") };
  // The user signed out since the page was shown, or in as another user: ask the current user.
  if (!isOwnForm(deps, interaction, "consent", sent) || signIn === undefined) {
    return ["form_expired", redirectResponse(resumePath(context, interaction))];
  }
  const answer = form.get("answer") === "allow" ? "allow" : "deny";
  const step = await authorize(deps, parameters, signIn, { answer, shown: shownOf(sent.token) });
  return render(context, interaction, step, { arrival: "form" });
}
