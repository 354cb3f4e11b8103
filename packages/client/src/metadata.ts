/**
 * The authorization server's metadata (RFC 8414, OpenID Connect Discovery 1.0).
 *
 * @module
 */
import type { Clock } from "./api.ts";
import { abortReason, systemClock } from "./clock.ts";
import { DocumentError, fetchJson } from "./fetch-json.ts";
import { secureUrl } from "./secure-url.ts";
import { settles, sharedLoad } from "./shared-load.ts";
import { windowMs } from "./windows.ts";

export { DocumentError } from "./fetch-json.ts";
export type { DocumentFault } from "./fetch-json.ts";

/** Members of the metadata by their names of RFC 8414 §2; those that are not listed are as the server wrote them. */
export interface ServerMetadata {
  /** As the server writes it: it may differ from the issuer that was asked for by a slash at its end. */
  readonly issuer: string;
  /** The token endpoint (RFC 6749 §3.2). */
  readonly token_endpoint?: string;
  /** The revocation endpoint (RFC 7009). */
  readonly revocation_endpoint?: string;
  /** Where the signing keys are (RFC 7517). */
  readonly jwks_uri?: string;
  /** Algorithms of the proofs that it accepts (RFC 9449 §5.1). */
  readonly dpop_signing_alg_values_supported?: readonly string[];
  readonly [member: string]: unknown;
}

/** How the metadata is read. */
export interface MetadataOptions {
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** For tests. */
  readonly clock?: Clock | undefined;
  /** Accepts http on every host, not only on loopback. */
  readonly allowHttp?: boolean | undefined;
  /** For all places together, ms. Default 5000; 3000 for the retry window, which a refresh waits for. */
  readonly timeoutMs?: number | undefined;
}

/** What the metadata must have, and how it is read. */
export interface DiscoverOptions extends MetadataOptions {
  /** Endpoints that are needed, such as `token_endpoint`: metadata that lacks one is not accepted. */
  readonly endpoints?: readonly string[] | undefined;
  /** Aborts the wait. */
  readonly signal?: AbortSignal | undefined;
}

/** No place has the issuer's metadata. */
export class DiscoveryError extends Error {
  override readonly name = "DiscoveryError";
  /** What each place answered, in the order of the places. */
  readonly failures: readonly DocumentError[];
  /** Whether the same call may succeed later, as a place was unavailable. Otherwise correct the configuration. */
  readonly retryable: boolean;

  constructor(issuer: string, failures: readonly DocumentError[]) {
    super(`The metadata of ${issuer} was not found: ${failures.map(({ message }) => message).join("; ")}`);
    this.failures = failures;
    this.retryable = failures.some(({ fault }) => fault === "unavailable");
  }
}

/** Members that are typed: text, or missing. */
const ENDPOINTS = ["token_endpoint", "revocation_endpoint", "jwks_uri"];
/** The same: an array. */
const ALGORITHMS = "dpop_signing_alg_values_supported";
/** ms */
const TIMEOUT = 5000;
/** The same where a refresh waits, ms. */
const WINDOW_TIMEOUT = 3000;
/** Pause after a failed read of the retry window, ms. */
const RETRY_PAUSE = 60_000;

/**
 * Reads the metadata of an authorization server. Whatever a place answers, the next one is asked; one that does not answer
 * in its share of the time is not waited for.
 *
 * @throws DiscoveryError no place has it; ClientConfigError the issuer is not an https URL; the signal's reason when it
 *   aborts
 */
export async function discover(issuer: string | URL, options: DiscoverOptions = {}): Promise<ServerMetadata> {
  const { clock = systemClock, timeoutMs = TIMEOUT, allowHttp, signal } = options;
  const urls = placesOf(secureUrl(issuer, allowHttp));
  const until = clock.monotonic() + timeoutMs;
  const controller = new AbortController();
  const onAbort = () => controller.abort(abortReason(signal));
  if (signal?.aborted) throw abortReason(signal);
  signal?.addEventListener("abort", onAbort);
  const reads: Promise<ServerMetadata>[] = [];
  const read = async (url: string, at: number) => {
    const previous = reads[at - 1];
    const patience = (timeoutMs * at) / urls.length;
    // What is thrown is among the failures.
    if (previous && (await settles(clock, previous, patience))) {
      const found = await previous.catch(() => undefined);
      if (found) return found;
    }
    const request = { fetch: options.fetch, clock, timeoutMs: until - clock.monotonic() };
    const document = await fetchJson(url, { ...request, signal: controller.signal });
    return accept(url, document, String(issuer), options);
  };
  try {
    for (const [at, url] of urls.entries()) reads.push(read(url, at));
    return await Promise.any(reads);
  } catch (error) {
    if (signal?.aborted) throw abortReason(signal);
    throw new DiscoveryError(String(issuer), (error as AggregateError).errors as DocumentError[]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    controller.abort();
  }
}

/**
 * Returns a function that resolves to the server's retry window in ms, from its metadata (the member
 * `refresh_token_retry_window`, s, is Regrant's). The metadata is read once; 0 if it lacks the member, or cannot be read,
 * which is tried again after a minute.
 *
 * @throws ClientConfigError the issuer is not an https URL
 */
export function retryWindowOf(issuer: string | URL, options: MetadataOptions = {}): () => Promise<number> {
  const { clock = systemClock, timeoutMs = WINDOW_TIMEOUT, allowHttp } = options;
  secureUrl(issuer, allowHttp);
  let known: number | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  const load = sharedLoad(clock, timeoutMs, async () => {
    try {
      const { refresh_token_retry_window: seconds } = await discover(issuer, { ...options, timeoutMs });
      known = windowMs(seconds) ?? 0;
    } catch {
      failedAt = clock.monotonic();
    }
  });
  return async () => {
    if (known === undefined && clock.monotonic() - failedAt >= RETRY_PAUSE) await load();
    return known ?? 0;
  };
}

/** Where servers have their metadata, the most usual place first. */
function placesOf({ origin, pathname }: URL): string[] {
  const path = withoutSlash(pathname);
  const [oauth, openid] = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];
  // RFC 8414 §3.1 puts the issuer's path last; OpenID Connect Discovery 1.0 §4, and servers that are mounted under a path,
  // put it first.
  return [
    ...new Set([
      origin + oauth + path,
      origin + path + oauth,
      origin + path + openid,
      origin + openid + path,
    ]),
  ];
}

/** @throws DocumentError it is not the issuer's metadata, or lacks a needed endpoint */
function accept(
  url: string,
  document: Record<string, unknown>,
  issuer: string,
  { endpoints = [], allowHttp }: DiscoverOptions,
): ServerMetadata {
  const { issuer: named, ...members } = document;
  // RFC 8414 §3.3: otherwise one server could impersonate another. A URL object without a path ends in a slash, which the
  // issuer identifier may lack.
  if (typeof named !== "string" || withoutSlash(named) !== withoutSlash(issuer)) {
    throw new DocumentError(url, "other_issuer", `names ${printable(named)}`);
  }
  // Some servers write null for what they lack.
  for (const name of ENDPOINTS) if (typeof members[name] !== "string") delete members[name];
  if (!Array.isArray(members[ALGORITHMS])) delete members[ALGORITHMS];
  for (const name of endpoints) {
    const endpoint = members[name] ?? undefined;
    if (endpoint === undefined) throw new DocumentError(url, "no_endpoint", `has no ${name}`);
    // A server on the network must not direct secrets to one on this machine.
    const isLocal = /^http:/i.test(issuer);
    if (!isSecure(endpoint, allowHttp, isLocal)) {
      throw new DocumentError(url, "bad_endpoint", `has a ${name} that is not an https URL`);
    }
  }
  return { ...members, issuer: named };
}

/** @param isLocal accepts http on loopback */
function isSecure(url: unknown, allowHttp: boolean | undefined, isLocal: boolean): boolean {
  try {
    if (typeof url !== "string") return false;
    return secureUrl(url, allowHttp).protocol === "https:" || allowHttp === true || isLocal;
  } catch {
    return false;
  }
}

/** An issuer, safe to print. */
function printable(issuer: unknown): string {
  return typeof issuer === "string" && /^[!-~]{1,200}$/.test(issuer) ? issuer : "no issuer";
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, "");
}
