import { CAUSES } from "../errors/causes.ts";
import type { Cause, ViolationCause } from "../errors/causes.ts";
import { CLIENT_CAUSES } from "../errors/causes/client.ts";
import { CODE_CAUSES, DEVICE_CAUSES, PASSWORD_CAUSES, REFRESH_CAUSES } from "../errors/causes/token.ts";
import { DELEGATION_CAUSES } from "../errors/causes/delegation.ts";
import type { CauseSpec } from "../errors/codes.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { SECONDS, TEXT } from "./schema.ts";
import type { Schema } from "./schema.ts";

/** A cause that an endpoint refuses for; where its text has blanks, with what fills them in the example. */
export type Refusal = Cause | readonly [cause: Cause, blanks: { parameter: string; violation?: string }];

function causesOf<Table extends Partial<Record<Cause, unknown>>>(
  table: Table,
): readonly (keyof Table & Cause)[] {
  return Object.keys(table) as (keyof Table & Cause)[];
}

/** What any request may meet. */
export const ANY_REQUEST = ["url_too_long", "store_busy", "unexpected"] as const satisfies readonly Cause[];

/** A body that is a form, multipart or JSON. */
export const ANY_BODY = [
  "parameter_repeated",
  "too_many_parameters",
  "secret_in_url",
  "malformed_body",
  "body_too_large",
  "unsupported_body",
] as const satisfies readonly Cause[];

/** The authentication of a client. Those of the authorization endpoint are pages. */
export const ANY_CLIENT: readonly Cause[] = [
  "two_authentication_methods",
  "client_certificate_malformed",
  ...causesOf(CLIENT_CAUSES).filter((cause) => {
    const { code, status }: CauseSpec = CLIENT_CAUSES[cause];
    return code === "invalid_client" && status === undefined;
  }),
  "too_many_failures",
  "password_queue_full",
];

/** A DPoP proof, where a request has one or needs one. */
export const ANY_PROOF: readonly Refusal[] = [
  ["dpop_proof_invalid", { parameter: "DPoP", violation: "its htu is not the URL of this endpoint" }],
  "dpop_nonce_needed",
  "proof_used",
];

export const ANY_SCOPE = ["malformed_scope", "scope_exceeded"] as const satisfies readonly Cause[];
export const ANY_RESOURCE = ["several_resources", "resource_mismatch"] as const satisfies readonly Cause[];

/** Of clients that are the URL of their metadata document. */
export const DOCUMENT_CAUSES: readonly Cause[] = [
  "metadata_document_refused",
  "metadata_document_invalid",
  "too_many_metadata_documents",
  "metadata_documents_busy",
];

const ASSERTION_CAUSES: readonly Cause[] = ["assertion_refused", "assertion_subject_refused"];

/** Of the grant types, beside those of scope and resource. */
export const GRANT_CAUSES = {
  refresh: causesOf(REFRESH_CAUSES),
  code: causesOf(CODE_CAUSES),
  device: causesOf(DEVICE_CAUSES),
  password: causesOf(PASSWORD_CAUSES),
  exchange: causesOf(DELEGATION_CAUSES).filter((cause) => !ASSERTION_CAUSES.includes(cause)),
  assertion: ASSERTION_CAUSES,
};

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: "The request is refused.",
  401: "The authentication failed.",
  403: "Access is denied.",
  409: "The request contradicts an earlier one.",
  413: "The body is larger than 64 KiB.",
  414: "The URL is too long.",
  415: "The media type of the body is not supported.",
  429: "Too many requests: try again after `Retry-After`.",
  500: "The service failed. Try again later.",
  503: "The service is busy, and nothing is lost: try again after `Retry-After`.",
};

const HEADERS: Readonly<Record<string, Schema>> = {
  "WWW-Authenticate": { description: "The authentication scheme to use.", schema: TEXT },
  "Retry-After": { description: "When to try again, s.", schema: SECONDS },
};

/** One response of an OpenAPI operation. */
interface ErrorResponse {
  description: string;
  headers?: Record<string, Schema>;
  content: { "application/json": { schema: Schema; examples: Record<string, { value: unknown }> } };
}

/**
 * The error responses of an endpoint, by status. Each example is written by the code that writes the response; causes
 * that look alike to a client are one example.
 *
 * @param format the endpoint's own formatter
 * @param schema of the body
 */
export async function errorResponses(
  refusals: readonly Refusal[],
  format: (error: OAuthError) => Response,
  schema: Schema,
): Promise<Record<string, ErrorResponse>> {
  const responses: Record<string, ErrorResponse> = {};
  for (const refusal of refusals) {
    const response = format(errorOf(refusal));
    const value = (await response.json()) as Record<string, unknown>;
    const content = { "application/json": { schema, examples: {} } };
    const described = (responses[response.status] ??= {
      description: DESCRIPTIONS[response.status] ?? "The request is refused.",
      content,
    });
    described.content["application/json"].examples[nameOf(value)] = { value };
    for (const [name, header] of Object.entries(HEADERS)) {
      if (response.headers.has(name)) described.headers = { ...described.headers, [name]: header };
    }
  }
  return responses;
}

/** The same where a person reads them: pages, whose texts are listed. */
export function errorPages(refusals: readonly Refusal[]): Record<string, Schema> {
  const byStatus = Map.groupBy(refusals.map(errorOf), ({ status }) => status);
  const pages = [...byStatus].map(([status, errors]): [string, Schema] => {
    const texts = new Set(errors.map(({ description }) => `- ${description}`));
    const description = [`${DESCRIPTIONS[status] ?? ""} A page says why.\n`, ...texts].join("\n");
    return [String(status), { description, content: { "text/html": { schema: TEXT } } }];
  });
  return Object.fromEntries(pages);
}

/** The `error` codes of an authorization response, as a list in Markdown. */
export function errorList(causes: readonly Cause[]): string {
  const lines = causes.map((cause) => `- \`${CAUSES[cause].code}\`: ${errorOf(cause).description}`);
  return [...new Set(lines)].join("\n");
}

export function causeOf(refusal: Refusal): Cause {
  return typeof refusal === "string" ? refusal : refusal[0];
}

/** What fills the blanks of a cause that is refused for the same reasons everywhere, in examples. */
const EXAMPLES: Partial<Record<Cause, { parameter: string; violation: string }>> = {
  request_object_refused: { parameter: "request", violation: "has expired" },
  authorization_details_refused: {
    parameter: "authorization_details",
    violation: "must be a JSON array of objects, each with a type",
  },
};

/** The error of a refusal. */
export function errorOf(refusal: Refusal): OAuthError {
  const [cause, blanks] = typeof refusal === "string" ? [refusal, undefined] : refusal;
  // A cause whose text has no blanks ignores them.
  return new OAuthError(cause as ViolationCause, {
    parameter: "",
    violation: "",
    ...EXAMPLES[cause],
    ...blanks,
  });
}

/** The name of an example: its text, as an identifier. */
function nameOf({ error_description, message, hint = "" }: Record<string, unknown>): string {
  const text = `${String(error_description ?? message)} ${String(hint)}`;
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.slice(0, 16).join("_");
}
