import { takesIdempotencyKey } from "../../admin-api/operation.ts";
import type { Operation, OperationBy } from "../../admin-api/operation.ts";
import { OPERATIONS } from "../../admin-api/table.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { privateResponse } from "../responses.ts";
import { otherFormat } from "./event-formats.ts";
import { carryOutOnce } from "./idempotency.ts";
import { responseInTime } from "./response-in-time.ts";
import { entityTag, isKnown, isMatch } from "./entity-tag.ts";
import type { AdminApiDeps, AuthorizedRequest } from "./authorized-request.ts";

/** How the operations that read one resource are found by those that change it. */
const READERS = new Map(OPERATIONS.filter(({ tagged }) => tagged).map((one) => [one.path, one]));

/**
 * Carries out an operation and makes its response.
 *
 * @throws AdminError, InputError; OAuthError `precondition_failed`
 */
export async function operationResponse(
  operation: Operation,
  api: AdminApiDeps,
  authorized: AuthorizedRequest,
): Promise<Response> {
  const { admin, deps } = api;
  const { request, input, administrator } = authorized;
  const other = await otherFormat(operation, api, authorized);
  if (other !== null) return other;
  const by: OperationBy = { actor: administrator.actor };
  const condition = request.headers.get("if-match");
  const reader = READERS.get(operation.path);
  if (condition !== null && reader !== undefined && operation !== reader) {
    by.matches = (present) => isMatch(condition, entityTag(present));
    const present = await reader.invoke(admin, { ...input, query: {}, body: undefined }, by);
    if (!by.matches(present as object)) throw new OAuthError("precondition_failed");
  }
  const carryOut = async () => {
    const result = operation.invoke(admin, input, by);
    return operation.long ? responseInTime(result, deps.log) : responseOf(operation, request, await result);
  };
  return takesIdempotencyKey(operation) ? carryOutOnce(deps, authorized, carryOut) : carryOut();
}

function responseOf({ status = 200, tagged }: Operation, request: Request, result: unknown): Response {
  if (status === 204) return new Response(null, { status, headers: { "Cache-Control": "no-store" } });
  const response = privateResponse(result, { status });
  return tagged ? withTag(request, response, entityTag(result)) : response;
}

/** Adds the `ETag`; a client that has the representation gets a 304 without it (RFC 9110 §15.4.5). */
function withTag(request: Request, response: Response, tag: string): Response {
  const headers = { ETag: tag, "Cache-Control": "no-store" };
  if (isKnown(request.headers.get("if-none-match"), tag)) return new Response(null, { status: 304, headers });
  response.headers.set("ETag", tag);
  return response;
}
