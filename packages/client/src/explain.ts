/**
 * Why a session stopped: what a Regrant server tells a client of its refresh token.
 *
 * @module
 */
import { none } from "./client-auth.ts";
import { ClientConfigError, TokenUnavailableError } from "./errors.ts";
import { DocumentError, fetchJson } from "./fetch-json.ts";
import type { ClientOptions } from "./grants.ts";
import { errorOf, responseText } from "./response-text.ts";
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
  /** The same for people; the last one says what to do. */
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

/** Where an explanation is asked for, and in which language. */
export interface ExplanationOptions extends Pick<ClientOptions, "allowHttp" | "fetch"> {
  /** `explanation_endpoint` of the metadata: https, or http on a loopback host. */
  readonly explanationEndpoint: string | URL;
  /** Languages of the sentences, the preferred one first, such as `de en`. Default: English. */
  readonly uiLocales?: string | undefined;
}

/** ms */
const TIMEOUT = 15_000;
/** How long a refusal waits for its explanation, ms. */
const REFUSAL_TIMEOUT = 3000;
/** As much as the client's errors have of it, characters: with more, the client could not read the refusal. */
const MAX_DESCRIPTION = 2000;

/**
 * Asks a Regrant server what became of a refresh token. It is no use of the token.
 *
 * @param options the client, where and in which language to ask, and the `token`
 * @throws ClientConfigError the server refuses the client, or explains nothing; TokenUnavailableError it did not respond, or
 *   failed
 */
export function explain(
  options: ClientOptions & ExplanationOptions & { readonly token: string },
): Promise<Explanation> {
  return ask(options, TIMEOUT);
}

async function ask(
  {
    explanationEndpoint,
    uiLocales,
    token,
    clientId,
    clientAuth = none,
    allowHttp,
    fetch,
  }: ClientOptions & ExplanationOptions & { readonly token: string },
  timeoutMs: number,
): Promise<Explanation> {
  const url = secureUrl(explanationEndpoint, allowHttp).href;
  const form = new URLSearchParams(uiLocales === undefined ? { token } : { token, ui_locales: uiLocales });
  const headers = new Headers();
  await clientAuth({ tokenEndpoint: url, clientId, body: form, headers });
  const members = await fetchJson(url, { fetch, timeoutMs, form, headers }).catch((error: unknown) => {
    if (!(error instanceof DocumentError)) throw error;
    const message = `The server did not explain the token: it ${error.reason}`;
    throw error.fault === "unavailable" ? new TokenUnavailableError(message) : new ClientConfigError(message);
  });
  if (isExplanation(members)) return members;
  throw new ClientConfigError("The server did not explain the token: it returned no sentences");
}

/**
 * Wraps the `fetch` of a token client, so that a refused refresh is explained: the `description` of the client's error has
 * the sentences, in each process that shares the session. They are asked for with what the refresh was sent with, its
 * client's authentication included, since the client removes the token then; so only at the origin that the refresh was
 * sent to. A refusal that is not explained within 3 s stays as it is.
 *
 * @param options where and in which language to ask; `fetch` and `allowHttp` as the client's; `onExplanation` is called
 *   once for each explained refusal
 * @throws ClientConfigError the endpoint is not an https URL
 */
export function explainRefusals({
  onExplanation,
  ...question
}: ExplanationOptions & {
  readonly onExplanation?: ((explanation: Explanation) => void) | undefined;
}): typeof globalThis.fetch {
  const { origin } = secureUrl(question.explanationEndpoint, question.allowHttp);
  return async (input, init) => {
    const response = await (question.fetch ?? globalThis.fetch)(input, init);
    const request = new URLSearchParams(typeof init?.body === "string" ? init.body : "");
    const token = request.get("refresh_token");
    if (token === null || ![400, 401, 403].includes(response.status)) return response;
    // With the nonce that the server requires, the refresh is repeated (RFC 9449 §8).
    if (response.headers.has("dpop-nonce") && (await errorOf(response)) === "use_dpop_nonce") return response;
    // Another one, as the metadata of a malicious server may name it, would receive the client's secret.
    if (new URL(input instanceof Request ? input.url : input).origin !== origin) return response;
    const clientAuth: ClientAuth = ({ body, headers }) => {
      for (const name of CREDENTIALS) if (request.has(name)) body.set(name, request.get(name) ?? "");
      const authorization = new Headers(init?.headers).get("authorization");
      if (authorization !== null) headers.set("authorization", authorization);
    };
    const asked = ask({ ...question, token, clientId: "", clientAuth }, REFUSAL_TIMEOUT);
    const explanation = await asked.catch(() => undefined);
    if (explanation === undefined) return response;
    // The callback is called asynchronously, and its errors are ignored: it must not fail a refresh, nor end the process.
    void Promise.resolve(explanation)
      .then(onExplanation)
      .catch(() => {});
    const description = explanation.sentences.join(" ").slice(0, MAX_DESCRIPTION);
    return explanation.state === "unknown" ? response : described(response, description);
  };
}

/**
 * The refusal with another description, which stands first. Only where the client does not read the description to know what
 * the refusal means (docs/client/ended-sessions.md).
 */
async function described(response: Response, description: string): Promise<Response> {
  try {
    // The original stays unread, to be returned where the copy cannot be read.
    const text = await responseText(response.clone());
    const { error_description: _, ...members } = JSON.parse(text) as Record<string, unknown>;
    const { error } = members;
    const isKnown = error === "invalid_grant" || error === "invalid_client";
    if (!isKnown && !(response.status === 401 && error === "invalid_request")) return response;
    const { status, statusText } = response;
    const headers = new Headers(response.headers);
    for (const name of ["content-length", "content-encoding"]) headers.delete(name);
    const body = JSON.stringify({ error_description: description, ...members });
    return new Response(body, { status, statusText, headers });
  } catch {
    return response;
  }
}

/** The parameters that authenticate a client (RFC 6749 §2.3.1). */
const CREDENTIALS = ["client_id", "client_secret"];

function isExplanation(members: Record<string, unknown>): members is Record<string, unknown> & Explanation {
  const { state, sentences } = members;
  const isText = (value: unknown) => typeof value === "string";
  return isText(state) && Array.isArray(sentences) && sentences.every(isText);
}
