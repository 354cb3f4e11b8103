import type { Profile } from "./access-token.ts";
import { checkUrl } from "./http.ts";
import type { ProtectedResource } from "./protected-resource.ts";
import type { Refusal } from "./refusals.ts";

export interface VerifierOptions {
  /** The authorization server, exactly as its metadata writes it. */
  issuer: string;
  /**
   * `aud` that tokens must have one of: this resource server's names. By default the identifier of `resource`. With the
   * `passport` profile, the ids of the clients whose tokens are taken; by default all.
   */
  audience?: string | readonly string[];
  /** Named in challenges, so that clients find the authorization server (RFC 9728 §5.1). */
  resource?: ProtectedResource;
  /** Which claims the tokens have: `rfc9068` (RFC 9068, the default) or `passport`, those of Laravel Passport. */
  profile?: Profile;
  /** Signature algorithms that are taken; by default `RS256`, `ES256` and `EdDSA`. */
  algorithms?: readonly Algorithm[];
  /** Where the keys are; by default where the issuer's metadata says (RFC 8414). */
  jwksUri?: string;
  /** How far clocks may differ, s, up to 60; by default 5. */
  clockTolerance?: number;
  /** Follow revocations, so that a revoked token is refused within a second; without it, tokens live until they expire. */
  revocations?: RevocationOptions;
  /** Allow an http issuer that is not the own machine: for closed networks. */
  allowHttp?: boolean;
  /** Told of each refused request, for logs and metrics. It holds no token. */
  onRefusal?: (refusal: Refusal) => void;
  /** Told when keys or revocations cannot be loaded; by default `console.warn`. */
  onError?: (error: unknown) => void;
  /** ms since 1970; tests inject one. */
  now?: () => number;
  fetch?: typeof fetch;
}

export interface RevocationOptions {
  /** A client of the authorization server that may introspect. */
  clientId: string;
  clientSecret: string;
  /** When nothing was heard for so long, s, `whenUnknown` decides; 20 at least, by default 60. */
  maxAge?: number;
  /**
   * What becomes of valid tokens while it is not known what was revoked. `accept` (the default): they are taken, as
   * without this option, and what was heard last still counts. `refuse`: 503 until the authorization server is heard.
   */
  whenUnknown?: "accept" | "refuse";
}

/** Asymmetric ones only: with a shared secret, whoever verifies could sign. */
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

export type Algorithm = (typeof ALGORITHMS)[number];

/** The options, checked and complete. Times in ms. */
export interface Settings {
  issuer: string;
  /** Undefined: any. */
  audience: string[] | undefined;
  resourceMetadata: string | undefined;
  profile: Profile;
  algorithms: Algorithm[];
  jwksUri: string | undefined;
  /** s, as jose takes it. */
  clockTolerance: number;
  revocations: Required<RevocationOptions> | undefined;
  allowHttp: boolean;
  onRefusal: (refusal: Refusal) => void;
  onError: (error: unknown) => void;
  now: () => number;
  fetch: typeof fetch;
}

const LEAST_MAX_AGE = 20;

/** @throws TypeError for options that cannot be meant */
export function readOptions(options: VerifierOptions): Settings {
  const { profile = "rfc9068", allowHttp = false, resource, jwksUri, clockTolerance = 5 } = options;
  const algorithms = [...(options.algorithms ?? ALGORITHMS.slice(0, 3))];
  const audience = options.audience ?? (profile === "passport" ? undefined : resource?.resource);
  const { onRefusal = () => {}, onError = warn, now = Date.now, fetch = globalThis.fetch } = options;
  if (audience === undefined && profile === "rfc9068") {
    throw new TypeError("audience (or resource) must be given: a token for another server must not be taken");
  }
  if (algorithms.length === 0 || !algorithms.every((name) => ALGORITHMS.includes(name))) {
    throw new TypeError(`algorithms must be of ${ALGORITHMS.join(", ")}`);
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
    allowHttp,
    onRefusal,
    onError,
    now,
    fetch,
  };
}

function readRevocations(options: RevocationOptions): Required<RevocationOptions> {
  const { maxAge = 60, whenUnknown = "accept" } = options;
  // Less than a request that waits for news may take.
  if (!(maxAge >= LEAST_MAX_AGE)) throw new TypeError(`maxAge must be ${LEAST_MAX_AGE} s at least`);
  return { ...options, maxAge, whenUnknown };
}

function warn(error: unknown): void {
  console.warn(error);
}
