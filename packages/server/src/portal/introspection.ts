import { PATHS } from "../endpoints/metadata.ts";
import { CREDENTIALS } from "../openapi/security.ts";
import { INTROSPECTION_FIELDS, TOKEN_FIELDS } from "../openapi/token-management.ts";
import type { Language } from "../pages/language.ts";
import { list, section, text } from "./document.ts";
import type { Block, PortalDocument } from "./document.ts";
import { causesAt, errorTable } from "./error-tables.ts";
import { exampleSection, programs } from "./examples/block.ts";
import { managementRequest } from "./examples/requests.ts";
import { EXAMPLES } from "./examples/table.ts";
import type { Offer } from "./offer.ts";
import { ERRORS, linksTo, VERIFYING } from "./page-links.ts";
import {
  endpointSection,
  fieldRows,
  memberRows,
  memberTable,
  parameterTable,
  requestSection,
  sample,
} from "./tables.ts";
import type { Texts } from "./tables.ts";

/** RFC 7662 §2.1 */
const PARAMETERS: Texts = {
  token: "docs.introspect.token",
  token_type_hint: "docs.param.token_type_hint",
  client_id: "docs.param.client_id",
  client_secret: "docs.introspect.client_secret",
};

/** Credentials may come in a header, too, so the fields leave it open. */
const REQUIRED: Texts = { client_id: "docs.yes", client_secret: "docs.yes" };

/** Members of the response (RFC 7662 §2.2). A test compares the names with `INTROSPECTION_FIELDS`. */
const MEMBERS: Texts = {
  active: "docs.introspect.active",
  token_use: "docs.introspect.token_use",
  token_type: "docs.member.token_type",
  client_id: "docs.claim.client_id",
  sub: "docs.claim.sub",
  scope: "docs.claim.scope",
  aud: "docs.claim.aud",
  iss: "docs.claim.iss",
  iat: "docs.claim.iat",
  exp: "docs.claim.exp",
  jti: "docs.claim.jti",
  cnf: "docs.claim.cnf",
  auth_time: "docs.claim.auth_time",
  acr: "docs.claim.acr",
  authorization_details: "docs.claim.authorization_details",
  act: "docs.claim.act",
  refresh_token_timeout: "docs.member.refresh_token_timeout",
  authorization_expires_in: "docs.member.authorization_expires_in",
};

/** How to introspect a token at this instance (RFC 7662), for programmers of clients and resource servers. */
export function introspection(
  offer: Offer,
  language: Language,
  clientId: string | undefined,
): PortalDocument {
  const { t } = language;
  const { instance, errors } = offer;
  const { issuer } = instance;
  const request = managementRequest("introspect", { issuer, clientId });
  const parameters = fieldRows(language, { ...TOKEN_FIELDS, ...CREDENTIALS }, PARAMETERS, REQUIRED);
  const members = memberTable(language, memberRows(language, INTROSPECTION_FIELDS, MEMBERS));
  // A web page cannot keep the secret that this needs.
  const examples = programs(language, EXAMPLES, request.name, ({ run, send }) =>
    run === undefined ? undefined : send(request),
  );
  return {
    title: t("docs.introspect.title"),
    lead: t("docs.introspect.lead"),
    blocks: [],
    sections: [
      endpointSection(language, issuer + PATHS.introspect),
      requestSection(language, parameterTable(language, parameters)),
      section("response", t("docs.response"), members, text(t("docs.introspect.members"))),
      exampleSection(language, "docs.tokenExampleNote", "TOKEN", examples),
      section(
        "example-response",
        t("docs.exampleResponse"),
        ...exampleResponses(offer),
        text(t("docs.introspect.inactive")),
      ),
      section(
        "limits",
        t("docs.introspect.limits"),
        limits(language),
        linksTo(language, instance, VERIFYING),
      ),
      section(
        "errors",
        t("docs.errors"),
        errorTable(causesAt(offer, "introspect"), errors, language),
        linksTo(language, instance, ERRORS),
      ),
    ],
  };
}

/** Those of the OpenAPI document: an active token, and any other. */
function exampleResponses({ endpoints }: Offer): Block[] {
  const endpoint = endpoints.find(({ operationId }) => operationId === "introspect");
  const examples = Object.values(endpoint?.responses[200]?.content?.examples ?? {});
  return examples.map(({ value }) => sample(value as object));
}

function limits({ t }: Language): Block {
  return list(
    t("docs.introspect.own"),
    t("docs.introspect.resourceServer"),
    t("docs.introspect.spent"),
    t("docs.introspect.noUse"),
    t("docs.introspect.verify"),
  );
}
