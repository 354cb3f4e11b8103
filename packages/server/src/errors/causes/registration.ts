import type { CauseSpec } from "../codes.ts";

/**
 * One text for every registration token that is refused (RFC 6750 §3.1): it must not tell which tokens and clients
 * exist.
 */
const TOKEN_REFUSED = {
  code: "invalid_token",
  challenge: "Bearer",
  description: "The access token for registration is missing, wrong, used up, or has expired.",
} as const;

/**
 * Dynamic client registration (RFC 7591 §3.2.2) and its management (RFC 7592). Texts may name a member of the metadata,
 * never its value.
 */
export const REGISTRATION_CAUSES = {
  // The initial access token (RFC 7591 §3), and the registration access token (RFC 7592 §2).
  registration_token_missing: {
    ...TOKEN_REFUSED,
    meaning: "Registration needs an initial access token. `npx regrant registration-token create` makes one.",
  },
  registration_token_refused: {
    ...TOKEN_REFUSED,
    meaning: "The initial access token is unknown, used up, or has expired.",
  },
  management_token_refused: {
    ...TOKEN_REFUSED,
    meaning: "The registration access token is not this client's, or the client is unknown or disabled.",
  },
  // RFC 7591 §3.2.2
  metadata_not_an_object: {
    code: "invalid_client_metadata",
    description: "The client metadata must be a JSON object.",
    meaning: "The body of a registration request is not a JSON object.",
  },
  client_metadata_refused: {
    code: "invalid_client_metadata",
    description: "The member {parameter} {violation}.",
    meaning: "A member of the client metadata is not acceptable. The text and the log line name it.",
  },
  redirect_uris_refused: {
    code: "invalid_redirect_uri",
    description: "The member {parameter} {violation}.",
    meaning: "A redirect URI of the client metadata is not acceptable. The text says why.",
  },
  too_many_unused_clients: {
    code: "temporarily_unavailable",
    retryAfter: 3600,
    description: "Client registration is temporarily unavailable. Try again later.",
    meaning:
      "`registrationMaxUnused` registered clients have no grant yet; they are deleted after `registrationUnusedTtl`.",
  },
} as const satisfies Record<string, CauseSpec>;
