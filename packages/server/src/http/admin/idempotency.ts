import { hash } from "node:crypto";
import { AdminError } from "../../admin/admin-error.ts";
import { InputError } from "../../admin-api/input.ts";
import { IDEMPOTENCY_KEY_FORM } from "../../admin-api/operation.ts";
import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { ResponseSeal } from "../../keys/response-seal.ts";
import type { AuthorizedRequest } from "./authorized-request.ts";

/** How long a response is kept, s. */
const KEPT = 86_400;

/** After this long without a response, the process that carried the request out has stopped, or lost its database; ms. */
const ABANDONED = 60_000;

/**
 * Carries a request out at most once for its Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same request
 * gets the same response for a day, secrets included. Without a key it is carried out as it is.
 *
 * @throws OAuthError of the causes `idempotency_…`; InputError: the key is malformed; what `carryOut` throws
 */
export async function carryOutOnce(
  deps: Pick<Deps, "store" | "keys" | "log">,
  { request, input, administrator }: AuthorizedRequest,
  carryOut: () => Promise<Response>,
): Promise<Response> {
  const header = request.headers.get("idempotency-key");
  if (header === null) return carryOut();
  const [, quoted, plain] = IDEMPOTENCY_KEY_FORM.exec(header.trim()) ?? [];
  const secret = `${administrator.actor}\0${quoted ?? plain ?? refuseKey()}`;
  const seal = new ResponseSeal(deps.keys.masterKeys, secret);
  const key = hash("sha256", `admin request\0${secret}`, "buffer");
  const { pathname, search } = new URL(request.url);
  const body = JSON.stringify(input.body ?? null);
  const asked = { key, request: seal.mac(`${request.method} ${pathname}${search}\n${body}`), ttl: KEPT };
  const { idempotentResponses } = deps.store;
  const state = await idempotentResponses.begin(asked);
  switch (state.outcome) {
    case "begun":
      break;
    case "other_request":
      throw new OAuthError("idempotency_key_reused");
    case "pending": {
      const isAbandoned = deps.store.now() - state.since >= ABANDONED;
      throw new OAuthError(isAbandoned ? "idempotent_outcome_unknown" : "idempotent_request_in_progress");
    }
    case "done":
      return keptResponse(seal.open(state.response));
  }
  const response = await carryOut().catch(async (error: unknown) => {
    // What was refused has changed nothing. After any other error, that is not known: the key stays taken.
    if (isRefusal(error)) await idempotentResponses.forget(key);
    throw error;
  });
  const text = await response.text();
  const { status } = response;
  const headers = Object.fromEntries(response.headers);
  await idempotentResponses
    .complete(key, seal.seal(JSON.stringify({ status, headers, text })))
    // The request was carried out, so its response is sent; a repetition is told that the outcome is unknown.
    .catch((error: unknown) =>
      deps.log.error({ err: error }, "the response to an idempotent request was not kept"),
    );
  return new Response(text, { status, headers });
}

function refuseKey(): never {
  const message =
    "Idempotency-Key must be 1 to 255 visible ASCII characters without quotation mark and backslash.";
  throw new InputError([{ parameter: "Idempotency-Key", message }]);
}

function isRefusal(error: unknown): boolean {
  if (error instanceof AdminError || error instanceof InputError) return true;
  return error instanceof OAuthError && error.status < 500;
}

function keptResponse(opened: string | undefined): Response {
  if (opened === undefined) throw new OAuthError("idempotent_outcome_unknown");
  const { text, ...head } = JSON.parse(opened) as {
    text: string;
    status: number;
    headers: Record<string, string>;
  };
  return new Response(text, head);
}
