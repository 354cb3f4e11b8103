/** Paths, below the issuer, of the endpoints for other services' signals; they exist where the settings name such services. */
export const SIGNAL_PATHS = {
  globalTokenRevocation: "/oauth/global-token-revocation",
} as const;
