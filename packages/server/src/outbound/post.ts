import { lookup as systemLookup } from "node:dns/promises";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { VERSION } from "../config/version.ts";
import { readAtMost } from "../limits/limited-text.ts";
import { AddressRefusedError, guardedLookup } from "./guarded-lookup.ts";
import type { Resolve } from "./guarded-lookup.ts";
import { isLinkLocal, isPublicAddress } from "./public-address.ts";

/** A POST to a URL that somebody configured, and what keeps it within its bounds. */
export interface PostOptions {
  headers: Readonly<Record<string, string>>;
  body: string;
  /** From the name resolution to the last byte that is read, ms. */
  timeout: number;
  /** Ends it early. */
  signal: AbortSignal;
  /** It may go to this machine and its network, and there without TLS; never to a link-local address. */
  privateAddresses: boolean;
  /** How much of the response's body is read, bytes. By default none of it. */
  maxBody?: number;
  /** Tests replace it. */
  resolve?: Resolve | undefined;
}

/** What a receiver responded. */
export interface PostResponse {
  status: number;
  /** "": it was not to be read, or was longer than it may be. */
  body: string;
  /** s. Undefined: not sent; or a date, which is not worth its parsing, since the wait grows by itself. */
  retryAfter: number | undefined;
}

/** No response came. The message is a short text for an operator, without any part of the URL. */
export class PostError extends Error {
  override readonly name = "PostError";
}

/**
 * Sends a POST that cannot be used to reach what is not public (SSRF): the connection goes to the addresses that were
 * checked, none is kept for another request, redirects are not followed, and no proxy is used, which could not be told the
 * address. Of the response no more is read than asked for.
 *
 * @param url http or https; `refusedUrl` says which
 * @throws PostError
 */
export async function post(url: string, options: PostOptions): Promise<PostResponse> {
  const { maxBody = 0, timeout, signal } = options;
  const late = AbortSignal.timeout(timeout);
  const either = AbortSignal.any([signal, late]);
  try {
    const response = await responseOf(new URL(url), options, either);
    try {
      const body = maxBody === 0 ? undefined : await readAtMost(response, maxBody);
      const { statusCode: status = 0, headers } = response;
      return { status, body: body ?? "", retryAfter: secondsOf(headers["retry-after"]) };
    } finally {
      response.destroy();
    }
  } catch (error) {
    throw new PostError(late.aborted ? `no response within ${timeout / 1000} s` : textOf(error), {
      cause: error,
    });
  }
}

function secondsOf(retryAfter = ""): number | undefined {
  return /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : undefined;
}

function responseOf(
  url: URL,
  { headers, body, privateAddresses, resolve }: PostOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === "https:";
  const isAllowed = (address: string) =>
    isPublicAddress(address) ? isSecure : privateAddresses && !isLinkLocal(address);
  const host = hostOf(url);
  if (isIP(host) > 0 && !isAllowed(host)) throw new AddressRefusedError(host);
  // An operator's own names may be in /etc/hosts, which only the system's look-up reads.
  const resolveOwn: Resolve = (name) => systemLookup(name, { all: true });
  const lookup = guardedLookup(signal, isAllowed, resolve ?? (privateAddresses ? resolveOwn : undefined));
  const length = String(Buffer.byteLength(body));
  const all = { ...headers, "user-agent": `Regrant/${VERSION}`, "content-length": length };
  return new Promise((fulfil, reject) => {
    // Without an agent no connection is reused, so every request is resolved and checked again.
    (isSecure ? httpsRequest : httpRequest)(
      url,
      { method: "POST", headers: all, signal, lookup, agent: false },
      fulfil,
    )
      .on("error", reject)
      .end(body);
  });
}

/**
 * Why a URL cannot be posted to, as a sentence; undefined: it can. Names are resolved only when something is sent.
 *
 * @param privateAddresses as in `PostOptions`
 */
export function refusedUrl(text: string, privateAddresses: boolean): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return "must be an https URL.";
  if (text.length > 2048) return "must have at most 2048 characters.";
  if (url.username !== "" || url.password !== "") return "must not contain a user name or password.";
  if (url.hash !== "" || text.includes("#")) return "must not have a fragment.";
  if (url.protocol === "http:" && !privateAddresses)
    return "must be an https URL; http is for private addresses, with webhookPrivateAddresses.";
  const host = hostOf(url);
  if (isIP(host) === 0) return undefined;
  if (isPublicAddress(host))
    return url.protocol === "https:" ? undefined : "must be an https URL, since its address is public.";
  if (isLinkLocal(host)) return "must not have a link-local address.";
  return privateAddresses ? undefined : "must have a public address, unless webhookPrivateAddresses is set.";
}

/** The host without the brackets of an IPv6 address. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection closed before the response",
  ENOTFOUND: "host not found",
  ENODATA: "host not found",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
};

function textOf(error: unknown): string {
  if (error instanceof AddressRefusedError) return "its address is not allowed: see webhookPrivateAddresses";
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? "no response" : (CODES[code] ?? `no response (${code})`);
}
