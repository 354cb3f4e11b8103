/** Paths, below the issuer, of the endpoints for other services: what they end here, and what they learn from here. */
export const SIGNAL_PATHS = {
  globalTokenRevocation: "/oauth/global-token-revocation",
  /** SSF 1.0 §7.2; the issuer's path goes after it. */
  configuration: "/.well-known/ssf-configuration",
  streams: "/ssf/streams",
  status: "/ssf/status",
  verify: "/ssf/verify",
  /** With the id of the stream. */
  poll: "/ssf/poll",
} as const;
