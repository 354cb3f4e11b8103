/** Variables of the commands that administer a service on another machine; the service ignores them. */
export const ADMIN_VARIABLES = {
  /** URL of the service; `--server` in the environment. */
  server: "REGRANT_SERVER",
  /** An access token for the admin API, or a file with it. */
  token: "REGRANT_ADMIN_TOKEN",
  tokenFile: "REGRANT_ADMIN_TOKEN_FILE",
  /** A client that gets such tokens by its credentials. */
  clientId: "REGRANT_ADMIN_CLIENT_ID",
  clientSecret: "REGRANT_ADMIN_CLIENT_SECRET",
  clientSecretFile: "REGRANT_ADMIN_CLIENT_SECRET_FILE",
} as const;
