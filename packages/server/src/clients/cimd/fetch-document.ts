import { request } from "node:https";
import { isIP } from "node:net";
import type { IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { withoutBrackets } from "../../config/loopback.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { readAtMost } from "../../limits/limited-text.ts";
import { QueueFullError } from "../../limits/queue.ts";
import { AddressRefusedError, guardedLookup } from "../../outbound/guarded-lookup.ts";
import type { Resolve } from "../../outbound/guarded-lookup.ts";
import { isPublicAddress } from "../../outbound/public-address.ts";

/** Largest accepted document, bytes. */
const MAX_DOCUMENT = 10 * 1024;
const TIMEOUT = 5000;

/** Why a document cannot be used. `unreachable` may pass; the other reasons are its host's. */
type DocumentFault = "unreachable" | "not_public" | "not_ok" | "not_json" | "too_large" | "malformed";

/** A document that cannot be used, and why. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  readonly fault: DocumentFault;
  /** Of a malformed document: the member at fault, if it is one, and what is wrong with it. */
  readonly member: string | undefined;
  readonly violation: string | undefined;

  constructor(fault: DocumentFault, cause?: unknown) {
    super(`the client ID metadata document cannot be used: ${fault}`, { cause });
    this.fault = fault;
    const { parameter, violation } = cause instanceof OAuthError ? cause : {};
    this.member = parameter;
    this.violation = violation;
  }
}

/** A document, and how long its server allows to cache it, s; undefined: the server does not say. */
export interface FetchedDocument {
  body: unknown;
  maxAge: number | undefined;
}

/** What tests replace, and the time limit. */
export interface FetchOptions {
  /** Resolves a host; tests replace it. */
  resolve?: Resolve;
  isAllowed?: (address: string) => boolean;
  /** Tests replace it, to do without certificates. */
  request?: typeof request;
  /** From the name resolution to the last byte, ms. */
  timeout?: number;
  /** The largest document, bytes. */
  maxBytes?: number;
}

/**
 * Fetches the JSON document at a URL that an unauthenticated request named, so it must not reach internal addresses
 * (SSRF; `guardedLookup`). Redirects are not followed; large and slow responses are abandoned.
 *
 * @param url https
 * @throws DocumentError; QueueFullError, which says nothing of the document, while too many hosts are looked up
 */
export async function fetchDocument(url: string, options: FetchOptions = {}): Promise<FetchedDocument> {
  const { request: send = request, timeout = TIMEOUT, maxBytes = MAX_DOCUMENT } = options;
  const { isAllowed = isPublicAddress, resolve } = options;
  // The look-up, which judges addresses, is not asked for one that the URL itself names.
  const host = withoutBrackets(new URL(url).hostname);
  if (isIP(host) !== 0 && !isAllowed(host)) throw new DocumentError("not_public");
  const signal = AbortSignal.timeout(timeout);
  const lookup = guardedLookup(signal, isAllowed, resolve);
  let response: IncomingMessage;
  try {
    response = await answerOf(send, url, { signal, lookup });
  } catch (error) {
    if (error instanceof QueueFullError) throw error;
    throw new DocumentError(error instanceof AddressRefusedError ? "not_public" : "unreachable", error);
  }
  try {
    if (response.statusCode !== 200) throw new DocumentError("not_ok");
    const type = response.headers["content-type"] ?? "";
    if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type)) throw new DocumentError("not_json");
    return {
      body: parse(await readBody(response, maxBytes)),
      maxAge: maxAgeOf(response.headers["cache-control"]),
    };
  } finally {
    response.destroy();
  }
}

function answerOf(send: typeof request, url: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { accept: "application/json", "accept-encoding": "identity" };
    // Without an agent no connection is reused, so every request is resolved and checked again.
    send(url, { ...options, headers, agent: false }, resolve)
      .on("error", reject)
      .end();
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  let text: string | undefined;
  try {
    text = await readAtMost(response, maxBytes);
  } catch (error) {
    throw new DocumentError("unreachable", error);
  }
  if (text === undefined) throw new DocumentError("too_large");
  return text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DocumentError("malformed");
  }
}

/** RFC 9111 §5.2.2.1, §5.2.2.4 and §5.2.2.5. */
function maxAgeOf(cacheControl: string | undefined): number | undefined {
  if (cacheControl === undefined) return undefined;
  if (/\bno-(?:store|cache)\b/i.test(cacheControl)) return 0;
  const seconds = /(?:^|[\s,])max-age="?(\d{1,9})/i.exec(cacheControl)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
