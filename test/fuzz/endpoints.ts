import { AUTHORIZATION_PARAMETERS } from "../../packages/server/src/endpoints/authorization-target.ts";
import { PATHS } from "../../packages/server/src/endpoints/metadata.ts";
import {
  CLIENT_SETTING_KEYS,
  clientSetting,
  memberOf,
} from "../../packages/server/src/client-settings/settings.ts";
import { DIAGNOSE } from "../../packages/server/src/portal/page-links.ts";
import { PORTAL_PAGES } from "../../packages/server/src/portal/pages.ts";
import { DEVICE_CODE } from "../../packages/server/src/client-settings/grant-types.ts";

/** A registered client's own (RFC 7592). */
export const MANAGED = `${PATHS.register}/:id`;

/** The pages of the documentation portal, in HTML and in Markdown. */
export const PORTAL: readonly string[] = PORTAL_PAGES.flatMap(({ slug }) => [
  `${PATHS.docs}/${slug}`,
  `${PATHS.docs}/${slug}.md`,
]);

/** Every path of the service, as `http/routes.test.ts` holds it: a new one is fuzzed by itself. */
export const ROUTES: readonly string[] = [...Object.values(PATHS), ...PORTAL, MANAGED, "/healthz", "/readyz"];

/** Get more requests than the others, which need what these bring. */
export const CENTRAL: readonly string[] = [PATHS.token, PATHS.token, PATHS.authorize, MANAGED];

const AUTHORIZATION = [
  "client_id",
  "response_type=code",
  "redirect_uri",
  "scope",
  "state",
  "code_challenge",
  "code_challenge_method=S256",
];

/** What good requests have: parameters of the session, or `name=value`. A path that is not here gets any parameters. */
export const GOOD_REQUESTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  [PATHS.token]: [
    ["grant_type=refresh_token", "refresh_token", "client_id", "client_secret"],
    ["grant_type=refresh_token", "refresh_token", "client_id", "client_secret"],
    ["grant_type=refresh_token", "refresh_token", "client_id", "client_secret", "scope", "resource"],
    ["grant_type=authorization_code", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"],
    ["grant_type=client_credentials", "client_id", "client_secret", "scope"],
    [`grant_type=${DEVICE_CODE}`, "device_code", "client_id", "client_secret"],
    ["grant_type=password", "username", "password", "client_id", "client_secret", "scope"],
  ],
  [PATHS.revoke]: [["client_id", "client_secret", "token", "token_type_hint"]],
  [PATHS.introspect]: [["client_id", "client_secret", "token"]],
  [PATHS.explain]: [["client_id", "client_secret", "token"]],
  [`${PATHS.docs}/${DIAGNOSE.slug}`]: [["client_id", "client_secret", "token"]],
  [PATHS.revocations]: [["client_id", "client_secret", "cursor"]],
  [PATHS.push]: [[...AUTHORIZATION, "client_secret"]],
  [PATHS.authorize]: [AUTHORIZATION, AUTHORIZATION, ["client_id", "request_uri"]],
  [PATHS.signIn]: [AUTHORIZATION],
  [PATHS.consent]: [AUTHORIZATION],
  [PATHS.deviceAuthorization]: [["client_id", "client_secret", "scope"]],
  [PATHS.device]: [["user_code"]],
  [PATHS.loginRequest]: [["client_id", "client_secret", "login_challenge"]],
  [PATHS.loginAccept]: [["client_id", "client_secret", "login_challenge", "subject"]],
  [PATHS.loginReject]: [["client_id", "client_secret", "login_challenge", "error"]],
  [PATHS.loginReturn]: [["login_verifier"]],
};

/** Members of client metadata, those included that the service ignores (RFC 7591 §2). */
export const METADATA_MEMBERS: readonly string[] = [
  ...CLIENT_SETTING_KEYS.map((key) => clientSetting(key).registration?.member ?? memberOf(key)),
  "client_id",
  "client_secret",
  "response_types",
  "contacts",
  "jwks",
  "jwks_uri",
  "software_id",
  "software_statement",
  "client_name#ja",
];

// prettier-ignore
const OTHERS = [
  "auth_time", "name", "nonce", "action", "answer", "csrf", "grant", "wait", "client_assertion", "client_assertion_type",
  "dpop_jkt", "error_description", "scope[]", "", "x",
];

/** Every parameter that a path reads, and some that none does. */
export const PARAMETERS: readonly string[] = [
  ...new Set([
    ...AUTHORIZATION_PARAMETERS,
    ...Object.values(GOOD_REQUESTS).flatMap((requests) =>
      requests.flat().map((name) => name.replace(/=.*/, "")),
    ),
    ...OTHERS,
  ]),
];
