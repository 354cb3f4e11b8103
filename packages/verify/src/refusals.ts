/** Why a request was refused, for logs and metrics. The response does not distinguish causes of one kind. */
export type RefusalCause = keyof typeof KINDS;

/** A refused request: the response to send, and why. */
export interface Refusal {
  /** For logs and metrics; not in the response. */
  cause: RefusalCause;
  status: 400 | 401 | 403 | 503;
  headers: Record<string, string>;
  /** JSON */
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
  token_missing: NO_TOKEN,
  preflight: PREFLIGHT,
  header_malformed: BAD_REQUEST,
  token_malformed: BAD_TOKEN,
  wrong_type: BAD_TOKEN,
  wrong_algorithm: BAD_TOKEN,
  unknown_key: BAD_TOKEN,
  wrong_signature: BAD_TOKEN,
  wrong_issuer: BAD_TOKEN,
  wrong_audience: BAD_TOKEN,
  wrong_claims: BAD_TOKEN,
  expired: BAD_TOKEN,
  not_yet_valid: BAD_TOKEN,
  sender_constrained: BAD_TOKEN,
  revoked: BAD_TOKEN,
  insufficient_scope: INSUFFICIENT_SCOPE,
  keys_unavailable: UNAVAILABLE,
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
