import { z } from "zod";
import { OAuthError } from "../errors/oauth-error.ts";
import { DEVICE_CODE } from "../store/store.ts";
import type { ClientSettings, GrantType } from "../store/store.ts";
import type { AuthMethod } from "../store/registrations.ts";
import { redirectUriViolation } from "./redirect-uri.ts";

/** What a client that registers itself says of itself (RFC 7591 §2), as settings. */
export interface ClientMetadata {
  settings: Pick<
    ClientSettings,
    "name" | "grantTypes" | "scopes" | "redirectUris" | "clientUri" | "logoUri" | "policyUri" | "tosUri"
  >;
  authMethod: AuthMethod;
}

/** Grant types without a person stay with clients that the provider itself has registered. */
const GRANT_TYPES = ["authorization_code", "refresh_token", DEVICE_CODE] as const satisfies GrantType[];

const MAX_NAME = 100;
const MAX_URI = 2048;
const MAX_SCOPE = 4096;
const MAX_REDIRECT_URIS = 20;

/** The messages complete "The member client_uri …" and quote nothing. */
const page = z
  .string({ error: "must be a URL" })
  .max(MAX_URI, { error: "is too long" })
  .refine((uri) => URL.parse(uri)?.protocol === "https:", { error: "must be an https URL" })
  .nullish()
  .transform((uri) => uri ?? null);

const METADATA = z.object({
  redirect_uris: z
    .array(z.string({ error: "must hold URIs" }), { error: "must be a list of URIs" })
    .max(MAX_REDIRECT_URIS, { error: `must not hold more than ${MAX_REDIRECT_URIS} URIs` })
    .superRefine((uris, context) => {
      const fault = uris.map(redirectUriViolation).find((found) => found !== undefined);
      if (fault !== undefined)
        context.addIssue({ code: "custom", message: `holds one that is refused: ${fault}` });
    })
    .default([]),
  token_endpoint_auth_method: z
    .enum(["client_secret_basic", "client_secret_post", "none"], {
      error: "must be client_secret_basic, client_secret_post or none",
    })
    .optional(),
  grant_types: z
    .array(z.enum(GRANT_TYPES), { error: `must hold no others than ${GRANT_TYPES.join(", ")}` })
    .min(1, { error: "must not be empty" })
    .default(["authorization_code"]),
  response_types: z.array(z.literal("code"), { error: "must hold no other than code" }).optional(),
  client_name: z
    .string({ error: "must be text" })
    .trim()
    .max(MAX_NAME, { error: `must not be longer than ${MAX_NAME} characters` })
    // Control characters, those that turn the direction of what stands beside them, and those that nobody sees but in an emoji.
    .regex(/^[^\p{C}[\p{DI}--\uFE0F]]*$/v, { error: "must not hold control characters or invisible ones" })
    .refine((name) => !/\p{M}{4}/u.test(name), { error: "must not pile up marks on a letter" })
    .optional(),
  client_uri: page,
  logo_uri: page,
  policy_uri: page,
  tos_uri: page,
  scope: z.string({ error: "must be text" }).max(MAX_SCOPE, { error: "is too long" }).optional(),
});

/**
 * Checks every member that means something here; others are passed over (RFC 7591 §2). Of the scopes that are asked
 * for, the client gets those in `scopes`, or all of them if it asks for none.
 *
 * @param defaultAuthMethod where the metadata names none
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata`
 */
export function readClientMetadata(
  metadata: unknown,
  scopes: readonly string[],
  defaultAuthMethod: AuthMethod = "client_secret_basic",
): ClientMetadata {
  const parsed = METADATA.safeParse(metadata);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const member = String(issue?.path[0] ?? "");
    throw invalidMetadata(member, issue?.message ?? "is refused");
  }
  const { data } = parsed;
  const redirectUris = [...new Set(data.redirect_uris)];
  const grantTypes = [...new Set(data.grant_types)];
  if (grantTypes.includes("authorization_code") && redirectUris.length === 0) {
    throw invalidMetadata("redirect_uris", "must not be empty");
  }
  const asked = data.scope === undefined ? undefined : new Set(data.scope.split(" "));
  const settings = {
    name: data.client_name || nameOf(data.client_uri, redirectUris),
    grantTypes,
    scopes: scopes.filter((scope) => asked?.has(scope) ?? true),
    redirectUris,
    clientUri: data.client_uri,
    logoUri: data.logo_uri,
    policyUri: data.policy_uri,
    tosUri: data.tos_uri,
  };
  return { settings, authMethod: data.token_endpoint_auth_method ?? defaultAuthMethod };
}

/** Of a client that gives itself no name: where it is, which it cannot choose as freely. */
function nameOf(clientUri: string | null, [redirectUri]: readonly string[]): string {
  const url = URL.parse(clientUri ?? redirectUri ?? "");
  return url?.host || url?.protocol.replace(/:$/, "") || "?";
}

/** RFC 7591 §3.2.2 */
export function invalidMetadata(member: string, violation: string): OAuthError {
  if (member === "") return new OAuthError("metadata_not_an_object");
  const cause = member === "redirect_uris" ? "redirect_uris_refused" : "client_metadata_refused";
  return new OAuthError(cause, { parameter: member, violation });
}

/** In wire names, as RFC 7591 §3.2.1 answers and RFC 7592 §2.1 shows it. */
export function clientMetadataBody(
  settings: ClientMetadata["settings"],
  authMethod: AuthMethod,
): Record<string, unknown> {
  const { clientUri, logoUri, policyUri, tosUri } = settings;
  const pages = { client_uri: clientUri, logo_uri: logoUri, policy_uri: policyUri, tos_uri: tosUri };
  return {
    client_name: settings.name,
    redirect_uris: settings.redirectUris,
    grant_types: settings.grantTypes,
    response_types: settings.grantTypes.includes("authorization_code") ? ["code"] : [],
    token_endpoint_auth_method: authMethod,
    scope: settings.scopes.join(" "),
    ...Object.fromEntries(Object.entries(pages).filter(([, uri]) => uri !== null)),
  };
}
