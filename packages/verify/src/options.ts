import { secureUrl } from "@regrant/client/internal";
import type { Profile } from "./access-token.ts";
import type { ProtectedResource } from "./protected-resource.ts";
import type { Refusal } from "./refusals.ts";
import { readDpop, readMtls } from "./sender-options.ts";
import type { DpopOptions, DpopSettings, MtlsOptions, MtlsSettings } from "./sender-options.ts";

/** Which tokens are accepted. */
export interface VerifierOptions {
  /**
   * Identifier of the authorization server, as in its metadata; a slash at its end makes no difference there. With `jwksUri`
   * alone no metadata is read: then exactly as in the `iss` of its tokens.
   */
  issuer: string;
  /**
   * Identifiers of this resource server, one of which must be in the token's `aud`. With the `passport`
   * profile: the ids of the clients whose tokens are accepted. Default: the identifier of `resource`; with `passport`, all.
   */
  audience?: string | readonly string[];
  /** This resource's metadata, named in challenges so that clients find the authorization server (RFC 9728 §5.1). */
  resource?: ProtectedResource;
  /** Claims of the tokens: `rfc9068`, or `passport` for those of Laravel Passport. Default: `rfc9068`. */
  profile?: Profile;
  /** Accepted signature algorithms. Default: `RS256`, `ES256`, `EdDSA` and `PS256`. */
  algorithms?: readonly Algorithm[];
  /** URL of the JWKS. Default: `jwks_uri` of the issuer's metadata (RFC 8414, OpenID Connect Discovery). */
  jwksUri?: string;
  /** Allowed clock difference, s, 0 to 60. Default 5. */
  clockTolerance?: number;
  /** Follow revocations, so that a revoked token is refused within a second. Default: accept tokens until they expire. */
  revocations?: RevocationOptions;
  /** Accept tokens that are bound to a key, with a proof of it (RFC 9449): `{}` for the defaults. Default: refuse them. */
  dpop?: DpopOptions;
  /** Accept tokens that are bound to a client certificate (RFC 8705 §3): `{}` for the defaults. Default: refuse them. */
  mtls?: MtlsOptions;
  /** Accept http URLs beyond loopback, for closed networks. Default false. */
  allowHttp?: boolean;
  /** Called for each refused request, for logs and metrics. Contains no token. */
  onRefusal?: (refusal: Refusal) => void;
  /** Called when keys or revocations cannot be loaded. Default: `console.warn`. */
  onError?: (error: unknown) => void;
  /** The clock, ms since 1970; for tests. */
  now?: () => number;
  /** Loads metadata, keys and revocations. Default: the global `fetch`. */
  fetch?: typeof fetch;
}

/** How revocations are followed, and what to do when they cannot be. */
export interface RevocationOptions {
  /** A client that may introspect tokens at the authorization server: created with `--resource-server`. */
  clientId: string;
  /** Its secret. */
  clientSecret: string;
  /** Age at which the revocations count as stale, s, at least 20. Default 60. */
  maxAge?: number;
  /**
   * For platforms on which nothing outlives a request: a request asks for revocations if the last answer is this old, s, and
   * waits for them. Default: 5 on Cloudflare Workers; elsewhere the feed is followed between requests, by long polling.
   */
  pollInterval?: number;
  /**
   * What to do with valid tokens while the revocations are stale or not loaded. `accept` (the default): accept them, except
   * those known to be revoked. `refuse`: respond with 503 until the feed is reachable.
   */
  whenStale?: "accept" | "refuse";
}

/** Asymmetric algorithms only: with a shared secret, a resource server could sign tokens. */
const ALGORITHMS = [
  "RS256",
  "ES256",
  "EdDSA",
  "PS256",
  "RS384",
  "RS512",
  "ES384",
  "ES512",
  "PS384",
  "PS512",
] as const;

/** A signature algorithm (RFC 7518, RFC 8037). */
export type Algorithm = (typeof ALGORITHMS)[number];

/** The validated options with their defaults. */
export interface Settings {
  issuer: string;
  /** undefined: any */
  audience: string[] | undefined;
  resourceMetadata: string | undefined;
  profile: Profile;
  algorithms: Algorithm[];
  jwksUri: string | undefined;
  /** s, as jose takes it. */
  clockTolerance: number;
  revocations: RevocationSettings | undefined;
  dpop: DpopSettings | undefined;
  mtls: MtlsSettings | undefined;
  allowHttp: boolean;
  onRefusal: (refusal: Refusal) => void;
  onError: (error: unknown) => void;
  now: () => number;
  fetch: typeof fetch;
}

/** `pollInterval` is undefined if the feed is followed. */
export type RevocationSettings = Required<Omit<RevocationOptions, "pollInterval">> & {
  pollInterval: number | undefined;
};

/** s */
const MIN_MAX_AGE = 20;
/** s */
const WORKERS_POLL_INTERVAL = 5;

/** @throws TypeError an option is invalid */
export function readOptions(options: VerifierOptions): Settings {
  const { profile = "rfc9068", allowHttp = false, resource, jwksUri, clockTolerance = 5 } = options;
  const algorithms = [...(options.algorithms ?? ALGORITHMS.slice(0, 4))];
  const audience = options.audience ?? (profile === "passport" ? undefined : resource?.resource);
  const { onRefusal = () => {}, onError = warn, now = Date.now } = options;
  // The platform's may be replaced later, by tracing or a framework; none may be called with a `this`.
  const fetch: typeof globalThis.fetch = (...args) => (options.fetch ?? globalThis.fetch)(...args);
  if (audience === undefined && profile === "rfc9068") {
    throw new TypeError(
      "audience (or resource) is required: tokens for other resource servers must be refused",
    );
  }
  if (algorithms.length === 0 || !algorithms.every((name) => ALGORITHMS.includes(name))) {
    throw new TypeError(`algorithms must be among ${ALGORITHMS.join(", ")}`);
  }
  if (!(clockTolerance >= 0 && clockTolerance <= 60)) throw new TypeError("clockTolerance must be 0 to 60 s");
  return {
    issuer: checkUrl("issuer", options.issuer, allowHttp),
    audience: audience === undefined ? undefined : [audience].flat(),
    resourceMetadata: resource?.url,
    profile,
    algorithms,
    jwksUri: jwksUri === undefined ? undefined : checkUrl("jwksUri", jwksUri, allowHttp),
    clockTolerance,
    revocations: options.revocations && readRevocations(options.revocations),
    dpop: options.dpop && readDpop(options.dpop, resource?.resource),
    mtls: options.mtls && readMtls(options.mtls),
    allowHttp,
    onRefusal,
    onError,
    now,
    fetch,
  };
}

function readRevocations(options: RevocationOptions): RevocationSettings {
  const { maxAge = 60, whenStale = "accept", pollInterval = defaultPollInterval() } = options;
  // A long poll takes up to 15 s.
  if (!(maxAge >= MIN_MAX_AGE)) throw new TypeError(`maxAge must be at least ${MIN_MAX_AGE} s`);
  if (pollInterval !== undefined && !(pollInterval >= 0 && pollInterval < maxAge)) {
    throw new TypeError("pollInterval must be at least 0 s, and less than maxAge");
  }
  return { ...options, maxAge, whenStale, pollInterval };
}

/** s. On Workers, a request that waits ends with the request during which it was sent. */
function defaultPollInterval(): number | undefined {
  const { navigator } = globalThis as { navigator?: { userAgent?: string } };
  return navigator?.userAgent === "Cloudflare-Workers" ? WORKERS_POLL_INTERVAL : undefined;
}

/**
 * Checks that a URL is absolute and https; http is accepted on loopback, or anywhere if `allowHttp`.
 *
 * @param name of the option, for the error
 * @returns the URL as given: issuers are compared as text
 * @throws TypeError
 */
function checkUrl(name: string, text: string, allowHttp: boolean): string {
  try {
    secureUrl(text, allowHttp);
    return text;
  } catch (cause) {
    throw new TypeError(`${name} must be an absolute https URL (http only on loopback)`, { cause });
  }
}

function warn(error: unknown): void {
  console.warn(error);
}
