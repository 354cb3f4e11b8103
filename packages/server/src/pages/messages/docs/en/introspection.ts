/** The messages of the page on introspection, in English. Backticks mark code, which is not translated. */
export const introspectionEn = {
  "docs.introspect.title": "Introspection",
  "docs.introspect.lead": "Ask the service whether a token is valid now, and what it is for.",
  "docs.introspect.token": "The access token or refresh token that you ask about.",
  "docs.introspect.client_secret":
    "The client secret that you were given. A public client has none, and cannot introspect.",
  "docs.introspect.active": "Whether the token is valid now. If it is not, the response has nothing else.",
  "docs.introspect.token_use": "What it is: `access_token` or `refresh_token`.",
  "docs.introspect.members": "What a token does not have is left out.",
  "docs.introspect.inactive":
    "The second response is that to every other token: one that has expired or was revoked, that is unknown, or that is not yours.",
  "docs.introspect.limits": "What you can ask",
  "docs.introspect.own": "Your client learns about its own tokens only.",
  "docs.introspect.resourceServer":
    "An API that accepts the tokens of other clients needs a client that the provider has marked as a resource server.",
  "docs.introspect.spent":
    "A refresh token that was replaced is not active, even while a repeated refresh would get the same tokens.",
  "docs.introspect.noUse": "Asking is no use of the token: it makes nothing longer, and ends nothing.",
  "docs.introspect.verify": "An API that checks each request is faster if it verifies access tokens itself.",
} as const;
