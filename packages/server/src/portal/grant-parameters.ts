import { DEVICE_REQUEST_FIELDS } from "../openapi/device-authorization.ts";
import { GRANT_REQUESTS } from "../openapi/grant-requests.ts";
import { CREDENTIALS } from "../openapi/security.ts";
import type { Language } from "../pages/language.ts";
import type { GrantType } from "../store/store.ts";
import type { Block } from "./document.ts";
import type { Offer } from "./offer.ts";
import { fieldRows, parameterTable } from "./tables.ts";
import type { ParameterRow, Texts } from "./tables.ts";

/** What the sections of a grant type are made with. */
export interface GrantValues {
  offer: Offer;
  language: Language;
  /** The reader's, to be filled in. */
  clientId: string | undefined;
}

/** What all requests of a client may have. */
export const COMMON_TEXTS = {
  client_id: "docs.param.client_id",
  client_secret: "docs.param.client_secret",
  scope: "docs.get.authorize.scope",
  resource: "docs.param.resource",
} as const satisfies Texts;

/** The parameters of the token requests for first tokens. A test compares the names with `GRANT_REQUESTS`. */
const TEXTS = {
  ...COMMON_TEXTS,
  code: "docs.get.param.code",
  redirect_uri: "docs.get.param.redirect_uri",
  code_verifier: "docs.get.param.code_verifier",
  device_code: "docs.get.param.device_code",
  username: "docs.get.param.username",
  password: "docs.get.param.password",
} as const satisfies Texts;

/** Those of the refresh (RFC 6749 §6), which may ask for less than was granted. */
const REFRESH_TEXTS = {
  ...COMMON_TEXTS,
  refresh_token: "docs.param.refresh_token",
  scope: "docs.param.scope",
} as const satisfies Texts;

/** Those of the client's own token (RFC 6749 §4.4): only a client with a secret gets one. */
const SERVICE_TEXTS = {
  ...COMMON_TEXTS,
  client_secret: "docs.get.service.client_secret",
} as const satisfies Texts;

const OWN_TEXTS: Partial<Record<GrantType, Texts>> = {
  refresh_token: REFRESH_TEXTS,
  client_credentials: SERVICE_TEXTS,
};

const YES = "docs.yes" as const;

/** When a parameter is required: what depends on the client, or on an earlier request. */
const REQUIRED: Texts = {
  client_id: YES,
  client_secret: "docs.confidential",
  redirect_uri: "docs.get.ifSent",
  code_verifier: "docs.get.pkceRequired",
};

/** The parameters of the token request of a grant type (RFC 6749 §4, §6). */
export function tokenParameters(offer: Offer, language: Language, grantType: GrantType): Block {
  const type = language.t("docs.param.grant_type", { value: grantType });
  const texts = OWN_TEXTS[grantType] ?? TEXTS;
  const required = grantType === "client_credentials" ? { ...REQUIRED, client_secret: YES } : REQUIRED;
  const { fields } = GRANT_REQUESTS[grantType];
  return parameterTable(language, [
    { name: "grant_type", text: type, required: YES },
    ...offered(offer, fieldRows(language, { ...CREDENTIALS, ...fields }, texts, required)),
  ]);
}

/** The parameters of a device authorization request (RFC 8628 §3.1). */
export function deviceParameters(offer: Offer, language: Language): Block {
  return parameterTable(
    language,
    offered(offer, fieldRows(language, DEVICE_REQUEST_FIELDS, TEXTS, REQUIRED)),
  );
}

/** Without `resource`, where there is but one audience. */
export function offered({ instance }: Offer, rows: readonly ParameterRow[]): ParameterRow[] {
  return rows.filter(({ name }) => name !== "resource" || instance.hasResources);
}
