import { refreshClientMetadata } from "../../clients/cimd/document-client.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import type { IncomingRequest } from "../request.ts";
import type { Labels, Result, Route } from "../serve.ts";
import { postAuthorization, resume, showAuthorization } from "./authorize.ts";
import { showAuthorizedApps, submitAuthorizedApp } from "./authorized-apps.ts";
import { submitConsent } from "./consent.ts";
import { loadInteraction } from "./context.ts";
import type { Interaction, PageContext } from "./context.ts";
import { showDevice, submitDevice } from "./device.ts";
import { returnFromLogin } from "./login-callback.ts";
import { errorPageResponse } from "./page-responses.ts";
import { submitSignIn } from "./sign-in.ts";
import { showSignOut, submitSignOut } from "./sign-out.ts";

/**
 * Handles one method of one page.
 *
 * @throws OAuthError, which is shown as a page
 */
type PageHandler = (
  context: PageContext,
  interaction: Interaction,
  incoming: IncomingRequest,
) => Promise<Result>;

/** What a handler gets: the interaction, and the HTTP request for its form and the client's address. */
interface PageInput extends Labels {
  interaction: Interaction;
  incoming: IncomingRequest;
}

/** The pages and their forms; `name` is for metric and log. */
const PAGES: readonly [method: "GET" | "POST", path: string, name: string, handler: PageHandler][] = [
  ["GET", PATHS.authorize, "authorize", showAuthorization],
  ["POST", PATHS.authorize, "authorize", postAuthorization],
  ["GET", PATHS.signIn, "sign_in", resume],
  ["POST", PATHS.signIn, "sign_in", submitSignIn],
  ["GET", PATHS.consent, "consent", resume],
  ["POST", PATHS.consent, "consent", submitConsent],
  ["GET", PATHS.loginReturn, "login_return", returnFromLogin],
  ["GET", PATHS.applications, "applications", showAuthorizedApps],
  ["POST", PATHS.applications, "applications", submitAuthorizedApp],
  ["GET", PATHS.signOut, "sign_out", showSignOut],
  ["POST", PATHS.signOut, "sign_out", submitSignOut],
  ["GET", PATHS.device, "device", showDevice],
  ["POST", PATHS.device, "device", submitDevice],
];

/** The routes of all pages: those between an authorization request and its response, and the user's own. */
export function interactionRoutes(context: PageContext): Route<PageInput>[] {
  const { deps, brand } = context;
  return PAGES.map(([method, path, name, handler]) => ({
    name,
    method,
    path,
    cors: false,
    async read(incoming) {
      const interaction = await loadInteraction(context, incoming.request);
      return { interaction, incoming, clientId: interaction.parameters.get("client_id") };
    },
    async run({ interaction, incoming, clientId }) {
      // Only the authorization endpoint can tell the client.
      if (interaction.fault !== undefined && handler !== showAuthorization) throw interaction.fault;
      // A client ID metadata document is fetched before a page names its client.
      await refreshClientMetadata(deps, clientId, incoming.address);
      return handler(context, interaction, incoming);
    },
    errorResponse(error, request, input) {
      const accepted = request.headers.get("accept-language");
      const language = input?.interaction.language ?? brand.languages.choose(undefined, accepted);
      return errorPageResponse(brand, language, error);
    },
  }));
}
