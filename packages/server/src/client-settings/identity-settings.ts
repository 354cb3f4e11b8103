import { z } from "zod";
import { isScopeToken, oneOf } from "../config/values.ts";
import { AUTH_METHODS } from "./auth-methods.ts";
import { DEVICE_CODE, GRANT_TYPES, shortGrantType } from "./grant-types.ts";
import { FAPI2_METHOD, isFapi2 } from "./fapi2.ts";
import { redirectUriViolation } from "./redirect-uri.ts";
import { onOff } from "./setting.ts";
import type { ClientFacts, ClientSetting } from "./setting.ts";

/** Grant types that involve a user; the others are for clients that an operator has registered. */
export const USER_GRANT_TYPES = ["authorization_code", "refresh_token", DEVICE_CODE] as const;

/** How many redirect URIs a client may have. */
export const MAX_REDIRECT_URIS = 20;

const text = z.string({ error: "must be text" });

/** The redirect URIs of a client. */
const redirectUris = z
  .array(
    z.string({ error: "must be a URI" }).superRefine((uri, context) => {
      const violation = redirectUriViolation(uri);
      if (violation !== undefined) {
        context.addIssue({ code: "custom", message: `is not a valid redirect URI: ${violation.message}` });
      }
    }),
    { error: "must be a list of URIs" },
  )
  .max(MAX_REDIRECT_URIS, { error: `must not hold more than ${MAX_REDIRECT_URIS} URIs` })
  .readonly();

/** Longest name of a client that registers itself, characters. A longer one is left out. */
export const MAX_REGISTERED_NAME = 100;

/**
 * The name of a client that registers itself, as users read it on the consent page: it must not hide characters, or
 * change how the text beside it is shown.
 */
const registeredName = text
  .trim()
  .max(MAX_REGISTERED_NAME)
  .catch("")
  .pipe(
    text
      // Control characters, those that turn the direction of the text beside them, and invisible ones except in an emoji; the braille pattern without dots.
      .regex(/^[^\p{C}[\p{DI}--\uFE0F]\u2800]*$/v, {
        error: "must not hold control characters or invisible ones",
      })
      .refine((name) => !/\p{M}{4}/u.test(name), { error: "must not pile up marks on a letter" }),
  );

const authMethod = oneOf(AUTH_METHODS);

/**
 * Who the client is, what it may ask for, and how it authenticates: the client metadata of RFC 7591 §2, for the most
 * part.
 */
export const IDENTITY_SETTINGS = {
  name: {
    schema: text
      .max(200, { error: "must not be longer than 200 characters" })
      .refine((name) => name.trim() !== "", { error: "must not be empty" }),
    default: "",
    defaultText: "must be given",
    form: "text",
    flag: "--name <name>",
    help: "display name",
    show: { line: "name" },
    registration: { member: "client_name", schema: registeredName },
  },
  grantTypes: {
    schema: z.array(oneOf(GRANT_TYPES), { error: "must be a list of grant types" }).readonly(),
    default: ["refresh_token"],
    form: "list",
    flag: "--grant-type <type>",
    help: `grant type the client may use: ${GRANT_TYPES.map(shortGrantType).join(", ")}`,
    show: { line: "grant types" },
    registration: { member: "grant_types" },
  },
  scopes: {
    schema: z
      .array(text.refine(isScopeToken, { error: "is not a scope (RFC 6749 §3.3)" }), {
        error: "must be a list of scopes",
      })
      .readonly(),
    default: [],
    form: "list",
    flag: "--scope <scope>",
    help: "scope the client may be granted; a request without scope gets all of them",
    show: { line: "scopes" },
    registration: { member: "scope", toMember: (scopes: readonly string[]) => scopes.join(" ") },
  },
  redirectUris: {
    schema: redirectUris,
    default: [],
    form: "list",
    flag: "--redirect-uri <uri>",
    help: "redirect URI for authorization responses",
    show: { line: "redirect URIs" },
    registration: { member: "redirect_uris" },
  },
  tokenEndpointAuthMethod: {
    schema: authMethod,
    default: (client: ClientFacts) =>
      client.public ? "none" : isFapi2(client) ? FAPI2_METHOD : "client_secret_basic",
    defaultText:
      "client_secret_basic; none for a public client; private_key_jwt with --security-profile fapi2",
    form: "choice",
    choices: authMethod.options,
    flag: "--token-endpoint-auth-method <method>",
    help: "how the client authenticates; a secret is accepted in the header and in the body, whichever is set",
    show: { line: "authentication" },
    registration: { member: "token_endpoint_auth_method" },
  },
  selfRegistered: onOff(
    { line: "registered", text: (self) => (self ? "by itself" : undefined) },
    { help: "the client registered itself (RFC 7591, or a client ID metadata document); users are told" },
  ),
  metadataUri: {
    schema: text.nullable(),
    default: null,
    form: "text",
    help: "URL of its client ID metadata document, which is its `client_id` on the wire",
    show: { line: "registered", text: (uri: string | null) => (uri === null ? undefined : `as ${uri}`) },
  },
  setByOperator: {
    schema: z.array(text, { error: "must be a list of settings" }).readonly(),
    default: [],
    form: "list",
    help: "settings that an operator has set of a client that registered itself: its own updates leave them as they are",
    show: {
      line: "set by operator",
      text: (members: readonly string[]) => (members.length === 0 ? undefined : members.join(" ")),
    },
  },
  scopeCeiling: {
    schema: z.array(text, { error: "must be a list of scopes" }).readonly().nullable(),
    default: null,
    defaultText: "`registrationScopes`",
    form: "list",
    help: "the scopes that its own updates can ask for: those that an operator has set of a client that registered itself",
    show: {
      line: "set by operator",
      text: (scopes: readonly string[] | null) =>
        scopes === null ? undefined : `scopes at most ${scopes.join(" ") || "none"}`,
    },
  },
} satisfies Record<string, ClientSetting>;
