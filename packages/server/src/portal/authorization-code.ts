import { CODE_TTL } from "../endpoints/authorize.ts";
import { PATHS } from "../endpoints/metadata.ts";
import { AUTHORIZATION_FIELDS } from "../openapi/authorization.ts";
import { GRANT_REQUESTS } from "../openapi/grant-requests.ts";
import type { Block, Section } from "./document.ts";
import { section, text } from "./document.ts";
import { durationIn } from "./duration.ts";
import { programs } from "./examples/block.ts";
import { authorizationStart, tokenRequest } from "./examples/requests.ts";
import { EXAMPLES } from "./examples/table.ts";
import { redirectErrorTable } from "./error-tables.ts";
import { COMMON_TEXTS, offered, tokenParameters } from "./grant-parameters.ts";
import type { GrantValues } from "./grant-parameters.ts";
import { endpointTable, fieldRows, memberTable, parameterTable, requestNotes } from "./tables.ts";
import type { ParameterRow, Texts } from "./tables.ts";

/** The parameters of an authorization request. A test compares the names with `AUTHORIZATION_FIELDS`. */
const TEXTS: Readonly<Record<keyof typeof AUTHORIZATION_FIELDS, Texts[string]>> = {
  ...COMMON_TEXTS,
  request_uri: "docs.get.authorize.request_uri",
  request: "docs.get.authorize.request",
  response_type: "docs.get.authorize.response_type",
  response_mode: "docs.get.authorize.response_mode",
  redirect_uri: "docs.get.authorize.redirect_uri",
  state: "docs.get.authorize.state",
  code_challenge: "docs.get.authorize.code_challenge",
  code_challenge_method: "docs.get.authorize.code_challenge_method",
  dpop_jkt: "docs.get.authorize.dpop_jkt",
  prompt: "docs.get.authorize.prompt",
  max_age: "docs.get.authorize.max_age",
  acr_values: "docs.get.authorize.acr_values",
  login_hint: "docs.get.authorize.login_hint",
  ui_locales: "docs.get.authorize.ui_locales",
};

const REQUIRED: Texts = {
  response_type: "docs.get.unlessPushed",
  redirect_uri: "docs.get.ifSeveral",
  state: "docs.get.recommended",
  code_challenge: "docs.get.pkceRequired",
  code_challenge_method: "docs.get.pkceRequired",
};

/** The authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636, RFC 9207), in three steps. */
export function authorizationCode(values: GrantValues): Section[] {
  return [request(values), response(values), exchange(values)];
}

function request({ offer, language, clientId }: GrantValues): Section {
  const { t } = language;
  const { issuer, providerName: provider } = offer.instance;
  const start = authorizationStart({ issuer, clientId });
  const rows = offered(offer, fieldRows(language, AUTHORIZATION_FIELDS, TEXTS, REQUIRED));
  const isOptional = ({ required }: ParameterRow) => required === "docs.no";
  const sorted = [...rows.filter((row) => !isOptional(row)), ...rows.filter(isOptional)];
  return section(
    "authorization-request",
    t("docs.get.authorize"),
    text(t("docs.get.authorizeText", { provider })),
    endpointTable(language, "GET", issuer + PATHS.authorize),
    parameterTable(language, sorted),
    { kind: "list", items: [t("docs.get.verifier"), t("docs.get.state"), t("docs.get.redirectUri")] },
    text(t("docs.get.authorizeNote")),
    text(t("docs.environment", { name: "REDIRECT_URI" })),
    programs(language, EXAMPLES, "authorize", ({ authorize }) => authorize?.(start)),
  );
}

function response({ offer, language }: GrantValues): Section {
  const { t } = language;
  const { issuer } = offer.instance;
  const { redirect_uri = "" } = GRANT_REQUESTS.authorization_code.example;
  const query = new URLSearchParams({ code: "YOUR_CODE", state: "YOUR_STATE", iss: issuer });
  const sampleUrl: Block = { kind: "code", language: "text", code: `${redirect_uri}?${query.toString()}` };
  return section(
    "authorization-response",
    t("docs.get.redirect"),
    text(t("docs.get.redirectText")),
    memberTable(language, [
      ["code", "string", t("docs.get.redirect.code", { lifetime: durationIn(language, CODE_TTL) })],
      ["state", "string", t("docs.get.redirect.state")],
      ["iss", "string", t("docs.get.redirect.iss", { issuer })],
      ["error", "string", t("docs.get.redirect.error")],
    ]),
    sampleUrl,
    redirectErrorTable(offer, language),
    text(t("docs.get.shownError")),
  );
}

function exchange({ offer, language, clientId }: GrantValues): Section {
  const { t } = language;
  const { issuer } = offer.instance;
  // A web page cannot keep a secret, so its client is public.
  const requestOf = (isPublic: boolean) =>
    tokenRequest("authorization_code", { issuer, clientId }, { isPublic });
  return section(
    "code-exchange",
    t("docs.get.exchange"),
    text(t("docs.get.exchangeText")),
    endpointTable(language, "POST", offer.tokenEndpoint),
    tokenParameters(offer, language, "authorization_code"),
    ...requestNotes(language),
    text(t("docs.get.exchangeNote")),
    text(t("docs.get.exchangePage")),
    programs(language, EXAMPLES, requestOf(false).name, ({ run, send }) =>
      send(requestOf(run === undefined)),
    ),
  );
}
