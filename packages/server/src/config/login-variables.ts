/** Variables of the commands that use other servers' tokens; to the service they t nothing. */
export const LOGIN_VARIABLES = {
  /** Where the logins are kept. */
  home: "REGRANT_HOME",
  /** The login of a command that names none. */
  account: "REGRANT_ACCOUNT",
  /** Where `regrant token --exec` puts the token, unless told otherwise. */
  accessToken: "REGRANT_ACCESS_TOKEN",
} as const;
