import { request as requestHttp } from "node:http";
import { createRemoteJWKSet, customFetch } from "jose";
import type { JWTVerifyGetKey } from "jose";
import type { fetchDocument } from "../clients/cimd/fetch-document.ts";
import type { TrustedIssuerSetting } from "../config/trusted-issuers.ts";

/** How long keys are used before they are fetched again, and the least time between two fetches for an unknown key, ms. */
const KEYS_MAX_AGE = 600_000;
const COOLDOWN = 30_000;
/** A JWKS with certificates is larger than other documents, bytes. */
const MAX_JWKS = 128 * 1024;

/** The keys of an issuer cannot be fetched. */
export class IssuerKeysError extends Error {
  override readonly name = "IssuerKeysError";
}

type Fetch = typeof fetchDocument;

/**
 * The keys of an issuer, fetched when the first token needs them, and again for one that they do not have. A URL that the
 * operator wrote may be at a private address; one that only the issuer's document names may not (SSRF). Rejects with
 * `IssuerKeysError` while they cannot be fetched.
 */
export function issuerKeys({ issuer, jwksUri }: TrustedIssuerSetting, fetch: Fetch): JWTVerifyGetKey {
  if (jwksUri !== undefined) return remoteKeys(jwksUri, (url) => read(fetch, url, true));
  let found: Promise<JWTVerifyGetKey> | undefined;
  let retryAt = 0;
  const discover = async () => {
    const document = await read(
      fetch,
      `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
      false,
    );
    const { jwks_uri: uri } = document as { jwks_uri?: unknown };
    if (typeof uri !== "string" || URL.parse(uri)?.protocol !== "https:")
      throw new IssuerKeysError("the discovery document names no jwks_uri");
    return remoteKeys(uri, (url) => read(fetch, url, false));
  };
  return async (...token) => {
    if (found === undefined && Date.now() < retryAt) throw new IssuerKeysError("failed a moment ago");
    found ??= discover().catch((error: unknown) => {
      found = undefined;
      retryAt = Date.now() + COOLDOWN;
      throw error;
    });
    return (await found)(...token);
  };
}

function remoteKeys(uri: string, readJson: (url: string) => Promise<unknown>): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(uri), {
    cacheMaxAge: KEYS_MAX_AGE,
    cooldownDuration: COOLDOWN,
    [customFetch]: async (url) => Response.json(await readJson(url)),
  });
}

async function read(fetch: Fetch, url: string, isOperators: boolean): Promise<object> {
  try {
    const { body } = await fetch(url, {
      maxBytes: MAX_JWKS,
      ...(isOperators ? { isAllowed: () => true } : {}),
      ...(isOperators && url.startsWith("http:") ? { request: requestHttp } : {}),
    });
    if (typeof body !== "object" || body === null) throw new Error("the document is not a JSON object");
    return body;
  } catch (error) {
    throw new IssuerKeysError("the document cannot be fetched", { cause: error });
  }
}
