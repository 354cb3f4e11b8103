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
  authorization_details: "docs.param.authorization_details",
} as const satisfies Texts;

/** The parameters of the token requests. A test compares the names with `GRANT_REQUESTS`. */
const TEXTS = {
  ...COMMON_TEXTS,
  code: "docs.get.param.code",
  redirect_uri: "docs.get.param.redirect_uri",
  code_verifier: "docs.get.param.code_verifier",
  device_code: "docs.get.param.device_code",
  username: "docs.get.param.username",
  password: "docs.get.param.password",
} as const satisfies Texts;

/** When a parameter is required: what depends on the client, or on an earlier request. */
const REQUIRED: Texts = {
  client_id: "docs.yes",
  client_secret: "docs.confidential",
  redirect_uri: "docs.get.ifSent",
  code_verifier: "docs.get.pkceRequired",
};

/** What differs: a refresh may ask for less than was granted, and only a client with a secret gets a token of its own. */
const OWN: Partial<Record<GrantType, { texts: Texts; required?: Texts }>> = {
  refresh_token: { texts: { refresh_token: "docs.param.refresh_token", scope: "docs.param.scope" } },
  client_credentials: {
    texts: { client_secret: "docs.get.service.client_secret" },
    required: { client_secret: "docs.yes" },
  },
};

/** The parameters of the token request of a grant type (RFC 6749 §4, §6). */
export function tokenParameters(offer: Offer, language: Language, grantType: GrantType): Block {
  const type = language.t("docs.param.grant_type", { value: grantType });
  const fields = { ...CREDENTIALS, ...GRANT_REQUESTS[grantType].fields };
  const texts = { ...TEXTS, ...OWN[grantType]?.texts };
  const required = { ...REQUIRED, ...OWN[grantType]?.required };
  return parameterTable(language, [
    { name: "grant_type", text: type, required: "docs.yes" },
    ...offered(offer, fieldRows(language, fields, texts, required)),
  ]);
}

/** The parameters of a device authorization request (RFC 8628 §3.1). */
export function deviceParameters(offer: Offer, language: Language): Block {
  return parameterTable(
    language,
    offered(offer, fieldRows(language, DEVICE_REQUEST_FIELDS, TEXTS, REQUIRED)),
  );
}

/** Without `resource`, where there is but one audience, and without `authorization_details`, where no type is configured. */
export function offered({ instance }: Offer, rows: readonly ParameterRow[]): ParameterRow[] {
  return rows.filter(
    ({ name }) =>
      (name !== "resource" || instance.hasResources) &&
      (name !== "authorization_details" || instance.detailTypes.length > 0),
  );
}
