import { challengeText } from "./challenge.ts";
import type { Challenge } from "./challenge.ts";

/** Why a request was refused, for logs and metrics. The response does not distinguish causes of one kind. */
export type RefusalCause = keyof typeof KINDS;

/** A refused request: the response to send, and why. */
export interface Refusal {
  /** For logs and metrics; not in the response. */
  cause: RefusalCause;
  /**
   * 401: no token, an invalid one, or an authentication that does not suffice; 403: a scope is missing; 503: the verifier
   * cannot decide now.
   */
  status: 400 | 401 | 403 | 503;
  /** `WWW-Authenticate` (RFC 6750 §3), `Retry-After` and those of the body. */
  headers: Record<string, string>;
  /** The body, JSON (RFC 6749 §5.2). */
  body: string;
}

interface Kind {
  status: Refusal["status"];
  /** RFC 6750 §3.1, RFC 9449 §7.1, RFC 9470 §3 */
  error?: string;
  description?: string;
  /** s */
  retryAfter?: number;
}

/** As `node:http` and `Headers` give it. */
export type HeaderValue = string | number | readonly string[] | null | undefined;

export const EXPOSE = "Access-Control-Expose-Headers";
/** What a page of another origin needs to see of a refusal. */
const EXPOSED = ["WWW-Authenticate", "Retry-After"];

/** RFC 6750 §3.1: the challenge of a request without a token should not contain an error. */
const NO_TOKEN: Kind = { status: 401 };
/** Not in the challenge, as browsers ignore it: for the developer who looks at the failed preflight. */
const PREFLIGHT: Kind = {
  status: 401,
  description:
    "A CORS preflight has no token: CORS middleware must respond to it before a token is required.",
};
const BAD_REQUEST: Kind = {
  status: 400,
  error: "invalid_request",
  description: "The Authorization header is malformed.",
};
/** One text for every invalid token: the response must not help to forge a better one. */
const BAD_TOKEN: Kind = {
  status: 401,
  error: "invalid_token",
  description: "The access token is invalid, has expired or was revoked.",
};
/** RFC 9449 §7.1. One text: the cause is in the log. */
const BAD_PROOF: Kind = {
  status: 401,
  error: "invalid_dpop_proof",
  description: "The DPoP proof is missing, invalid or was used before.",
};
/** RFC 9449 §9 */
const NO_NONCE: Kind = {
  status: 401,
  error: "use_dpop_nonce",
  description: "The DPoP proof must have the nonce of the DPoP-Nonce header.",
};
/** RFC 9470 §3 */
const INSUFFICIENT_AUTHENTICATION: Kind = {
  status: 401,
  error: "insufficient_user_authentication",
  description: "The request requires another or a more recent authentication of the user.",
};
const INSUFFICIENT_SCOPE: Kind = {
  status: 403,
  error: "insufficient_scope",
  description: "The access token does not have the scope that this request requires.",
};
const UNAVAILABLE: Kind = {
  status: 503,
  error: "temporarily_unavailable",
  description: "Access tokens cannot be verified at the moment. Try again later.",
  retryAfter: 5,
};

const KINDS = {
  /** 401: the request has no bearer token. */
  token_missing: NO_TOKEN,
  /** A browser's CORS preflight, which never carries a token: CORS middleware must come first. */
  preflight: PREFLIGHT,
  /** 400: the header is longer than 16 KiB, or what follows `Bearer` cannot be a token. */
  header_malformed: BAD_REQUEST,
  /** 401: not a signed JWT. */
  token_malformed: BAD_TOKEN,
  /** 401: `typ` is another: a JWT that is no access token, such as an ID token. */
  wrong_type: BAD_TOKEN,
  /** 401: `alg` is not among `algorithms`. */
  wrong_algorithm: BAD_TOKEN,
  /** 401: the issuer has not published the key. */
  unknown_key: BAD_TOKEN,
  /** 401: the signature does not fit. */
  wrong_signature: BAD_TOKEN,
  /** 401: `iss` is another issuer. */
  wrong_issuer: BAD_TOKEN,
  /** 401: `aud` has none of `audience`: the token is for another API. */
  wrong_audience: BAD_TOKEN,
  /** 401: a required claim is missing or has the wrong form. */
  wrong_claims: BAD_TOKEN,
  /** 401: `exp` is past. */
  expired: BAD_TOKEN,
  /** 401: `nbf` is still to come; the clocks may differ. */
  not_yet_valid: BAD_TOKEN,
  /** 401: the token is bound to a key (`cnf`), but was sent as a bearer token, or such tokens are not accepted here. */
  sender_constrained: BAD_TOKEN,
  /** 401: the token is bound to nothing: it came with the scheme DPoP, or a bound one is `required`. */
  not_sender_constrained: BAD_TOKEN,
  /** 401: the proof is by another key than the token's. */
  wrong_proof_key: BAD_TOKEN,
  /** 401: the client presented no certificate, or the proxy's header is missing or malformed. */
  certificate_missing: BAD_TOKEN,
  /** 401: the client's certificate is another than the token's. */
  wrong_certificate: BAD_TOKEN,
  /** 401: no `DPoP` header. */
  proof_missing: BAD_PROOF,
  /** 401: more than one proof, no JWS, no public key, or a claim is missing. */
  proof_malformed: BAD_PROOF,
  /** 401: its `typ` is not `dpop+jwt`. */
  proof_wrong_type: BAD_PROOF,
  /** 401: its `alg` is not among `dpop.algorithms`. */
  proof_wrong_algorithm: BAD_PROOF,
  /** 401: its signature does not fit its key. */
  proof_wrong_signature: BAD_PROOF,
  /** 401: `htm` is another method. */
  proof_wrong_method: BAD_PROOF,
  /** 401: `htu` is another URL; behind a proxy, see `dpop.baseUrl`. */
  proof_wrong_url: BAD_PROOF,
  /** 401: `ath` is missing, or of another token. */
  proof_wrong_token: BAD_PROOF,
  /** 401: `iat` is more than `dpop.maxAge` ago, or 30 s ahead. */
  proof_expired: BAD_PROOF,
  /** 401: the proof was used before. */
  proof_used: BAD_PROOF,
  /** 401: the proof has no nonce, or one that is not accepted any more. */
  proof_without_nonce: NO_NONCE,
  /** 401: the token, its grant or its key was revoked. */
  revoked: BAD_TOKEN,
  /** 401: the subject authenticated otherwise than `acrValues` says, or longer ago than `maxAge` (RFC 9470). */
  insufficient_user_authentication: INSUFFICIENT_AUTHENTICATION,
  /** 403: a required scope was not granted. */
  insufficient_scope: INSUFFICIENT_SCOPE,
  /** 503: no key could be loaded; see `onError`. */
  keys_unavailable: UNAVAILABLE,
  /** 503: the revocations are stale, and `whenStale` is `refuse`. */
  revocations_unavailable: UNAVAILABLE,
  /** 503: `dpop.replays` failed; see `onError`. */
  replays_unavailable: UNAVAILABLE,
} as const satisfies Record<string, Kind>;

/**
 * The response for a cause (RFC 6750 §3).
 *
 * @param more headers, which a page may read as well
 */
export function refusal(
  cause: RefusalCause,
  challenge: Challenge,
  more: Record<string, string> = {},
): Refusal {
  const kind: Kind = KINDS[cause];
  const headers: Record<string, string> = {
    "Content-Type": "application/json; charset=UTF-8",
    "Cache-Control": "no-store",
    ...more,
    [EXPOSE]: [...EXPOSED, ...Object.keys(more)].join(", "),
  };
  if (kind.retryAfter === undefined) headers["WWW-Authenticate"] = challengeText(kind, challenge);
  else headers["Retry-After"] = String(kind.retryAfter);
  const body = JSON.stringify({
    error: kind.error ?? "unauthorized",
    error_description: kind.description ?? "An access token is required.",
  });
  return { cause, status: kind.status, headers, body };
}

/**
 * Our headers, where the response has `Access-Control-Expose-Headers` already: CORS middleware exposes what the
 * application says, and a page must see the challenge as well, or it could not tell that its token is to be renewed.
 */
export function mergedHeaders(
  headers: Readonly<Record<string, string>>,
  exposed: HeaderValue,
): Record<string, string> {
  if (headers[EXPOSE] === undefined) return headers;
  const names = [exposed ?? []].flat().flatMap((value) => String(value).split(","));
  const present = names.map((name) => name.trim()).filter((name) => name !== "");
  const known = new Set(present.map((name) => name.toLowerCase()));
  const own = headers[EXPOSE].split(", ");
  const missing = own.filter((name) => !known.has(name.toLowerCase()));
  return { ...headers, [EXPOSE]: [...present, ...missing].join(", ") };
}

/** The refusal as a fetch `Response`. */
export function refusalResponse({ status, headers, body }: Refusal): Response {
  return new Response(body, { status, headers });
}
