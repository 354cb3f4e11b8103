import type { Language } from "../pages/language.ts";
import type { MessageKey } from "../pages/messages/en.ts";
import { code, text } from "./document.ts";
import type { Block, PortalDocument, Section } from "./document.ts";
import { durationIn } from "./duration.ts";
import { EXAMPLES } from "./examples/table.ts";
import { writtenError } from "./offer.ts";
import type { Offer } from "./offer.ts";
import { REFRESH_ERRORS } from "./refresh-errors.ts";
import type { RefreshError } from "./refresh-errors.ts";

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

type Member = keyof typeof RESPONSE_MEMBERS;

/** How to refresh a token at this instance (RFC 6749 §6), for programmers of clients. */
export function refreshingTokens(
  offer: Offer,
  language: Language,
  clientId: string | undefined,
): PortalDocument {
  const { t } = language;
  const values = { tokenEndpoint: offer.tokenEndpoint, clientId };
  const examples = EXAMPLES.map((example) => ({ ...example, code: example.refresh(values) }));
  const section = (id: string, title: MessageKey, ...blocks: Block[]): Section => ({
    id,
    title: t(title),
    blocks,
  });
  return {
    title: t("docs.refresh.title"),
    lead: t("docs.refresh.lead"),
    blocks: [],
    sections: [
      section("endpoint", "docs.endpoint", endpointTable(offer, language)),
      section("request", "docs.request", requestTable(offer, language), text(t("docs.requestNote"))),
      section("response", "docs.response", responseTable(offer, language)),
      section("example", "docs.example", text(t("docs.exampleNote")), { kind: "examples", examples }),
      section("example-response", "docs.exampleResponse", {
        kind: "code",
        language: "json",
        code: JSON.stringify(offer.response, null, 2),
      }),
      section("retry-rule", "docs.rule", retryRule(offer, language)),
      section("lifetimes", "docs.lifetimes", lifetimes(offer, language), text(t("docs.lifetimesNote"))),
      section("errors", "docs.errors", text(t("docs.errorsNote")), errorTable(offer, language)),
    ],
  };
}

function endpointTable({ tokenEndpoint }: Offer, { t }: Language): Block {
  return {
    kind: "table",
    columns: [t("docs.method"), t("docs.uri")],
    rows: [["POST", code(tokenEndpoint)]],
  };
}

function requestTable({ instance }: Offer, { t }: Language): Block {
  const offered = PARAMETERS.filter(({ name }) => name !== "resource" || instance.hasResources);
  return {
    kind: "table",
    columns: [t("docs.parameter"), t("docs.type"), t("docs.description"), t("docs.required")],
    rows: offered.map(({ name, required }) => [
      code(name),
      "string",
      t(`docs.param.${name}`),
      t(`docs.${required}`),
    ]),
  };
}

/** The members that the token endpoint writes, in its order. */
function responseTable({ response }: Offer, { t }: Language): Block {
  const members = Object.keys(response).filter((name): name is Member =>
    Object.hasOwn(RESPONSE_MEMBERS, name),
  );
  return {
    kind: "table",
    columns: [t("docs.parameter"), t("docs.type"), t("docs.description")],
    rows: members.map((name) => [code(name), RESPONSE_MEMBERS[name], t(`docs.member.${name}`)]),
  };
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
