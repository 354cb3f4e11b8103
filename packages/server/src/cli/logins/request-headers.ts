import type { Dpop, Token } from "@regrant/client";
import { CliError } from "../cli-error.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { Login } from "./login-file.ts";
import { sanitize } from "./terminal-text.ts";

/** The request that a token is printed for. */
export interface RequestOptions {
  /** Its URL. */
  url?: string;
  /** Default GET. */
  method?: string;
  /** The API's latest (RFC 9449 §9). */
  nonce?: string;
}

/** Token types that need a proof with each request (RFC 9449 and drafts). */
const WITH_PROOF = /^(dpop|mac|pop)$/i;
const DPOP = /^dpop$/i;

/** @throws {CliError} an option is missing or invalid (2) */
export function checkRequestOptions({ url, method, nonce }: RequestOptions, { allowHttp }: Login): void {
  if (url !== undefined) parseEndpoint("--url", url, allowHttp === true);
  else if (method !== undefined || nonce !== undefined) {
    throw new CliError(`--${method === undefined ? "nonce" : "method"} requires --url`, undefined, 2);
  }
  if (method !== undefined && !/^[A-Za-z]+$/.test(method))
    throw new CliError("invalid --method", undefined, 2);
  if (nonce !== undefined && !/^[!-~]+$/.test(nonce)) throw new CliError("invalid --nonce", undefined, 2);
}

/**
 * Refuses a token that cannot be used as it is printed. Whatever else servers call one, such as `bot`, is a Bearer token.
 *
 * @throws {CliError} it needs a proof, and the login has no key, or no request is named (2)
 */
export function checkTokenType(
  { tokenType }: Token,
  { url, json }: RequestOptions & { json?: true },
  dpop: Dpop | undefined,
): void {
  if (!WITH_PROOF.test(tokenType)) return;
  if (dpop === undefined || !DPOP.test(tokenType)) {
    const hint = "each request needs a proof: DPoP tokens need a login with --dpop, others cannot be used";
    throw new CliError(`unsupported token type: ${sanitize(tokenType)}`, hint, 2);
  }
  if (url !== undefined || json) return;
  const hint =
    "pass --url URL, and --method METHOD unless it is GET; --json prints the token without a proof";
  throw new CliError("the token is bound to a key: each request needs a proof", hint, 2);
}

/** A proof of the key for the request, which carries the token; undefined: it needs none, or no request is named. */
export async function proofFor(
  { accessToken, tokenType }: Token,
  { url, method = "GET", nonce }: RequestOptions,
  dpop: Dpop | undefined,
): Promise<string | undefined> {
  if (url === undefined || !DPOP.test(tokenType)) return undefined;
  return dpop?.proof({
    url,
    method: method.toUpperCase(),
    accessToken,
    ...(nonce !== undefined && { nonce }),
  });
}

/** The headers of the request, one a line, as `curl -H @-` reads them. */
export function headerLines({ accessToken }: Token, proof: string | undefined): string {
  if (proof === undefined) return `Authorization: Bearer ${accessToken}`;
  return `Authorization: DPoP ${accessToken}\nDPoP: ${proof}`;
}
