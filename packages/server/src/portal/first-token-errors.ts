import { CAUSES } from "../errors/causes.ts";
import type { Cause } from "../errors/causes.ts";
import type { Language } from "../pages/language.ts";
import type { MessageKey } from "../pages/messages/en.ts";
import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import type { GrantType } from "../store/store.ts";
import { code } from "./document.ts";
import type { Block } from "./document.ts";
import { writtenError } from "./offer.ts";
import type { Offer } from "./offer.ts";
import { REFRESH_ERRORS } from "./refresh-errors.ts";
import type { WholeCause } from "./refresh-errors.ts";

/** Causes that one action of the customer is the answer to. */
interface ErrorGroup {
  causes: readonly WholeCause[];
  meaning: MessageKey;
  action: MessageKey;
  /** Absent: it may happen with each grant type. */
  grantType?: GrantType;
}

/** `docs.get.error.NAME.meaning` and `docs.get.error.NAME.action` are a group's texts. */
const OWN = {
  code: {
    grantType: "authorization_code",
    causes: [
      "unknown_code",
      "code_client_mismatch",
      "redirect_uri_mismatch",
      "code_verifier_mismatch",
      "code_reused",
      "code_expired",
      "code_client_disabled",
      "code_account_disabled",
    ],
  },
  pending: { grantType: DEVICE_CODE, causes: ["authorization_pending"] },
  slowDown: { grantType: DEVICE_CODE, causes: ["slow_down"] },
  denied: { grantType: DEVICE_CODE, causes: ["device_denied"] },
  deviceExpired: { grantType: DEVICE_CODE, causes: ["device_code_expired"] },
  deviceCode: {
    grantType: DEVICE_CODE,
    causes: [
      "unknown_device_code",
      "device_code_client_mismatch",
      "device_code_reused",
      "device_code_spent",
      "device_code_client_disabled",
      "device_code_account_disabled",
    ],
  },
  password: {
    grantType: "password",
    causes: ["unknown_account", "wrong_password", "account_disabled", "account_service_refused"],
  },
  client: { causes: REFRESH_ERRORS.client },
  grantType: { causes: ["grant_type_not_allowed"] },
  scope: { causes: ["scope_exceeded", "malformed_scope"] },
  resource: { causes: ["resource_mismatch", "several_resources"] },
} as const satisfies Record<string, Omit<ErrorGroup, "meaning" | "action">>;

/** Those that mean the same as at a refresh. */
const SHARED = ["request", "body", "tooMany", "busy", "server"] as const;

/** The causes of a refused token request for first tokens, by what the customer can do, in the order of the page. */
export const FIRST_TOKEN_ERRORS: readonly ErrorGroup[] = [
  ...(Object.keys(OWN) as (keyof typeof OWN)[]).map((name) => ({
    ...OWN[name],
    meaning: `docs.get.error.${name}.meaning` as const,
    action: `docs.get.error.${name}.action` as const,
  })),
  ...SHARED.map((name) => ({
    causes: REFRESH_ERRORS[name],
    meaning: `docs.error.${name}.meaning` as const,
    action: `docs.error.${name}.action` as const,
  })),
];

/** The causes that a redirect tells, in the same way. A test compares them with `REDIRECTED_CAUSES`. */
export const REDIRECT_ERRORS = {
  denied: ["denied_by_subject"],
  silent: ["login_required", "consent_required"],
  request: [
    "unsupported_response_type",
    "unsupported_response_mode",
    "unsupported_code_challenge_method",
    "prompt_none_with_others",
    "max_age_malformed",
    "request_object",
    "malformed_scope",
    "scope_exceeded",
    "several_resources",
    "resource_mismatch",
    "request_not_pushed",
  ],
  busy: ["store_busy", "unexpected"],
} as const satisfies Record<string, readonly Cause[]>;

/** What a refused token request is answered with, as the token endpoint writes it. */
export function tokenErrorTable({ instance, tokenErrors }: Offer, language: Language): Block {
  const { grantTypes, hasResources } = instance;
  const offered = FIRST_TOKEN_ERRORS.filter(
    ({ grantType, causes }) =>
      (grantType === undefined || grantTypes.includes(grantType)) &&
      (hasResources || !causes.includes("resource_mismatch")),
  );
  return errorTable(
    language,
    offered.map(({ causes, meaning, action }) => [
      causes.map((cause) => writtenError(tokenErrors[cause])),
      meaning,
      action,
    ]),
  );
}

/** What comes back to the redirect URI in place of a code (RFC 6749 §4.1.2.1). */
export function redirectErrorTable(language: Language): Block {
  const groups = Object.keys(REDIRECT_ERRORS) as (keyof typeof REDIRECT_ERRORS)[];
  return errorTable(
    language,
    groups.map((name) => [
      REDIRECT_ERRORS[name].map((cause) => code(CAUSES[cause].code)),
      `docs.get.redirectError.${name}.meaning`,
      `docs.get.redirectError.${name}.action`,
    ]),
  );
}

/** Errors that look alike are named once. */
function errorTable(
  { t }: Language,
  rows: readonly (readonly [errors: readonly string[], meaning: MessageKey, action: MessageKey])[],
): Block {
  return {
    kind: "table",
    columns: [t("docs.errorResponse"), t("docs.meaning"), t("docs.action")],
    rows: rows.map(([errors, meaning, action]) => [[...new Set(errors)].join(", "), t(meaning), t(action)]),
  };
}
