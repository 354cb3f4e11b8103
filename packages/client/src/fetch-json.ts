import type { Clock } from "./api.ts";
import { abortReason, systemClock } from "./clock.ts";
import { nameOf } from "./errors.ts";
import { formPost, noStore } from "./form-post.ts";
import { responseText } from "./response-text.ts";

/** A request for a document of the authorization server. */
export interface JsonRequest {
  /** Default: the platform's, as it is when the request is sent. */
  readonly fetch?: typeof fetch | undefined;
  /** For tests. */
  readonly clock?: Clock | undefined;
  /** For the whole response, ms. */
  readonly timeoutMs: number;
  /** Aborts the request. */
  readonly signal?: AbortSignal | undefined;
  /** Form to POST; without one the request is a GET. */
  readonly form?: URLSearchParams | undefined;
  /** Further headers. */
  readonly headers?: Headers | undefined;
}

/**
 * Why a document could not be used. `unavailable`: no response, or one that says to try again; `none`: no JSON object is
 * there; the others are about metadata: `other_issuer` (RFC 8414 §3.3), `no_endpoint`, and `bad_endpoint` for a URL that is
 * not https.
 */
export type DocumentFault = "unavailable" | "none" | "other_issuer" | "no_endpoint" | "bad_endpoint";

/** One document of the authorization server could not be used. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  /** Where it was looked for. */
  readonly url: string;
  /** Why it could not be used. */
  readonly fault: DocumentFault;
  /** The end of a sentence that begins with the URL; of what the server wrote at most an issuer, in printable characters. */
  readonly reason: string;
  /** The HTTP status of a response that is no document. */
  readonly status: number | undefined;

  constructor(
    url: string,
    fault: DocumentFault,
    reason: string,
    { status, ...options }: ErrorOptions & { status?: number } = {},
  ) {
    super(`${url} ${reason}`, options);
    this.url = url;
    this.fault = fault;
    this.reason = reason;
    this.status = status;
  }
}

/** Largest body, characters. */
const MAX_LENGTH = 2 ** 20;

/**
 * Fetches a JSON object of an authorization server. No redirect is followed, and no response is taken from a cache.
 *
 * @throws DocumentError no response in time, a status other than 200, or a body that is not a JSON object or too large; the
 *   signal's reason when it aborts
 */
export async function fetchJson(url: string, request: JsonRequest): Promise<Record<string, unknown>> {
  const { clock = systemClock, timeoutMs, signal } = request;
  const controller = new AbortController();
  let stop = (_reason: unknown): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = (reason) => {
      reject(reason);
      controller.abort(reason);
    };
  });
  const onAbort = () => stop(abortReason(signal));
  const onTimeout = () => stop(new DocumentError(url, "unavailable", "did not respond in time"));
  const cancel = clock.timer(timeoutMs, onTimeout);
  signal?.addEventListener("abort", onAbort);
  try {
    if (signal?.aborted) throw abortReason(signal);
    // A `fetch` may ignore the signal.
    return await Promise.race([read(url, request, controller.signal), stopped]);
  } finally {
    cancel();
    signal?.removeEventListener("abort", onAbort);
  }
}

async function read(url: string, request: JsonRequest, signal: AbortSignal) {
  const { form } = request;
  const headers = new Headers(request.headers);
  headers.set("accept", "application/json");
  const init: RequestInit = form ? formPost(form, headers) : { headers, redirect: "manual", ...noStore() };
  // Called without `this`, which browsers and Workers refuse.
  const send = request.fetch ?? globalThis.fetch;
  try {
    const response = await send(url, { ...init, signal });
    const text = responseText(response, MAX_LENGTH);
    const refusal = refusalOf(response);
    if (refusal === undefined) return parse(url, await text);
    // The connection is free for the next request when the body has been read.
    await text.catch(() => {});
    const { status } = response;
    throw new DocumentError(url, isTemporary(status) ? "unavailable" : "none", refusal, { status });
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    if (error instanceof RangeError) throw new DocumentError(url, "none", "returned too large a body");
    // What a `fetch` throws may contain the request, and with it credentials.
    const reason = `did not respond: ${nameOf(error)}`;
    throw new DocumentError(url, "unavailable", reason, form ? {} : { cause: error });
  }
}

/** undefined: the response is a document. */
function refusalOf({ status, type }: Response): string | undefined {
  // In browsers a redirect is opaque: its status is 0.
  if (type === "opaqueredirect" || (status >= 300 && status < 400)) return "returned a redirect";
  return status === 200 ? undefined : `returned ${status}`;
}

function parse(url: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {}
  throw new DocumentError(url, "none", "returned no JSON object");
}

function isTemporary(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}
