/** The messages of the page on the retry rule, in English. Backticks mark code, which is not translated. */
export const retryRuleEn = {
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
  "docs.rule.lead":
    "Each refresh replaces your refresh token. With this rule, neither a lost response nor a second process ends the session.",
  "docs.rule.short": "The rule in short",
  "docs.rule.storing": "What to store, and when",
  "docs.rule.lock":
    "Let one process at a time refresh, with a lock. Read the refresh token once you hold the lock: another process may have replaced it meanwhile.",
  "docs.rule.together": "Store the new refresh token, the access token and its expiry together.",
  "docs.rule.keep": "Keep the old refresh token until the new one is stored.",
  "docs.rule.storeFailed":
    "If storing fails, send the same request again: within {window} it gets the same tokens.",
  "docs.rule.lost": "When a response is lost",
  "docs.rule.lostNote":
    "Your program has refresh token A. The service replaces it with B, and the response does not arrive.",
  "docs.rule.time": "When",
  "docs.rule.sent": "Your program",
  "docs.rule.start": "At the beginning",
  "docs.rule.sendsA": "sends A",
  "docs.rule.lostB": "`200`: B, which is lost",
  "docs.rule.within": "Within {window}",
  "docs.rule.repeatsA": "sends A again",
  "docs.rule.getsB": "`200`: B again",
  "docs.rule.unused": "Later, if B was never used",
  "docs.rule.getsBOnce": "`200`: B one last time. Do not rely on it.",
  "docs.rule.used": "After {double}, if B was used",
  "docs.rule.ended": "{error}: the session ends",
  "docs.rule.processes": "Several processes",
  "docs.rule.oneStore": "Programs that share a token share one store, and read it before each refresh.",
  "docs.rule.sameMoment":
    "If two of them refresh with the same token, both get the same new tokens. Within {window} that does no harm.",
  "docs.rule.ownSignIn": "Programs that cannot share a store need a sign-in of their own each.",
  "docs.rule.repeat": "When to repeat a request",
  "docs.rule.none": "None, or the connection broke",
  "docs.rule.againAtOnce": "Send the same request again at once, then after 1, 2, 4 … seconds.",
  "docs.rule.others": "Any other 400",
  "docs.rule.library": "In JavaScript, `@regrant/client` keeps this rule by itself.",
} as const;
