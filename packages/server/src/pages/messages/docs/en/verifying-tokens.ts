/** The messages of the page on verifying tokens, in English. Backticks mark code, which is not translated. */
export const verifyingTokensEn = {
  "docs.verify.title": "Verifying tokens",
  "docs.verify.lead": "For APIs: check access tokens yourself, without a request for each.",
  "docs.verify.values": "Values of this service",
  "docs.verify.issuerName": "Issuer (`iss`)",
  "docs.verify.jwks": "Public keys (JWKS)",
  "docs.verify.metadata": "Metadata (RFC 8414)",
  "docs.verify.audience": "Audience (`aud`)",
  "docs.verify.algorithms": "Algorithms (`alg`)",
  "docs.verify.typ": "Type (`typ`)",
  "docs.verify.audienceNote":
    "Your API may have an audience of its own: ask the provider. Refuse tokens with another one: they are for other APIs.",
  "docs.verify.resourceNote": "A client may request the audience of your API with `resource` (RFC 8707).",
  "docs.verify.checks": "What to check",
  "docs.verify.signature":
    "The signature, by the key that the header names in `kid`. Accept the algorithms above and no others.",
  "docs.verify.type": "`typ` in the header is {type}. No other JWT of this service is an access token.",
  "docs.verify.issuer": "`iss` and `aud` are exactly the values above.",
  "docs.verify.times": "`exp` has not passed. Allow {seconds} for clocks that differ.",
  "docs.verify.scope":
    "`scope` has the scope that the request needs. Otherwise respond with 403 and `insufficient_scope` (RFC 6750).",
  "docs.verify.refuse":
    'To any other token respond with 401 and `WWW-Authenticate: Bearer error="invalid_token"`, without saying why.',
  "docs.verify.example": "Examples",
  "docs.verify.exampleNote":
    "The examples read `ACCESS_TOKEN` from the environment. In your API it comes in the header `Authorization: Bearer …` of each request.",
  "docs.verify.claims": "Claims",
  "docs.verify.optional":
    "`scope`, `gid` and `auth_time` may be missing: a token may have no scope, or be the client’s own.",
  "docs.verify.token": "A decoded token",
  "docs.verify.keys": "Keys",
  "docs.verify.cache":
    "Keep the keys for {maxAge}. Load them again for a `kid` that you do not know, but not for each such token.",
  "docs.verify.rotation":
    "Keys change by themselves: write none into your program. A new key is published {maxAge} before it signs.",
  "docs.verify.outage": "If the keys cannot be loaded, go on with those that you have.",
  "docs.verify.revoked": "Revoked tokens",
  "docs.verify.feed":
    "`@regrant/verify` follows the revocations of this service, and refuses a revoked token about a second later. It needs a client that the provider has marked as a resource server.",
  "docs.verify.ask":
    "In PHP and other languages, ask by introspection where a revoked token must not be accepted.",
  "docs.verify.passport": "Tokens with Laravel Passport’s claims",
  "docs.verify.passportNote":
    'Clients that were moved here from Laravel Passport may get tokens with these claims: without `iss`, and with the client in `aud`. `@regrant/verify` reads them with `profile: "passport"`.',
  "docs.claim.iss": "The service that issued the token.",
  "docs.claim.aud": "The API that the token is for.",
  "docs.claim.sub": "The user that the token is for, or the client itself.",
  "docs.claim.client_id": "The client that the token was issued to.",
  "docs.claim.iat": "When the token was issued, in seconds since 1970.",
  "docs.claim.nbf": "From when on the token is valid: the same as `iat`.",
  "docs.claim.exp": "When the token expires, in seconds since 1970.",
  "docs.claim.scope": "The scopes, separated by spaces.",
  "docs.claim.scopes": "The scopes, as a list.",
  "docs.claim.gid": "The session that the token is from. A refresh does not change it.",
  "docs.claim.auth_time": "When the user signed in, in seconds since 1970.",
  "docs.claim.jti": "The ID of the token.",
  "docs.claim.acr": "How the user authenticated, if that is known.",
  "docs.claim.authorization_details": "What was granted beside the scopes (RFC 9396).",
  "docs.claim.act": "Who acts for the user, if it is someone else.",
  "docs.claim.cnf": "The key that the token is bound to, if it is: its thumbprint.",
} as const;
