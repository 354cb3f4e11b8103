import type { EndpointRequest } from "../../clients/endpoint-request.ts";
import type { Deps } from "../../deps.ts";
import { explain } from "../../endpoints/explain.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import type { Language } from "../../pages/language.ts";
import { diagnose } from "../../portal/diagnose.ts";
import type { PortalDocument } from "../../portal/document.ts";
import { explanationPage } from "../../portal/explanation.ts";
import type { Offer } from "../../portal/offer.ts";
import { isSameOrigin } from "../interaction/csrf-token.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { readCredentials, readEndpointRequest, readParameters } from "../request.ts";
import type { IncomingRequest, RequestReader } from "../request.ts";
import type { Result } from "../serve.ts";
import type { Reader } from "../docs/reader.ts";

/** What a page of the portal shows, and how it is sent. */
export interface Answer {
  /** For metric and log. */
  outcome: Result[0];
  document: PortalDocument;
  /** HTTP status; by default 200. */
  status?: number;
  /** `Retry-After`, s. */
  retryAfter?: number | undefined;
}

/**
 * Reads the posted form as a request to the explanation endpoint. The credentials are the form's, never what the browser
 * adds to a request, so a page of another site could ask nothing that it does not know; it is refused all the same.
 *
 * @throws OAuthError `cross_site_form` (403); as `readEndpointRequest`
 */
export function readQuestion({ issuer }: Deps, incoming: IncomingRequest): Promise<EndpointRequest> {
  if (!isSameOrigin(issuer, incoming.request.headers)) throw new OAuthError("cross_site_form");
  const reader: RequestReader = {
    async readParameters(request) {
      const entered = await readParameters(request);
      // What is copied from a log or a terminal often has a space at its end.
      const trimmed = [...entered].map(([name, value]) => [name, value.trim()] as const);
      return new Map(trimmed.filter(([, value]) => value !== ""));
    },
    readCredentials: (_authorization, parameters) => readCredentials(null, parameters),
  };
  return readEndpointRequest(incoming, reader, issuer + PATHS.explain);
}

/**
 * Answers the form: the endpoint's own steps, with its limits, in the reader's language.
 *
 * @throws OAuthError what the reader cannot correct
 */
export async function answerQuestion(
  deps: Deps,
  question: EndpointRequest,
  { language, clientId }: Pick<Reader, "language" | "clientId">,
  offer: Offer,
): Promise<Answer> {
  try {
    const explanation = await explain(deps, question, language);
    const document = explanationPage(offer.instance, language, clientId, explanation);
    return { outcome: explanation.state, document };
  } catch (error) {
    const fault = error instanceof OAuthError ? faultOf(error, language) : undefined;
    if (!(error instanceof OAuthError) || fault === undefined) throw error;
    const { status, retryAfter } = error;
    // RFC 9110 §15.5.2: a 401 has a challenge, for which a browser would show a dialog.
    const shown = { status: status === 401 ? 400 : status, retryAfter };
    return { outcome: error, document: diagnose(offer, language, clientId, fault), ...shown };
  }
}

/** What the reader can correct; undefined: nothing. */
function faultOf({ status, causeName, retryAfter }: OAuthError, { t }: Language): string | undefined {
  if (status === 429) return t("docs.diagnose.tooMany", { seconds: String(retryAfter ?? 60) });
  if (causeName === "client_id_missing" || causeName === "parameter_missing")
    return t("docs.diagnose.missing");
  return status === 401 ? t("docs.diagnose.client") : undefined;
}
