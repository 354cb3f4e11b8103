import { oneOf } from "../config/values.ts";
import { keyNames, publicJwks, SIGNATURE_ALGORITHMS } from "./jwks.ts";
import type { PublicJwks } from "./jwks.ts";
import { HTTPS_URL } from "./setting.ts";
import type { ClientSetting } from "./setting.ts";

/** A client's public keys (RFC 7591 §2): what it signs is verified with them. One of the two, or neither. */
export const KEY_SETTINGS = {
  jwks: {
    schema: publicJwks.nullable(),
    default: null,
    form: "json",
    flag: "--jwks <file>",
    help: "public keys of the client, a JWK Set (RFC 7517); for private_key_jwt, RSA of 2048 bits or more, P-256 or Ed25519",
    off: "remove the client's keys",
    show: {
      line: "keys",
      text: (jwks: PublicJwks | null) => (jwks === null ? undefined : keyNames(jwks).join(" ")),
    },
    registration: { member: "jwks" },
  },
  jwksUri: {
    schema: HTTPS_URL,
    default: null,
    form: "text",
    flag: "--jwks-uri <url>",
    help: "URL of the client's public keys, https at a public address, in place of jwks; fetched when a key is needed",
    off: "remove the URL of the client's keys",
    show: { line: "keys", text: (uri: string | null) => (uri === null ? undefined : `at ${uri}`) },
    registration: { member: "jwks_uri" },
  },
  tokenEndpointAuthSigningAlg: {
    schema: oneOf(SIGNATURE_ALGORITHMS).nullable(),
    default: null,
    defaultText: "any that the service accepts",
    form: "text",
    flag: "--token-endpoint-auth-signing-alg <alg>",
    help: "the one algorithm by which the client signs to authenticate",
    off: "accept every algorithm of the service",
    show: { line: "authentication", text: (alg: string | null) => (alg === null ? undefined : `by ${alg}`) },
    registration: {
      member: "token_endpoint_auth_signing_alg",
      schema: oneOf(SIGNATURE_ALGORITHMS).nullable().catch(null),
    },
  },
} satisfies Record<string, ClientSetting>;
