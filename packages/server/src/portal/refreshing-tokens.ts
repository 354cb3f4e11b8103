import type { Language } from "../pages/language.ts";
import { section, text } from "./document.ts";
import type { PortalDocument } from "./document.ts";
import { causesOfRefresh, errorTable } from "./error-tables.ts";
import { exampleSection, programs } from "./examples/block.ts";
import { tokenRequest } from "./examples/requests.ts";
import { EXAMPLES } from "./examples/table.ts";
import { tokenParameters } from "./grant-parameters.ts";
import { tokenLifetimes } from "./lifetimes.ts";
import type { Offer } from "./offer.ts";
import { DIAGNOSE, ERRORS, LIFETIMES, linksTo, RETRY_RULE } from "./page-links.ts";
import { rule } from "./retry-rule.ts";
import { endpointSection, requestSection, sample } from "./tables.ts";
import { responseTable } from "./token-response.ts";

/** How to refresh a token at this instance (RFC 6749 §6), for programmers of clients. */
export function refreshingTokens(
  offer: Offer,
  language: Language,
  clientId: string | undefined,
): PortalDocument {
  const { t } = language;
  const { instance, tokenEndpoint, tokenErrors } = offer;
  const request = tokenRequest("refresh_token", { issuer: instance.issuer, clientId });
  const examples = programs(language, EXAMPLES, request.name, ({ send }) => send(request));
  const refusals = errorTable(causesOfRefresh(offer), tokenErrors, language);
  return {
    title: t("docs.refresh.title"),
    lead: t("docs.refresh.lead"),
    blocks: [],
    sections: [
      endpointSection(language, tokenEndpoint),
      requestSection(language, tokenParameters(offer, language, "refresh_token")),
      section("response", t("docs.response"), responseTable(offer, language)),
      exampleSection(language, "docs.exampleNote", "REFRESH_TOKEN", examples),
      section("example-response", t("docs.exampleResponse"), sample(offer.response)),
      section("retry-rule", t("docs.rule"), rule(offer, language), linksTo(language, instance, RETRY_RULE)),
      section(
        "lifetimes",
        t("docs.lifetimes"),
        tokenLifetimes(offer, language),
        text(t("docs.lifetimesNote")),
        linksTo(language, instance, LIFETIMES),
      ),
      section(
        "errors",
        t("docs.errors"),
        text(t("docs.errorsNote")),
        refusals,
        linksTo(language, instance, ERRORS, DIAGNOSE),
      ),
    ],
  };
}
