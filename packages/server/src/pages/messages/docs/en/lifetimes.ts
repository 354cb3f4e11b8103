/** The messages of the page on lifetimes, in English. Backticks mark code, which is not translated. */
export const lifetimesEn = {
  "docs.lifetimes": "Lifetimes",
  "docs.lifetimeOf": "Token",
  "docs.lifetime": "Lifetime",
  "docs.lifetime.access": "Access token",
  "docs.lifetime.idle": "Refresh token that is not used",
  "docs.lifetime.max": "All tokens of one sign-in, however often you refresh",
  "docs.lifetimesNote":
    "These are the lifetimes of new clients. Yours may have others: the response tells them.",
  "docs.lifetimes.lead":
    "How long tokens and codes are valid, what a refresh changes, and how your program learns the lifetimes of your client.",
  "docs.lifetimes.tokens": "Tokens",
  "docs.lifetimes.others": "Codes and sign-ins",
  "docs.lifetime.code": "Authorization code",
  "docs.lifetime.pushed": "Pushed authorization request",
  "docs.lifetime.signIn": "Sign-in of a user in a browser, at most",
  "docs.lifetime.window": "Repetition of a refresh, at least",
  "docs.lifetimes.refresh": "What a refresh changes",
  "docs.lifetimes.renewed":
    "The access token is new, and the refresh token may stay unused for {idle} from then on.",
  "docs.lifetimes.fixed":
    "The time since the sign-in goes on: after {max} the user signs in again. No token outlives it.",
  "docs.lifetimes.repeated": "A repeated request that gets the same tokens makes nothing longer.",
  "docs.lifetimes.ownTokens":
    "The client’s own access token (`client_credentials`) has no refresh token: ask for a new one when it expires.",
  "docs.lifetimes.rarely": "If your program runs rarely",
  "docs.lifetimes.timer":
    "A refresh token that is not used for {idle} expires. If your program runs less often, let a timer refresh in time.",
  "docs.lifetimes.own": "The lifetimes of your client",
  "docs.lifetimes.read":
    "Read them from each token response, and write none into your program. The times count from the response on.",
  "docs.lifetimes.introspect": "Introspection tells what is left of a refresh token, without using it.",
} as const;
