/** The messages of the page on revoking tokens, in English. Backticks mark code, which is not translated. */
export const revokingTokensEn = {
  "docs.revoke.title": "Revoking tokens",
  "docs.revoke.lead":
    "End an access that is no longer needed: when a user disconnects your program, or signs out of it.",
  "docs.revoke.token":
    "The token that is to end: the newest refresh token that you have stored, or an access token.",
  "docs.param.token_type_hint": "Not needed: the service sees which kind of token it is.",
  "docs.revoke.effect": "What ends",
  "docs.revoke.session":
    "A refresh token ends the whole session: all refresh tokens and access tokens of this sign-in.",
  "docs.revoke.access": "An access token ends alone. The refresh token stays valid.",
  "docs.revoke.unknown": "A token that is unknown or no longer valid is no error: the response is the same.",
  "docs.revoke.delay":
    "An API that checks only the signature accepts a revoked access token until it expires: for up to {lifetime}.",
  "docs.revoke.forget": "Delete the tokens that you have stored.",
  "docs.revoke.response": "The status is 200. If no response arrives, send the request again.",
} as const;
