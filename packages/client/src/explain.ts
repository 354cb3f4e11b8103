/**
 * Why a session stopped: what a Regrant server tells a client of its refresh token.
 *
 * @module
 */
import { none } from "./client-auth.ts";
import { ClientConfigError, TokenUnavailableError } from "./errors.ts";
import { DocumentError, fetchJson } from "./fetch-json.ts";
import type { ClientOptions } from "./grants.ts";
import { secureUrl } from "./secure-url.ts";
import type { ClientAuth } from "./wire-format.ts";

/** What became of a refresh token, in the names of the server; further members are as it wrote them. Instants in s. */
export interface Explanation {
  /** Of the session; `unknown`: the server tells nothing of this token. */
  readonly state: "active" | "expired" | "revoked" | "unknown";
  /** What ended the session, or why the token of an active one is refused, such as `reused`; null: it is not. */
  readonly reason: string | null;
  /** What to do, such as `sign_in`. */
  readonly next_step: string;
  /** The same for people, in English. */
  readonly sentences: readonly string[];
  /** When the session ended; null: it has not. */
  readonly ended_at?: number | null;
  /** When the token was spent, if it was. */
  readonly spent_at?: number;
  /** Whether a token that followed was used, if it was spent. */
  readonly successor_used?: boolean;
  /** Further members. */
  readonly [member: string]: unknown;
}

/** ms */
const TIMEOUT = 15_000;

/**
 * Asks a Regrant server what became of a refresh token. It is no use of the token.
 *
 * @param options the client; also the `token`, and the `explanationEndpoint` that the metadata names: https, or http on a
 *   loopback host
 * @throws ClientConfigError the server refuses the client, or explains nothing; TokenUnavailableError it did not respond, or
 *   failed
 */
export async function explain({
  explanationEndpoint,
  token,
  clientId,
  clientAuth = none,
  allowHttp,
  fetch,
}: ClientOptions & {
  readonly explanationEndpoint: string | URL;
  readonly token: string;
}): Promise<Explanation> {
  const url = secureUrl(explanationEndpoint, allowHttp).href;
  const form = new URLSearchParams({ token });
  const headers = new Headers();
  await clientAuth({ tokenEndpoint: url, clientId, body: form, headers });
  const sent = { fetch, timeoutMs: TIMEOUT, form, headers };
  const members = await fetchJson(url, sent).catch((error: unknown) => {
    if (!(error instanceof DocumentError)) throw error;
    const message = `The server did not explain the token: it ${error.reason}`;
    throw error.fault === "unavailable" ? new TokenUnavailableError(message) : new ClientConfigError(message);
  });
  if (isExplanation(members)) return members;
  throw new ClientConfigError("The server did not explain the token: it returned no sentences");
}

/**
 * Wraps the `fetch` of a token client, so that a refused refresh is explained: the client removes the token then. The
 * explanation is asked for with what the refresh was sent with, its client's authentication included, and the client does
 * not wait for it. A question that fails is not reported.
 *
 * @param options the `explanationEndpoint` that the metadata names; `onExplanation`, called once for each refusal; the
 *   `fetch` to send with, and `allowHttp`, as the client's
 * @throws ClientConfigError the endpoint is not an https URL
 */
export function explainRefusals({
  explanationEndpoint,
  onExplanation,
  allowHttp,
  fetch,
}: Pick<ClientOptions, "allowHttp" | "fetch"> & {
  readonly explanationEndpoint: string | URL;
  readonly onExplanation: (explanation: Explanation) => void;
}): typeof globalThis.fetch {
  secureUrl(explanationEndpoint, allowHttp);
  return async (input, init) => {
    const response = await (fetch ?? globalThis.fetch)(input, init);
    const request = new URLSearchParams(typeof init?.body === "string" ? init.body : "");
    const token = request.get("refresh_token");
    if (token === null || ![400, 401, 403].includes(response.status)) return response;
    const clientAuth: ClientAuth = ({ body, headers }) => {
      for (const name of CREDENTIALS) if (request.has(name)) body.set(name, request.get(name) ?? "");
      const authorization = new Headers(init?.headers).get("authorization");
      if (authorization !== null) headers.set("authorization", authorization);
    };
    const options = { explanationEndpoint, token, clientId: "", clientAuth, allowHttp, fetch };
    explain(options).then(onExplanation, () => {});
    return response;
  };
}

/** The parameters that authenticate a client (RFC 6749 §2.3.1). */
const CREDENTIALS = ["client_id", "client_secret"];

function isExplanation(members: Record<string, unknown>): members is Record<string, unknown> & Explanation {
  const { state, sentences } = members;
  const isText = (value: unknown) => typeof value === "string";
  return isText(state) && Array.isArray(sentences) && sentences.every(isText);
}
