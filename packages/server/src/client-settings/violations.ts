import { apiOfScopes, isReservedScope } from "../config/reserved-scopes.ts";
import { credentialOf } from "./auth-methods.ts";
import { isSigningKey, jwksFault, NO_SIGNING_KEY } from "./jwks.ts";
import { JWT_BEARER, shortGrantType, TOKEN_EXCHANGE } from "./grant-types.ts";
import { CERTIFICATE_NAMES } from "./certificate-settings.ts";
import { fapi2Rules } from "./fapi2-rules.ts";
import { CLIENT_SETTING_KEYS, clientSetting, memberOf } from "./settings.ts";
import type { ClientSettingKey, ClientSettings } from "./settings.ts";

/** One rule that settings break, as a caller reports it. */
export interface SettingViolation {
  key: ClientSettingKey;
  /** As JSON names it (`retry_window`). */
  member: string;
  /** A sentence that names the member. */
  message: string;
}

/**
 * What is wrong with a client's settings: each value by itself, then together. A public client has no secret, so
 * rotation and reuse detection are all that protects its refresh tokens (RFC 9700 §4.14.2). Every violation is
 * returned, except that values of the wrong type are not compared with others.
 */
export function clientViolations(settings: ClientSettings, isPublic: boolean): SettingViolation[] {
  const faults = CLIENT_SETTING_KEYS.flatMap((key) => {
    const fault = valueFault(key, settings[key]);
    return fault === undefined ? [] : [{ key, ...fault }];
  });
  const single = faults.map(({ key, message }) => violation(key, message));
  if (faults.some(({ isOtherType }) => isOtherType)) return single;
  const broken = rules(settings, isPublic).filter(([isBroken]) => isBroken);
  return [...single, ...broken.map(([, key, message]) => violation(key, message))];
}

function violation(key: ClientSettingKey, message: string): SettingViolation {
  const member = memberOf(key);
  return { key, member, message: `${member} ${message}.` };
}

/** The first thing that is wrong with a value, as a predicate; undefined: nothing. */
function valueFault(
  key: ClientSettingKey,
  value: unknown,
): { message: string; isOtherType: boolean } | undefined {
  const [issue] = clientSetting(key).schema.safeParse(value).error?.issues ?? [];
  if (issue === undefined) return undefined;
  const [index] = issue.path;
  if (index === undefined) return { message: issue.message, isOtherType: issue.code === "invalid_type" };
  const one = JSON.stringify((value as unknown[])[Number(index)]);
  return { message: `holds ${one}, which ${issue.message}`, isOtherType: false };
}

type Rule = readonly [isBroken: boolean, key: ClientSettingKey, message: string];

/** Scopes of Regrant's own APIs are for programs that an operator has registered, and for nothing else. */
function reservedScopeFault(settings: ClientSettings, isPublic: boolean): string | undefined {
  const { scopes, selfRegistered, grantTypes, profile } = settings;
  const reserved = scopes.find(isReservedScope);
  if (reserved === undefined) return undefined;
  if (isPublic) return `must not hold ${reserved} for a public client`;
  if (selfRegistered) return `must not hold ${reserved} for a client that registered itself`;
  if (grantTypes.length !== 1 || grantTypes[0] !== "client_credentials") {
    return `must not hold ${reserved} for a client with another grant type than client_credentials`;
  }
  if (profile !== "rfc9068")
    return `must not hold ${reserved} for a client with another profile than rfc9068`;
  if (apiOfScopes(scopes) !== undefined) return undefined;
  return `must not hold ${reserved} beside other scopes: register a client for each API`;
}

/** A client that acts for users must authenticate; and Passport's tokens have no claim for an actor, or another grant. */
function delegationRules({ grantTypes, profile }: ClientSettings, isPublic: boolean): readonly Rule[] {
  const held = [TOKEN_EXCHANGE, JWT_BEARER].filter((type) =>
    (grantTypes as readonly string[]).includes(type),
  );
  return held.flatMap((type): Rule[] => [
    [
      isPublic,
      "grantTypes",
      `must not hold ${shortGrantType(type)} for a public client: anyone can use its id`,
    ],
    [
      profile !== "rfc9068",
      "grantTypes",
      `must not hold ${shortGrantType(type)} for a client with another profile than rfc9068`,
    ],
  ]);
}

/** RFC 8705 §2.1.2: a client with `tls_client_auth` has exactly one name for its certificate. */
function certificateRules(settings: ClientSettings): readonly Rule[] {
  const names = CERTIFICATE_NAMES.filter((key) => settings[key] !== null);
  const isNeeded = settings.tokenEndpointAuthMethod === "tls_client_auth";
  return [
    [
      isNeeded && names.length === 0,
      "tlsSubject",
      `must be given, or one of ${CERTIFICATE_NAMES.slice(1).map(memberOf).join(", ")}, for a client with tls_client_auth`,
    ],
    [
      names.length > 1,
      names[1] ?? "tlsSubject",
      `must not be given beside ${memberOf(names[0] ?? "tlsSubject")} (RFC 8705 §2.1.2)`,
    ],
  ];
}

/** The rules between settings, each as a predicate that completes the member's name. */
function rules(settings: ClientSettings, isPublic: boolean): readonly Rule[] {
  const { accessTtl, refreshIdleTtl, refreshMaxTtl, retryWindow, rotation, rotationThreshold } = settings;
  const { grantTypes, redirectUris, reuse, tokenEndpointAuthMethod, loginProvider, resourceServer } =
    settings;
  const reservedScope = reservedScopeFault(settings, isPublic);
  return [
    ...certificateRules(settings),
    [reservedScope !== undefined, "scopes", reservedScope ?? ""],
    [retryWindow >= accessTtl, "retryWindow", "must be less than access_ttl"],
    [accessTtl > refreshIdleTtl, "accessTtl", "must not be greater than refresh_idle_ttl"],
    [refreshIdleTtl > refreshMaxTtl, "refreshIdleTtl", "must not be greater than refresh_max_ttl"],
    [
      rotation === "threshold" && (rotationThreshold < 1 || rotationThreshold >= refreshIdleTtl),
      "rotationThreshold",
      "must be at least 1 and less than refresh_idle_ttl",
    ],
    [
      isPublic && rotation !== "always",
      "rotation",
      "must be always for a public client: without a secret, a refresh token that is not rotated is a bearer token " +
        "for its whole lifetime (RFC 9700 §4.14.2)",
    ],
    [
      isPublic && reuse !== "revoke",
      "reuse",
      "must be revoke for a public client: a thief cannot be told from the client (RFC 9700 §4.14.2)",
    ],
    [
      isPublic && grantTypes.includes("client_credentials"),
      "grantTypes",
      "must not hold client_credentials for a public client, which has no credentials (RFC 6749 §4.4)",
    ],
    ...delegationRules(settings, isPublic),
    [
      grantTypes.includes("authorization_code") && redirectUris.length === 0,
      "redirectUris",
      "must not be empty for a client with authorization_code (RFC 6749 §3.1.2.2)",
    ],
    [
      isPublic !== (tokenEndpointAuthMethod === "none"),
      "tokenEndpointAuthMethod",
      isPublic ? "must be none for a public client" : "must not be none for a confidential client",
    ],
    ...keyRules(settings),
    ...fapi2Rules(settings, isPublic),
    [isPublic && loginProvider, "loginProvider", "must be false for a public client: anyone can use its id"],
    [
      isPublic && resourceServer,
      "resourceServer",
      "must be false for a public client, which cannot authenticate",
    ],
  ];
}

/** A client that proves a key of its own needs keys, in one of their two places. */
function keyRules({ tokenEndpointAuthMethod: method, jwks, jwksUri }: ClientSettings): readonly Rule[] {
  const signs = credentialOf(method) === "key";
  const needsKeys = signs || method === "self_signed_tls_client_auth";
  const isSet = jwks !== null && jwksFault(jwks) === undefined;
  return [
    [
      needsKeys && jwks === null && jwksUri === null,
      "jwks",
      `must be given, or jwks_uri, for a client with ${method}`,
    ],
    [signs && isSet && !jwks.keys.some(isSigningKey), "jwks", NO_SIGNING_KEY],
    [
      jwks !== null && jwksUri !== null,
      "jwksUri",
      "must not be given beside jwks: remove one of the two (RFC 7591 §2)",
    ],
  ];
}
