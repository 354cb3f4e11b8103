import { PATHS } from "../endpoints/metadata.ts";
import { CAUSES } from "../errors/causes.ts";
import type { Cause } from "../errors/causes.ts";
import { describedEndpoints } from "../openapi/document.ts";
import type { Endpoint } from "../openapi/endpoint.ts";
import { exampleResponse, GRANT_REQUESTS } from "../openapi/grant-requests.ts";
import type { Instance } from "../openapi/instance.ts";
import { errorOf } from "../openapi/refusals.ts";
import { code } from "./document.ts";

/** How an endpoint writes one refusal. */
export interface WrittenError {
  /** HTTP status */
  status: number;
  error: string;
  /** `error_reason`, or Laravel Passport's `hint`; undefined: the response has neither. */
  detail: string | undefined;
}

/** The error response of each cause. */
export type WrittenErrors = Readonly<Record<Cause, WrittenError>>;

/** What this instance offers its customers. */
export interface Offer {
  instance: Instance;
  /** As the OpenAPI document describes them. */
  endpoints: readonly Endpoint[];
  tokenEndpoint: string;
  /** The body of a refresh's response, as the token endpoint writes it. */
  response: Readonly<Record<string, string | number>>;
  /** The body of a refused refresh, as the token endpoint writes it. */
  refusedBody: Readonly<Record<string, string>>;
  /** The error response of each cause, as the token endpoint writes it. */
  tokenErrors: WrittenErrors;
  /** The same, as all other endpoints write it. */
  errors: WrittenErrors;
}

/** What a response is recognised by: ``400 `invalid_grant` `expired` ``. A hint of Passport's may mark code itself. */
export function writtenError({ status, error, detail }: WrittenError): string {
  return [
    status,
    code(error),
    ...(detail === undefined ? [] : [detail.includes("`") ? detail : code(detail)]),
  ].join(" ");
}

/** Makes what the portal shows. Responses are written by the code that answers requests. */
export async function makeOffer(instance: Instance): Promise<Offer> {
  const { issuer, token, formatError } = instance;
  return {
    instance,
    endpoints: describedEndpoints(instance),
    tokenEndpoint: issuer + PATHS.token,
    response: token.body(exampleResponse(instance, GRANT_REQUESTS.refresh_token)) as Offer["response"],
    refusedBody: (await token.formatError(errorOf("expired")).json()) as Offer["refusedBody"],
    tokenErrors: await writtenErrors(token.formatError),
    errors: await writtenErrors(formatError),
  };
}

/** Writes each error, and reads what a client sees of it. A detail that names the request's parameter is left out. */
async function writtenErrors(format: Instance["formatError"]): Promise<WrittenErrors> {
  const written: Partial<Record<Cause, WrittenError>> = {};
  for (const cause of Object.keys(CAUSES) as Cause[]) {
    const response = format(errorOf(cause));
    const body = (await response.json()) as Record<string, string | undefined>;
    written[cause] = {
      status: response.status,
      error: body["error"] ?? body["message"] ?? "",
      detail: namesParameter(cause) ? undefined : (body["error_reason"] ?? body["hint"]),
    };
  }
  return written as WrittenErrors;
}

function namesParameter(cause: Cause): boolean {
  return CAUSES[cause].description.includes("{parameter}");
}
