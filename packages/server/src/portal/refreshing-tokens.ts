import type { Language } from "../pages/language.ts";
import { section, text } from "./document.ts";
import type { Block, PortalDocument } from "./document.ts";
import { durationIn } from "./duration.ts";
import { programs } from "./examples/block.ts";
import { tokenRequest } from "./examples/requests.ts";
import { EXAMPLES } from "./examples/table.ts";
import { writtenError } from "./offer.ts";
import type { Offer } from "./offer.ts";
import { REFRESH_ERRORS } from "./refresh-errors.ts";
import type { RefreshError } from "./refresh-errors.ts";
import { endpointTable, memberTable, parameterTable, sample } from "./tables.ts";

/** A parameter of the request, and when it must be sent. `docs.param.NAME` is its text. */
interface Parameter {
  name: "grant_type" | "client_id" | "client_secret" | "refresh_token" | "scope" | "resource";
  required: "yes" | "no" | "confidential";
}

/** RFC 6749 §2.3.1, §6; RFC 8707 §2.2 */
const PARAMETERS: readonly Parameter[] = [
  { name: "grant_type", required: "yes" },
  { name: "client_id", required: "yes" },
  { name: "client_secret", required: "confidential" },
  { name: "refresh_token", required: "yes" },
  { name: "scope", required: "no" },
  { name: "resource", required: "no" },
];

/** Members of the response (RFC 6749 §5.1) and their JSON Schema types. `docs.member.NAME` is a member's text. */
export const RESPONSE_MEMBERS = {
  token_type: "string",
  expires_in: "integer",
  access_token: "string",
  refresh_token: "string",
  scope: "string",
  refresh_token_expires_in: "integer",
  refresh_token_timeout: "integer",
  authorization_expires_in: "integer",
  refresh_token_retry_window: "integer",
} as const;

/** Whether the portal describes this member of a token response. */
export function isResponseMember(name: string): name is keyof typeof RESPONSE_MEMBERS {
  return Object.hasOwn(RESPONSE_MEMBERS, name);
}

/** How to refresh a token at this instance (RFC 6749 §6), for programmers of clients. */
export function refreshingTokens(
  offer: Offer,
  language: Language,
  clientId: string | undefined,
): PortalDocument {
  const { t } = language;
  const request = tokenRequest("refresh_token", { issuer: offer.instance.issuer, clientId });
  const examples = programs(language, EXAMPLES, request.name, ({ send }) => send(request));
  return {
    title: t("docs.refresh.title"),
    lead: t("docs.refresh.lead"),
    blocks: [],
    sections: [
      section("endpoint", t("docs.endpoint"), endpointTable(language, "POST", offer.tokenEndpoint)),
      section("request", t("docs.request"), requestTable(offer, language), text(t("docs.requestNote"))),
      section("response", t("docs.response"), responseTable(offer, language)),
      section("example", t("docs.example"), text(t("docs.exampleNote")), examples),
      section("example-response", t("docs.exampleResponse"), sample(offer.response)),
      section("retry-rule", t("docs.rule"), retryRule(offer, language)),
      section("lifetimes", t("docs.lifetimes"), lifetimes(offer, language), text(t("docs.lifetimesNote"))),
      section("errors", t("docs.errors"), text(t("docs.errorsNote")), errorTable(offer, language)),
    ],
  };
}

function requestTable({ instance }: Offer, language: Language): Block {
  const { t } = language;
  const offered = PARAMETERS.filter(({ name }) => name !== "resource" || instance.hasResources);
  return parameterTable(
    language,
    offered.map(({ name, required }) => ({
      name,
      text: t(`docs.param.${name}`),
      required: `docs.${required}` as const,
    })),
  );
}

/** The members that the token endpoint writes, in its order. */
function responseTable({ response }: Offer, language: Language): Block {
  const members = Object.keys(response).filter(isResponseMember);
  return memberTable(
    language,
    members.map((name) => [name, RESPONSE_MEMBERS[name], language.t(`docs.member.${name}`)]),
  );
}

function retryRule({ instance, response }: Offer, language: Language): Block {
  const { t } = language;
  const { retryWindow } = instance.lifetimes;
  return {
    kind: "list",
    items: [
      t("docs.rule.store"),
      t("docs.rule.retry", { window: durationIn(language, retryWindow) }),
      ...("refresh_token_retry_window" in response ? [t("docs.rule.own")] : []),
      t("docs.rule.late"),
      t("docs.rule.busy"),
    ],
  };
}

function lifetimes({ instance }: Offer, language: Language): Block {
  const { t } = language;
  const { accessTtl, refreshIdleTtl, refreshMaxTtl } = instance.lifetimes;
  return {
    kind: "table",
    columns: [t("docs.lifetimeOf"), t("docs.lifetime")],
    rows: [
      [t("docs.lifetime.access"), durationIn(language, accessTtl)],
      [t("docs.lifetime.idle"), durationIn(language, refreshIdleTtl)],
      [t("docs.lifetime.max"), durationIn(language, refreshMaxTtl)],
    ],
  };
}

function errorTable(offer: Offer, { t }: Language): Block {
  const groups = Object.keys(REFRESH_ERRORS) as RefreshError[];
  return {
    kind: "table",
    columns: [t("docs.errorResponse"), t("docs.meaning"), t("docs.action")],
    rows: groups.map((group) => [
      writtenErrors(offer, group),
      t(`docs.error.${group}.meaning`),
      t(`docs.error.${group}.action`),
    ]),
  };
}

/** What the responses of a group have to be recognised by: ``400 `invalid_grant` `expired` ``. */
function writtenErrors({ tokenErrors }: Offer, group: RefreshError): string {
  const texts = REFRESH_ERRORS[group].map((cause) => writtenError(tokenErrors[cause]));
  return [...new Set(texts)].join(", ");
}
