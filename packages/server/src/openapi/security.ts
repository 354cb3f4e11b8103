import {
  AUTH_METHOD_FACTS,
  AUTH_METHODS,
  CONFIDENTIAL_AUTH_METHODS,
} from "../client-settings/auth-methods.ts";
import { PATHS } from "../endpoints/metadata.ts";
import type { Instance } from "./instance.ts";
import type { Fields, Schema } from "./schema.ts";

/** The methods that an endpoint accepts, in Markdown. */
export function authenticationText({ isPublicAccepted }: { isPublicAccepted: boolean }): string {
  const accepted = isPublicAccepted ? AUTH_METHODS : CONFIDENTIAL_AUTH_METHODS;
  const lines = accepted.map((method) => `- \`${method}\`: ${AUTH_METHOD_FACTS[method].sent}`);
  return `The client authenticates by one of these methods, never by two at once:\n\n${lines.join("\n")}`;
}

/** What the body of a request has for `client_secret_post` and `none`. */
export const CREDENTIALS: Fields = {
  client_id: { description: "The id of the client. Required, unless HTTP Basic carries it." },
  client_secret: {
    description: "The secret of a confidential client, unless HTTP Basic carries it.",
    schema: { type: "string", format: "password" },
  },
};

/** Credentials of an example. */
export const EXAMPLE_CREDENTIALS = { client_id: "YOUR_CLIENT_ID", client_secret: "YOUR_CLIENT_SECRET" };

/** By HTTP Basic, or in the body, of which OpenAPI knows no scheme. */
export const CLIENT = [{ client_secret_basic: [] }, {}] as const;
export const INITIAL_ACCESS_TOKEN = [{ initial_access_token: [] }] as const;
export const REGISTRATION_ACCESS_TOKEN = [{ registration_access_token: [] }] as const;

/**
 * The security schemes: those of the endpoints themselves, and `oauth2`, which the description of an API can take over.
 */
export function securitySchemes({
  issuer,
  grantTypes,
  scopes,
  registration,
}: Instance): Record<string, Schema> {
  const urls = { tokenUrl: issuer + PATHS.token, scopes };
  const refreshed = { ...urls, refreshUrl: issuer + PATHS.token };
  const bearer = (description: string) => ({ type: "http", scheme: "bearer", description });
  return {
    oauth2: {
      type: "oauth2",
      description: "Access tokens of this service, for an API that accepts them (RFC 6750).",
      flows: {
        authorizationCode: { authorizationUrl: issuer + PATHS.authorize, ...refreshed },
        clientCredentials: urls,
        ...(grantTypes.includes("password") ? { password: refreshed } : {}),
      },
    },
    client_secret_basic: {
      type: "http",
      scheme: "basic",
      description:
        "The client's id and secret. `client_secret_post` and `none` are parameters of the body: " +
        "`client_id` and `client_secret`, or `client_id` alone.",
    },
    ...(registration === "token"
      ? { initial_access_token: bearer("A registration token of the provider (RFC 7591 section 3).") }
      : {}),
    ...(registration === "off"
      ? {}
      : {
          registration_access_token: bearer(
            "The `registration_access_token` of the registration's response (RFC 7592 section 3).",
          ),
        }),
  };
}
