/** The messages of the page on errors, in English. Backticks mark code, which is not translated. */
export const errorsEn = {
  "docs.errorsNote":
    "The response to a refused request is JSON. It has `error`, a code for your program, and mostly `error_description`, a text for you.",
  "docs.errors.lead": "What each error means for your program, and what to do.",
  "docs.errors.format": "What an error looks like",
  "docs.errorMember.error": "The code that your program decides by.",
  "docs.errorMember.error_description":
    "What is wrong, in English, for you. The wording may change: do not compare it.",
  "docs.errorMember.error_reason":
    "Why a token was refused: `expired`, `revoked`, `reused` or `invalid`. Only with `invalid_grant`.",
  "docs.errorMember.hint": "What exactly is wrong.",
  "docs.errorMember.message": "The same as `error_description`.",
  "docs.errors.headers":
    "A 401 has the header `WWW-Authenticate`. A 429 and a 503 have `Retry-After`: the seconds to wait.",
  "docs.errors.everywhere": "At every endpoint",
  "docs.errors.redirect": "At your redirect URI",
  "docs.errors.redirectNote":
    "If an authorization request is refused, the browser brings `error` and `error_description` to your `redirect_uri`, in place of `code`.",
  "docs.errors.page": "On a page in the browser",
  "docs.errors.push": "Pushing an authorization request",
  "docs.errors.device": "Starting on a device",
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
    "Check the client ID and the secret, and whether your client is public. Your refresh token stays valid: send the request again when they are right.",
  "docs.error.assertion.meaning": "The client assertion is not valid.",
  "docs.error.assertion.action":
    "Make a new assertion for each request: its `aud` is the issuer as a string, its `exp` is soon, its `jti` is new. `error_description` names what is wrong. Your refresh token stays valid.",
  "docs.error.request.meaning":
    "The request cannot be read, or a parameter is missing, repeated or not supported.",
  "docs.error.request.action": "Correct the request. `error_description` names what is wrong.",
  "docs.error.body.meaning": "The service does not read this `Content-Type`.",
  "docs.error.body.action": "Send a form or JSON, without `Content-Encoding`.",
  "docs.error.grantType.meaning": "The service does not know this grant type, or your client may not use it.",
  "docs.error.grantType.action": "Check `grant_type`, or ask the provider to allow it for your client.",
  "docs.error.proof.meaning": "The DPoP proof is missing, not valid, or was used before.",
  "docs.error.proof.action":
    "Make a new proof for each request, with the method and the URL of this endpoint and the time of now. `error_description` says what is wrong.",
  "docs.error.nonce.meaning": "The DPoP proof has no nonce of this service, or an old one.",
  "docs.error.nonce.action":
    "Repeat the request with a new proof that has the nonce of the response header `DPoP-Nonce`.",
  "docs.error.scope.meaning":
    "You asked for a scope that is unknown or was not granted. A refresh token stays valid.",
  "docs.error.scope.action": "Leave `scope` out, or ask for fewer scopes.",
  "docs.error.tooMany.meaning": "Too many requests or failed attempts came from your address.",
  "docs.error.tooMany.action": "Wait for the seconds of `Retry-After`. Check the client ID and the secret.",
  "docs.error.busy.meaning": "The service is busy. Nothing is lost.",
  "docs.error.busy.action": "Send the same request again after the seconds of `Retry-After`.",
  "docs.error.server.meaning": "The service failed unexpectedly.",
  "docs.error.server.action": "Send the same request again later.",
  "docs.error.otherClient.meaning": "The token was issued to another client.",
  "docs.error.otherClient.action": "Revoke it with the client that it was issued to.",
  "docs.error.code.meaning":
    "The code has expired, was used, or is from another request: `redirect_uri` or `code_verifier` does not fit.",
  "docs.error.code.action": "Let the user start again. Exchange each code at once, and only once.",
  "docs.error.pending.meaning":
    "The user has not answered yet, or your program asks too often (`slow_down`).",
  "docs.error.pending.action":
    "Ask again after the seconds of `interval`; from each `slow_down` on, 5 seconds later than before.",
  "docs.error.exchange.meaning": "The token cannot be exchanged for this, or not by this client.",
  "docs.error.exchange.action": "Send an active token. Ask the provider what this client may exchange.",
  "docs.error.grantAssertion.meaning":
    "The identity provider’s assertion is not valid, was used, or is not for this client or user.",
  "docs.error.grantAssertion.action": "Get a new assertion, for this client and this service. Use it once.",
  "docs.error.deviceCode.meaning": "The device code has expired, was used, or belongs to another client.",
  "docs.error.deviceCode.action": "Ask for new codes, and show the user the new one.",
  "docs.error.denied.meaning": "The user did not allow the access.",
  "docs.error.denied.action": "Say so to the user. Start again only when the user wants to.",
  "docs.error.password.meaning": "The username or the password is wrong.",
  "docs.error.password.action":
    "Let the user enter both again. Do not repeat by yourself: after several failures there is a wait.",
  "docs.error.prompt.meaning": "You asked with `prompt=none`, and the user has to sign in or to consent.",
  "docs.error.prompt.action": "Send the request again without `prompt=none`.",
  "docs.error.authentication.meaning":
    "The user did not sign in as `acr_values` or `max_age` requires, or nobody can here.",
  "docs.error.authentication.action":
    "Ask for another `acr`, or tell the user that this sign-in does not suffice.",
  "docs.error.redirectUri.meaning": "The `redirect_uri` is not registered for your client.",
  "docs.error.redirectUri.action":
    "Send one that is registered, exactly as it is there, or ask the provider to add yours.",
  "docs.error.requestUri.meaning": "The `request_uri` has expired, was used, or is unknown.",
  "docs.error.requestUri.action": "Push the request again, and send the browser to the new `request_uri`.",
  "docs.error.notPushed.meaning": "Your client must push its authorization requests.",
  "docs.error.notPushed.action": "Send the parameters to the endpoint for pushed requests first (RFC 9126).",
  "docs.error.document.meaning":
    "The document that your client ID points to cannot be read, or is not valid.",
  "docs.error.document.action": "Correct the document. The error names the member.",
  "docs.error.publicClient.meaning": "A public client may not introspect tokens.",
  "docs.error.publicClient.action": "Use a client that has a secret.",
  "docs.error.resource.meaning":
    "The `resource` that you requested is unknown, or your tokens are not for it.",
  "docs.error.resource.action": "Leave `resource` out, or send one that the provider has named to you.",
  "docs.error.size.meaning": "The request is too large.",
  "docs.error.size.action": "Send parameters in the body, not in the URL, and no more than the endpoint has.",
} as const;
