import { answerDevice, findDevice } from "../../endpoints/device.ts";
import type { AskedDevice } from "../../endpoints/device.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { answeredDevicePage, confirmDevicePage, enterCodePage } from "../../pages/device.ts";
import type { WhoView } from "../../pages/device.ts";
import type { SignIn } from "../../store/authorization.ts";
import { withQuery } from "./return-to.ts";
import { askSignIn, showPage } from "./render.ts";
import type { PageResult, PageContext } from "./render.ts";
import { redirectResponse } from "./page-responses.ts";
import { readParameters, readQuery } from "../request.ts";
import { isOwnForm, tokenFor } from "./context.ts";
import type { Interaction } from "./context.ts";

/** The longest input that is shown again. */
const MAX_SHOWN = 32;

/** The page of the user code (RFC 8628 §3.3): sign in, type the code, be asked. */
export async function showDevice(
  context: PageContext,
  given: Interaction,
  request: Request,
  address: string,
): Promise<PageResult> {
  const interaction = deviceVisit(given, request);
  const { signIn, parameters } = interaction;
  if (signIn === undefined) return askSignIn(context, interaction, context.brand.name);
  const typed = parameters.get("user_code");
  if (typed === undefined) return ["enter_code", await showEntry(context, interaction, signIn)];
  const asked = await found(context, interaction, signIn, address);
  if (asked instanceof OAuthError) return refused(context, interaction, signIn, asked);
  return ["confirm", await showPage(context, interaction, confirmView(context, interaction, signIn, asked))];
}

/** Allowed, or denied. */
export async function submitDevice(
  context: PageContext,
  given: Interaction,
  request: Request,
  address: string,
): Promise<PageResult> {
  const { deps, brand, basePath } = context;
  const interaction = deviceVisit(given, request);
  const { signIn, parameters, language } = interaction;
  const sent = await readParameters(request);
  const own = isOwnForm(deps, interaction, "device", {
    headers: request.headers,
    token: sent.get("form_token"),
  });
  // Signed out meanwhile, or as somebody else: whoever is signed in now is asked.
  if (!own || signIn === undefined) {
    return ["form_expired", redirectResponse(withQuery(basePath + PATHS.device, parameters))];
  }
  const asked = await found(context, interaction, signIn, address);
  if (asked instanceof OAuthError) return refused(context, interaction, signIn, asked);
  const allowed = sent.get("answer") === "allow";
  if (!(await answerDevice(deps, asked, signIn, allowed))) {
    return refused(context, interaction, signIn, new OAuthError("unknown_user_code"));
  }
  const page = answeredDevicePage(brand, language, allowed);
  return [allowed ? "allowed" : "denied", await showPage(context, interaction, page)];
}

/** What its forms are bound to: this page, and the code in its URL. */
function deviceVisit(interaction: Interaction, { url }: Request): Interaction {
  const code = readQuery(url).get("user_code");
  const parameters = new Map([
    ["page", "device"],
    ...(code === undefined ? [] : [["user_code", code] as const]),
  ]);
  return { ...interaction, parameters };
}

async function found(
  { deps }: PageContext,
  { parameters }: Interaction,
  signIn: SignIn,
  address: string,
): Promise<AskedDevice | OAuthError> {
  try {
    const typed = parameters.get("user_code") ?? "";
    return (await findDevice(deps, typed, signIn, address)) ?? new OAuthError("unknown_user_code");
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
}

/** The page to type a code, with what was wrong with the last one. */
async function refused(
  context: PageContext,
  interaction: Interaction,
  signIn: SignIn,
  error: OAuthError,
): Promise<PageResult> {
  const { t } = interaction.language;
  const { status, retryAfter } = error;
  const fault =
    status === 429 ? t("device.tooMany", { seconds: String(retryAfter ?? 60) }) : t("device.wrong");
  return [error, await showEntry(context, interaction, signIn, { fault, status, retryAfter })];
}

function showEntry(
  context: PageContext,
  interaction: Interaction,
  signIn: SignIn,
  {
    fault = null,
    ...options
  }: { fault?: string | null; status?: number; retryAfter?: number | undefined } = {},
): Promise<Response> {
  const { brand, basePath } = context;
  const typed = (interaction.parameters.get("user_code") ?? "").slice(0, MAX_SHOWN);
  const view = { action: basePath + PATHS.device, typed, fault, who: whoView(context, interaction, signIn) };
  return showPage(context, interaction, enterCodePage(brand, interaction.language, view), options);
}

function confirmView(
  context: PageContext,
  interaction: Interaction,
  signIn: SignIn,
  { client, request, userCode }: AskedDevice,
) {
  const { deps, brand, basePath } = context;
  return confirmDevicePage(brand, interaction.language, {
    action: withQuery(basePath + PATHS.device, interaction.parameters),
    formToken: tokenFor(deps, interaction, "device"),
    userCode,
    client,
    scopes: request.scope.split(" ").filter((scope) => scope !== ""),
    who: whoView(context, interaction, signIn),
  });
}

function whoView({ deps, basePath }: PageContext, interaction: Interaction, { name }: SignIn): WhoView {
  return {
    name,
    signOutAction: withQuery(basePath + PATHS.signOut, interaction.parameters),
    signOutToken: tokenFor(deps, interaction, "sign_out"),
  };
}
