import type { Language } from "../pages/language.ts";
import { OFFLINE_ACCESS } from "../grant-types/scope.ts";
import type { GrantType } from "../store/store.ts";
import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import { authorizationCode } from "./authorization-code.ts";
import { code, section, text } from "./document.ts";
import type { Block, PortalDocument, Section } from "./document.ts";
import { causesOfFirstTokens, errorTable } from "./error-tables.ts";
import type { GrantValues } from "./grant-parameters.ts";
import { writtenError } from "./offer.ts";
import type { Offer } from "./offer.ts";
import { ERRORS, linksTo, REFRESHING } from "./page-links.ts";
import { clientCredentials, device, password } from "./other-grants.ts";
import { sample } from "./tables.ts";
import type { Texts } from "./tables.ts";
import { responseTable } from "./token-response.ts";

/** A kind of program, and the grant type that it uses. `docs.get.program.NAME` and `docs.get.use.NAME` are its texts. */
const PROGRAMS = {
  server: "authorization_code",
  app: "authorization_code",
  device: DEVICE_CODE,
  service: "client_credentials",
  password: "password",
} as const satisfies Record<string, GrantType>;

/**
 * The sections of each grant type that gives first tokens, in the order of the page. Exchanges and assertions are arranged
 * with an operator; the API description has them.
 */
const SECTIONS: readonly (readonly [grantType: GrantType, build: (values: GrantValues) => Section[]])[] = [
  ["authorization_code", authorizationCode],
  [DEVICE_CODE, device],
  ["client_credentials", clientCredentials],
  // RFC 9700 §2.4: last, and discouraged.
  ["password", password],
];

/** How to get the first tokens at this instance (RFC 6749 §4, RFC 8628), for programmers of clients. */
export function gettingTokens(
  offer: Offer,
  language: Language,
  clientId: string | undefined,
): PortalDocument {
  const { t } = language;
  const { grantTypes, providerName: provider } = offer.instance;
  const values = { offer, language, clientId };
  const error = writtenError(offer.tokenErrors.grant_type_not_allowed);
  return {
    title: t("docs.get.title"),
    lead: t("docs.get.lead"),
    blocks: [],
    sections: [
      section(
        "choose",
        t("docs.get.choose"),
        choiceTable(offer, language),
        text(t("docs.get.before", { provider })),
        text(t("docs.get.chooseNote", { provider, error })),
      ),
      ...SECTIONS.flatMap(([grantType, build]) => (grantTypes.includes(grantType) ? build(values) : [])),
      response(offer, language),
      section(
        "scopes",
        t("docs.get.scopes"),
        text(t("docs.get.scopesNote", { provider })),
        scopeTable(offer, language),
      ),
      section(
        "errors",
        t("docs.errors"),
        text(t("docs.errorsNote")),
        errorTable(causesOfFirstTokens(offer), offer.tokenErrors, language),
        linksTo(language, offer.instance, ERRORS),
      ),
    ],
  };
}

function choiceTable({ instance }: Offer, { t }: Language): Block {
  const kinds = Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[];
  const offered = kinds.filter((kind) => instance.grantTypes.includes(PROGRAMS[kind]));
  return {
    kind: "table",
    columns: [t("docs.get.program"), t("docs.get.use")],
    rows: offered.map((kind) => [t(`docs.get.program.${kind}`), t(`docs.get.use.${kind}`)]),
  };
}

const RESPONSE_TEXTS: Texts = {
  access_token: "docs.get.member.access_token",
  refresh_token: "docs.get.member.refresh_token",
};

/** The response of all grant types, and the way to its refresh. */
function response(offer: Offer, language: Language): Section {
  const { t } = language;
  return section(
    "response",
    t("docs.get.response"),
    responseTable(offer, language, RESPONSE_TEXTS),
    sample(offer.response),
    text(t("docs.get.responseNote")),
    linksTo(language, offer.instance, REFRESHING),
  );
}

/** The scopes that the provider describes, and those of the metadata (RFC 8414 §2), in the reader's language. */
function scopeTable({ instance }: Offer, { t, tag }: Language): Block {
  const described = (scope: string) =>
    instance.describeScope(scope, tag) ??
    (scope === OFFLINE_ACCESS ? t("docs.get.scope.offline_access") : "");
  return {
    kind: "table",
    columns: [t("docs.get.scope"), t("docs.description")],
    rows: Object.keys(instance.scopes).map((scope) => [code(scope), described(scope)]),
  };
}
