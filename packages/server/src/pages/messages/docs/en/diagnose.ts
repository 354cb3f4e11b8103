/** The messages of the page that explains a refused refresh token, in English. */
export const diagnoseEn = {
  "docs.diagnose.title": "Why did my integration stop?",
  "docs.diagnose.lead":
    "Enter a refresh token that was refused, and read what became of it: when it was spent, what ended the session, and what to do.",
  "docs.diagnose.clientId": "Client ID",
  "docs.diagnose.secret": "Client secret",
  "docs.diagnose.secretHint": "Leave it empty if your client is public.",
  "docs.diagnose.token": "Refresh token",
  "docs.diagnose.tokenHint": "The refused one, or any other of the same session. Asking does not use it up.",
  "docs.diagnose.submit": "Explain",
  "docs.diagnose.private":
    "The secret and the token are sent to this server only, and are neither stored nor logged. For a public client, only sessions that have ended are explained.",
  "docs.diagnose.missing": "Enter the client ID and the refresh token.",
  "docs.diagnose.client":
    "The client ID or the secret is wrong. Leave the secret empty only if your client is public.",
  "docs.diagnose.tooMany": "Too many attempts. Try again in {seconds} seconds.",
  "docs.diagnose.answer": "What became of this refresh token.",
  "docs.diagnose.state.active": "Session active",
  "docs.diagnose.state.expired": "Session expired",
  "docs.diagnose.state.revoked": "Session ended",
  "docs.diagnose.state.unknown": "Unknown token",
  "docs.diagnose.support": "For a question to support",
  "docs.diagnose.supportNote":
    "Send this with your question to {provider}. It contains neither a token nor a secret.",
  "docs.diagnose.again": "Ask about another token",
  "docs.diagnose.programs": "From a program or a terminal",
  "docs.diagnose.programsNote":
    "The same in JSON, which your program can log when a refresh is refused. `ui_locales` chooses the language of the sentences.",
  "docs.diagnose.commandNote": "If you signed in with `regrant login`:",
  "docs.diagnose.clientNote":
    "With `@regrant/client`, the error of a refused refresh then has the sentences as its `description`:",
} as const;
