/** Why a request was refused, for logs and metrics. The response does not distinguish causes of one kind. */
export type RefusalCause = keyof typeof KINDS;

/** A refused request: the response to send, and why. */
export interface Refusal {
  /** For logs and metrics; not in the response. */
  cause: RefusalCause;
  /** 401: no token, or an invalid one; 403: a scope is missing; 503: the verifier cannot decide now. */
  status: 400 | 401 | 403 | 503;
  /** `WWW-Authenticate` (RFC 6750 §3), `Retry-After` and those of the body. */
  headers: Record<string, string>;
  /** The body, JSON (RFC 6749 §5.2). */
  body: string;
}

/** The parameters of a challenge besides the error (RFC 6750 §3). */
export interface Challenge {
  /** URL of the protected resource's metadata (RFC 9728 §5.1). */
  resourceMetadata: string | undefined;
  /** The scopes that the request requires. */
  scopes: readonly string[];
}

interface Kind {
  status: Refusal["status"];
  /** RFC 6750 §3.1 */
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
  /** 401: the token is bound to a key (`cnf`), which is not checked here (RFC 9449, RFC 8705). */
  sender_constrained: BAD_TOKEN,
  /** 401: the token, its grant or its key was revoked. */
  revoked: BAD_TOKEN,
  /** 403: a required scope was not granted. */
  insufficient_scope: INSUFFICIENT_SCOPE,
  /** 503: no key could be loaded; see `onError`. */
  keys_unavailable: UNAVAILABLE,
  /** 503: the revocations are stale, and `whenStale` is `refuse`. */
  revocations_unavailable: UNAVAILABLE,
} as const satisfies Record<string, Kind>;

/** The response for a cause (RFC 6750 §3). */
export function refusal(cause: RefusalCause, challenge: Challenge): Refusal {
  const kind: Kind = KINDS[cause];
  const headers: Record<string, string> = {
    "Content-Type": "application/json; charset=UTF-8",
    "Cache-Control": "no-store",
    [EXPOSE]: EXPOSED.join(", "),
  };
  if (kind.retryAfter === undefined) headers["WWW-Authenticate"] = challengeText(kind, challenge);
  else headers["Retry-After"] = String(kind.retryAfter);
  const body = JSON.stringify({
    error: kind.error ?? "unauthorized",
    error_description: kind.description ?? "An access token is required.",
  });
  return { cause, status: kind.status, headers, body };
}

/** Values are constants or validated options: none contains a quotation mark. */
function challengeText({ error, description }: Kind, { resourceMetadata, scopes }: Challenge): string {
  const parameters = {
    error,
    error_description: error && description,
    scope: scopes.length > 0 ? scopes.join(" ") : undefined,
    resource_metadata: resourceMetadata,
  };
  const present = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return ["Bearer", present.map(([name, value]) => `${name}="${value}"`).join(", ")].join(" ").trimEnd();
}

/**
 * The refusal's headers, where the response has `Access-Control-Expose-Headers` already: CORS middleware exposes what the
 * application says, and a page must see the challenge as well, or it could not tell that its token is to be renewed.
 */
export function mergedHeaders({ headers }: Refusal, exposed: HeaderValue): Record<string, string> {
  const names = [exposed ?? []].flat().flatMap((value) => String(value).split(","));
  const present = names.map((name) => name.trim()).filter((name) => name !== "");
  const known = new Set(present.map((name) => name.toLowerCase()));
  const missing = EXPOSED.filter((name) => !known.has(name.toLowerCase()));
  return { ...headers, [EXPOSE]: [...present, ...missing].join(", ") };
}

/** The refusal as a fetch `Response`. */
export function refusalResponse({ status, headers, body }: Refusal): Response {
  return new Response(body, { status, headers });
}
