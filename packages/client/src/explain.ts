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
 * Asks a Regrant server what became of a refresh token. It is no use of the token. The client removes a rejected token from
 * its store: keep the one that you ask about, such as that of the record before a refresh.
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

function isExplanation(members: Record<string, unknown>): members is Record<string, unknown> & Explanation {
  const { state, sentences } = members;
  const isText = (value: unknown) => typeof value === "string";
  return isText(state) && Array.isArray(sentences) && sentences.every(isText);
}
