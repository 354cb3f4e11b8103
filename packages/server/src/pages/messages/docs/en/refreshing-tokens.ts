/** The messages of the page on refreshing tokens, in English. Backticks mark code, which is not translated. */
export const refreshingTokensEn = {
  "docs.refresh.title": "Refreshing tokens",
  "docs.refresh.lead":
    "Exchange your refresh token for a new access token and a new refresh token. The user does not have to sign in again.",
  "docs.requestNote":
    "Send the parameters as a form (`application/x-www-form-urlencoded` or `multipart/form-data`) or as `application/json`. The client ID and the secret may be sent with HTTP Basic instead. Never put them into the URL.",
  "docs.keyNote":
    "A client that has a key instead of a secret sends `client_assertion` and `client_assertion_type` in place of `client_secret`: a JWT that it signs for this request alone, with this service’s issuer as `aud` (`private_key_jwt`, RFC 7523). A client that has a certificate sends `client_id` alone, over TLS with that certificate (RFC 8705).",
  "docs.param.grant_type": "The value is `{value}`.",
  "docs.param.client_id": "The client ID that you were given.",
  "docs.param.client_secret":
    "The client secret that you were given. A web page or an app on a user’s device cannot keep a secret: ask for a public client, which has none.",
  "docs.param.refresh_token": "The newest refresh token that you have stored.",
  "docs.param.scope":
    "Fewer scopes for this access token, separated by spaces. By default all that were granted.",
  "docs.param.authorization_details":
    "What your client asks for beside scopes (RFC 9396): a JSON array of objects with a `type`.",
  "docs.param.resource": "The API that the access token is for, if your client chooses it (RFC 8707).",
  "docs.member.token_type":
    "`Bearer`, or `DPoP` if the token request had a DPoP proof (RFC 9449) in the header `DPoP`: the token is bound to the key of that proof, and each API request needs a proof too.",
  "docs.member.expires_in": "How long the access token is valid, in seconds.",
  "docs.member.access_token": "The new access token.",
  "docs.member.refresh_token": "The new refresh token. It replaces the one that you sent: store it.",
  "docs.member.scope": "The scopes of the access token, if they differ from those that you requested.",
  "docs.member.refresh_token_expires_in": "The same as `refresh_token_timeout`.",
  "docs.member.refresh_token_timeout": "How long the refresh token may stay unused, in seconds.",
  "docs.member.authorization_expires_in":
    "How long you can go on refreshing, in seconds. After that the user signs in again.",
  "docs.member.refresh_token_retry_window":
    "How long a repeated request gets the same tokens again, in seconds.",
  "docs.exampleNote":
    "The examples read `CLIENT_ID`, `CLIENT_SECRET` and `REFRESH_TOKEN` from the environment. In the examples for web pages, replace them in the text. If your client is public, leave `CLIENT_SECRET` empty.",
} as const;
