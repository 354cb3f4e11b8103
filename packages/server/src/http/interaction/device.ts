import { answerDevice, findDevice } from "../../endpoints/device.ts";
import type { PendingDevice } from "../../endpoints/device.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { deviceDigest } from "../../endpoints/shown.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { answeredDevicePage, confirmDevicePage, enterCodePage } from "../../pages/device.ts";
import type { Page } from "../../pages/page.ts";
import type { SignIn } from "../../store/authorization.ts";
import { readParameters, readQuery } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import type { Result } from "../serve.ts";
import type { Interaction, PageContext } from "./context.ts";
import { csrfToken, isOwnForm, shownOf } from "./csrf-token.ts";
import { redirectResponse, showPage } from "./page-responses.ts";
import { render, signInStep } from "./render.ts";
import { withQuery } from "./return-to.ts";
import { scopesOf, signOutForm } from "./views.ts";

/** Longest invalid user code that the page repeats, characters. */
const MAX_SHOWN = 32;

/** An interaction with a signed-in user. */
type SignedIn = Interaction & { signIn: SignIn };

/**
 * GET of the page for user codes (RFC 8628 §3.3): sign in, enter the code, confirm. A code that is already in the URL
 * (§3.3.1) still has to be confirmed.
 */
export async function showDevice(
  context: PageContext,
  requested: Interaction,
  { request, address }: IncomingRequest,
): Promise<Result> {
  const interaction = withUserCode(requested, request);
  const { signIn } = interaction;
  if (signIn === undefined) return render(context, interaction, signInStep(context));
  const signedIn = { ...interaction, signIn };
  if (!signedIn.parameters.has("user_code")) return ["enter_code", await showEntry(context, signedIn)];
  const device = await findOrRefuse(context, signedIn, address());
  if (device instanceof OAuthError) return refuse(context, signedIn, device);
  return ["confirm", await showPage(context, signedIn, confirmView(context, signedIn, device))];
}

/**
 * POST of the confirmation: `answer` is `allow`; any other value denies. If the client is not what the page showed, the
 * page is shown again.
 *
 * @throws OAuthError `cross_site_form` (403)
 */
export async function submitDevice(
  context: PageContext,
  requested: Interaction,
  { request, address }: IncomingRequest,
): Promise<Result> {
  const { deps, brand, basePath } = context;
  const interaction = withUserCode(requested, request);
  const { signIn, parameters, language } = interaction;
  const form = await readParameters(request);
  const sent = { headers: request.headers, token: form.get("form_token") };
  const again = () => redirectResponse(withQuery(basePath + PATHS.device, parameters));
  // The user signed out since the page was shown, or in as another user: ask the current user.
  if (!isOwnForm(deps, interaction, "device", sent) || signIn === undefined) return ["form_expired", again()];
  const signedIn = { ...interaction, signIn };
  const device = await findOrRefuse(context, signedIn, address());
  if (device instanceof OAuthError) return refuse(context, signedIn, device);
  if (shownOf(sent.token) !== deviceDigest(device)) return ["confirm", again()];
  const allowed = form.get("answer") === "allow";
  if (!(await answerDevice(deps, device, signIn, allowed)))
    return refuse(context, signedIn, new OAuthError("unknown_user_code"));
  const page = answeredDevicePage(brand, language, allowed);
  return [allowed ? "allowed" : "denied", await showPage(context, signedIn, page)];
}

/** The forms of this page are bound to the page and the code in its URL. */
function withUserCode(interaction: Interaction, { url }: Request): Interaction {
  const code = readQuery(url).get("user_code");
  const parameters = new Map([["page", "device"]]);
  if (code !== undefined) parameters.set("user_code", code);
  return { ...interaction, parameters };
}

/**
 * Finds the device, or returns the error to show: the code is wrong, or there were too many wrong ones (RFC 8628
 * §5.1).
 */
async function findOrRefuse(
  { deps }: PageContext,
  { parameters, signIn }: SignedIn,
  address: string,
): Promise<PendingDevice | OAuthError> {
  try {
    return (
      (await findDevice(deps, parameters.get("user_code") ?? "", signIn, address)) ??
      new OAuthError("unknown_user_code")
    );
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
}

/** Shows the page to enter a code again, with what was wrong with the last one. */
async function refuse(context: PageContext, interaction: SignedIn, error: OAuthError): Promise<Result> {
  const { t } = interaction.language;
  const { status, retryAfter } = error;
  const fault =
    status === 429 ? t("device.tooMany", { seconds: String(retryAfter ?? 60) }) : t("device.wrong");
  return [error, await showEntry(context, interaction, { fault, status, retryAfter })];
}

/**
 * Shows the page to enter a code.
 *
 * @param options the message about the last code, and the status with it
 */
function showEntry(
  context: PageContext,
  interaction: SignedIn,
  options: { fault?: string; status?: number; retryAfter?: number | undefined } = {},
): Promise<Response> {
  const { brand, basePath } = context;
  const { fault = null, ...response } = options;
  const typed = (interaction.parameters.get("user_code") ?? "").slice(0, MAX_SHOWN);
  const user = userView(context, interaction);
  const page = enterCodePage(brand, interaction.language, {
    action: basePath + PATHS.device,
    typed,
    fault,
    user,
  });
  return showPage(context, interaction, page, response);
}

/** RFC 8628 §3.3.1: the user compares the code with the one on the device, against remote phishing (§5.4). */
function confirmView(context: PageContext, interaction: SignedIn, device: PendingDevice): Page {
  const { deps, brand, basePath } = context;
  const { client, request, userCode } = device;
  return confirmDevicePage(brand, interaction.language, {
    action: withQuery(basePath + PATHS.device, interaction.parameters),
    formToken: csrfToken(deps, interaction, "device", deviceDigest(device)),
    userCode,
    client,
    scopes: scopesOf(request.scope),
    details: request.claims?.authorization_details ?? [],
    user: userView(context, interaction),
  });
}

function userView(context: PageContext, interaction: SignedIn) {
  return { name: interaction.signIn.name, ...signOutForm(context, interaction) };
}
