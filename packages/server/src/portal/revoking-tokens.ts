import { PATHS } from "../endpoints/metadata.ts";
import { CREDENTIALS } from "../openapi/security.ts";
import { TOKEN_FIELDS } from "../openapi/token-management.ts";
import type { Language } from "../pages/language.ts";
import { list, section, text } from "./document.ts";
import type { Block, PortalDocument } from "./document.ts";
import { durationIn } from "./duration.ts";
import { causesAt, errorTable } from "./error-tables.ts";
import { exampleSection, programs } from "./examples/block.ts";
import { managementRequest } from "./examples/requests.ts";
import { EXAMPLES } from "./examples/table.ts";
import type { Offer } from "./offer.ts";
import { ERRORS, linksTo, VERIFYING } from "./page-links.ts";
import { endpointSection, fieldRows, parameterTable, requestSection, sample } from "./tables.ts";
import type { Texts } from "./tables.ts";

/** RFC 7009 §2.1 */
const PARAMETERS: Texts = {
  token: "docs.revoke.token",
  token_type_hint: "docs.param.token_type_hint",
  client_id: "docs.param.client_id",
  client_secret: "docs.param.client_secret",
};

/** Credentials may come in a header, too, so the fields leave it open. */
const REQUIRED: Texts = { client_id: "docs.yes", client_secret: "docs.confidential" };

/** How to revoke a token at this instance (RFC 7009), for programmers of clients. */
export function revokingTokens(
  offer: Offer,
  language: Language,
  clientId: string | undefined,
): PortalDocument {
  const { t } = language;
  const { instance, errors } = offer;
  const { issuer } = instance;
  const request = managementRequest("revoke", { issuer, clientId });
  const parameters = fieldRows(language, { ...TOKEN_FIELDS, ...CREDENTIALS }, PARAMETERS, REQUIRED);
  const examples = programs(language, EXAMPLES, request.name, ({ send }) => send(request));
  return {
    title: t("docs.revoke.title"),
    lead: t("docs.revoke.lead"),
    blocks: [],
    sections: [
      endpointSection(language, issuer + PATHS.revoke),
      requestSection(language, parameterTable(language, parameters)),
      exampleSection(language, "docs.tokenExampleNote", "TOKEN", examples),
      section("example-response", t("docs.exampleResponse"), sample({}), text(t("docs.revoke.response"))),
      section(
        "effect",
        t("docs.revoke.effect"),
        effect(offer, language),
        linksTo(language, instance, VERIFYING),
      ),
      section(
        "errors",
        t("docs.errors"),
        errorTable(causesAt(offer, "revoke"), errors, language),
        linksTo(language, instance, ERRORS),
      ),
    ],
  };
}

/** What ends with a token, and when. */
function effect({ instance }: Offer, language: Language): Block {
  const { t } = language;
  return list(
    t("docs.revoke.session"),
    t("docs.revoke.access"),
    t("docs.revoke.unknown"),
    t("docs.revoke.delay", { lifetime: durationIn(language, instance.lifetimes.accessTtl) }),
    t("docs.revoke.forget"),
  );
}
