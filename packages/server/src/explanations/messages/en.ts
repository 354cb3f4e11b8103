/**
 * What a client is told of its refresh token, in English, for its developer. The sentences name no user, no other client
 * and no operator. Instants end in "UTC"; `{age}`, `{window}`, `{unused}` and `{lifetime}` are durations.
 */
export const explanationsEn = {
  "explain.legacy":
    "This token was issued by the service that the provider used before; its session has moved here.",
  // An active session. `{unused}` is the end of its newest token.
  "explain.active": "The session is active: it ends at {end} at the latest.",
  "explain.activeUnless":
    "The session is active: it ends at {end} at the latest, and at {unused} unless the token is refreshed.",
  "explain.failedResponse":
    "The last refresh could not be answered, because of a failure of the server (503). It cost nothing.",
  "explain.noRefresh": "This client may not use refresh tokens any more.",
  "explain.shared":
    "Spent tokens of the session are presented again and again: two programs refresh it without sharing what they store.",
  // What the token is in its session. `{by}` is one of the next two, `{used}` one of the two after them.
  "explain.ahead":
    "This token is newer than the server's record of the session, which was restored from a backup.",
  "explain.newest": "This is the newest token of its session: it was issued at {issued} and {used}.",
  "explain.spent": "This token was spent at {at} by {by}; its successor was issued and {used}.",
  "explain.spentOnce":
    "This token was spent by {by}, at {at} at the latest; the session was refreshed once more since, the last time at {last}.",
  "explain.spentOften":
    "This token was spent by {by}, at {at} at the latest; the session was refreshed {count} more times since, the last time at {last}.",
  "explain.byYou": "your own refresh",
  "explain.byClient": "a refresh of this client",
  "explain.used": "last used at {at}",
  "explain.neverUsed": "never used",
  // A spent token came again. `{token}` begins the sentence: it is one of the next three.
  "explain.thisToken": "It",
  "explain.previousToken": "An older token of the session, one generation behind the newest,",
  "explain.olderToken": "An older token of the session, {count} generations behind the newest,",
  "explain.retried":
    "{token} was presented again at {at}, within the retry window of {window}, and answered with the newest token.",
  "explain.retriedLate":
    "{token} was presented again at {at}, after the retry window of {window}, and answered once more, since the response may have been lost.",
  "explain.retriedOften":
    "{token} was presented again at {at}, as in many retry windows before, and answered with the newest token.",
  "explain.refused":
    "{token} was presented again at {at}, {age} after its last successor was issued, and refused.",
  // It ended the session.
  "explain.reused":
    "{token} was presented again at {at}, {age} after the newest token was issued; that ended the session for all who hold a token of it, since a spent token that comes back may be stolen.",
  "explain.reusedPrevious":
    "{token} was presented again at {at}, {age} after its successor was issued; that ended the session for all who hold a token of it, since a spent token that comes back may be stolen.",
  "explain.reusedUnseen": "A spent token was presented again at {at}; that ended the session.",
  "explain.concurrentUse":
    "{token} was presented again at {at}, as in many retry windows before: two programs refreshed the session without sharing what they stored. That ended the session.",
  // What else ended it, by the reason.
  "explain.revoked_by_subject": "The user ended this client's access at {at}.",
  "explain.revoked_by_client":
    "The client revoked the session at {at}, by a request to the revocation endpoint.",
  "explain.revoked_by_operator": "The provider revoked the session at {at}.",
  "explain.account_disabled": "The provider disabled the user's account at {at}, which ended the session.",
  "explain.client_disabled": "The provider disabled this client at {at}, which ended its sessions.",
  "explain.clientEnabled":
    "The provider disabled this client at {at}, which ended its sessions. The client is enabled again; those sessions stay ended.",
  "explain.parent_ended":
    "The session that this one was exchanged for ended; this one ended with it at {at}.",
  "explain.code_reused":
    "The authorization code that the session began with was presented a second time at {at}; that ended the session, since the code may have been stolen.",
  "explain.idle_lifetime": "The newest token was not used for {unused}, and expired at {at}.",
  "explain.absolute_lifetime":
    "The session reached the end of its lifetime at {at}, {lifetime} after it began. No refresh moves that end.",
  // What to do next.
  "explain.next.contact": "Ask the provider.",
  "explain.next.useNewest":
    "Do not present this token again: it is refused. Use the token that the last refresh brought, or sign in again where it is lost.",
  "explain.next.useNewestOrEnd":
    "Do not present this token again: it is refused, and that ends the session. Use the token that the last refresh brought, or sign in again where it is lost.",
  "explain.next.retry":
    "A refresh with this token is answered with the newest token until {until}: store that one, and use it from then on.",
  "explain.next.retryOnce":
    "A refresh with this token is answered with the newest token once more: store that one, and use it from then on.",
  "explain.next.refresh": "Refresh with it, and store the new token before using it.",
  "explain.next.signIn": "Sign in again.",
  "explain.next.signInForEach":
    "Sign in once for each program, or let all of them use one store, with a lock for the refresh.",
  "explain.next.signInAndShare":
    "Sign in again. Let all programs that use a session read its token from one store, with a lock for the refresh, and restore no old copy of that store: each token works once.",
  "explain.next.signInAndStore":
    "Sign in again, and store the new token before using it. Repeat a refresh whose response was lost within {window}.",
  // A token of which nothing is told.
  "explain.unknown":
    "No refresh token of this client is known that reads like this: it is incomplete or not a refresh token, it was issued to another client or by another service, or its session ended more than 7 days ago.",
  "explain.next.check":
    "Check that the token is complete, and that the client and the server are those that it came from; else sign in again.",
  "explain.unknownOfPublic":
    "Nothing is told of this token: it is not a complete refresh token that was issued to this client, or its session is still active, or ended more than 7 days ago.",
  "explain.next.tryPublic":
    "Refresh with it to see whether the session is active. If the token is refused, sign in again.",
} as const;

/** The key of a sentence, or of a part of one. */
export type ExplanationKey = keyof typeof explanationsEn;
