/** Variables of the commands for users of an API; the service ignores them. */
export const LOGIN_VARIABLES = {
  /** Folder of the stored logins. */
  home: "REGRANT_HOME",
  /** Login that a command uses by default. */
  account: "REGRANT_ACCOUNT",
  /** Variable that `regrant token --exec` sets by default. */
  accessToken: "REGRANT_ACCESS_TOKEN",
} as const;
