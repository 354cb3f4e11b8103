import { ACCESS_TOKEN, JWT, REFRESH_TOKEN } from "../grant-types/exchange/token-types.ts";
import { RESOURCE, SCOPE } from "./common-fields.ts";
import type { Fields } from "./schema.ts";

/** The parameters of a token exchange (RFC 8693 §2.1). */
export const EXCHANGE_FIELDS: Fields = {
  subject_token: {
    description:
      "The token to exchange: an access token, a refresh token of the client's own, or a JWT of a trusted issuer.",
    required: true,
  },
  subject_token_type: {
    description: "What the `subject_token` is (RFC 8693 section 3).",
    schema: { enum: [ACCESS_TOKEN, REFRESH_TOKEN, JWT] },
    required: true,
  },
  actor_token: { description: "A token of who acts for the subject. By default, the client itself." },
  actor_token_type: {
    description: "What the `actor_token` is: required with it.",
    schema: { enum: [ACCESS_TOKEN, JWT] },
  },
  requested_token_type: {
    description: "An access token by default; with that of a refresh token, both.",
    schema: { enum: [ACCESS_TOKEN, REFRESH_TOKEN, JWT] },
  },
  scope: {
    description:
      "Scopes of the `subject_token`, separated by spaces. By default, all that the client may have.",
  },
  resource: RESOURCE,
  audience: { description: "The same as `resource`, by its other name (RFC 8693)." },
};

/** The parameters of an assertion as a grant (RFC 7523 §2.1). */
export const ASSERTION_FIELDS: Fields = {
  assertion: {
    description: "The identity provider's JWT, for this client and this service.",
    required: true,
  },
  scope: SCOPE,
  resource: RESOURCE,
};
