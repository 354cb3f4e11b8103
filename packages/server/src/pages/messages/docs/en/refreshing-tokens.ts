/** The messages of the page on refreshing tokens, in English. Backticks mark code, which is not translated. */
export const refreshingTokensEn = {
  "docs.refresh.title": "Refreshing tokens",
  "docs.refresh.lead":
    "Exchange your refresh token for a new access token and a new refresh token. The user does not have to sign in again.",
  "docs.requestNote":
    "Send the parameters as a form (`application/x-www-form-urlencoded` or `multipart/form-data`) or as `application/json`. The client ID and the secret may be sent with HTTP Basic instead. Never put them into the URL.",
  "docs.param.grant_type": "The value is `refresh_token`.",
  "docs.param.client_id": "The client ID that you were given.",
  "docs.param.client_secret":
    "The client secret that you were given. A web page or an app on a user’s device cannot keep a secret: ask for a public client, which has none.",
  "docs.param.refresh_token": "The newest refresh token that you have stored.",
  "docs.param.scope":
    "Fewer scopes for this access token, separated by spaces. By default all that were granted.",
  "docs.param.resource": "The API that the access token is for, if your client chooses it (RFC 8707).",
  "docs.member.token_type": "The value is `Bearer`.",
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
  "docs.rule": "Retry rule",
  "docs.rule.store": "Store the new refresh token before you use the new access token.",
  "docs.rule.retry":
    "If no response arrives, send the same request again. For at least {window} it gets the same tokens again.",
  "docs.rule.own":
    "Your client may have another time: `refresh_token_retry_window` in the response tells it.",
  "docs.rule.late":
    "A refresh token that comes later, when a newer one was already used, may be stolen: the session ends, and the user signs in again.",
  "docs.rule.busy":
    "After a status of 429 or 503, wait for the seconds of `Retry-After` and send the same request again. Your refresh token stays valid.",
  "docs.lifetimes": "Lifetimes",
  "docs.lifetimeOf": "Token",
  "docs.lifetime": "Lifetime",
  "docs.lifetime.access": "Access token",
  "docs.lifetime.idle": "Refresh token that is not used",
  "docs.lifetime.max": "All tokens of one sign-in, however often you refresh",
  "docs.lifetimesNote":
    "These are the lifetimes of new clients. Yours may have others: the response tells them.",
  "docs.errorsNote":
    "The response to a refused request is JSON. It has `error`, a code for your program, and mostly `error_description`, a text for you.",
  "docs.error.expired.meaning":
    "The refresh token was not used in time, or the time since the sign-in is over.",
  "docs.error.expired.action": "Let the user sign in again. Refresh before the lifetime ends.",
  "docs.error.revoked.meaning": "The user, your program or the provider ended this access.",
  "docs.error.revoked.action": "Let the user sign in again.",
  "docs.error.reused.meaning":
    "The refresh token was replaced before, and a newer one is in use. It may be stolen, so the session has ended.",
  "docs.error.reused.action":
    "Let the user sign in again. Store each new refresh token before you use it, and let all processes share one store.",
  "docs.error.invalid.meaning": "The refresh token is not from here, or belongs to another client.",
  "docs.error.invalid.action":
    "Check that you send the whole token, with the client that it was issued to. Otherwise let the user sign in again.",
  "docs.error.client.meaning": "The client ID or the secret is wrong, or the client is disabled.",
  "docs.error.client.action":
    "Check both, and whether your client is public. Your refresh token stays valid: send the request again when they are right.",
  "docs.error.request.meaning": "The request cannot be read, or a parameter is missing or repeated.",
  "docs.error.request.action": "Correct the request. `error_description` names what is wrong.",
  "docs.error.body.meaning": "The `Content-Type` is not one of those above.",
  "docs.error.body.action": "Send a form or JSON, without `Content-Encoding`.",
  "docs.error.grantType.meaning": "Your client may not refresh tokens.",
  "docs.error.grantType.action": "Ask the provider to allow the grant type `refresh_token`.",
  "docs.error.scope.meaning": "You asked for a scope that was not granted. The refresh token stays valid.",
  "docs.error.scope.action": "Leave `scope` out, or ask for fewer scopes.",
  "docs.error.tooMany.meaning": "Too many failed attempts came from your address.",
  "docs.error.tooMany.action": "Wait for the seconds of `Retry-After`. Check the client ID and the secret.",
  "docs.error.busy.meaning": "The service is busy. Nothing is lost.",
  "docs.error.busy.action": "Send the same request again after the seconds of `Retry-After`.",
  "docs.error.server.meaning": "The service failed unexpectedly.",
  "docs.error.server.action": "Send the same request again later.",
} as const;
