/** What the pages say; `{name}` stands for a value. The keys are those that a provider may give other texts for. */
export const en = {
  "signIn.title": "Sign in",
  "signIn.for": "to continue to {client}",
  "signIn.username": "Username",
  "signIn.password": "Password",
  "signIn.submit": "Sign in",
  "signIn.missing": "Enter your username and your password.",
  "signIn.wrong": "The username or the password is wrong.",
  "signIn.tooMany": "Too many failed attempts. Try again in {seconds} seconds.",
  "signIn.unavailable":
    "Your password cannot be checked just now. Nothing is wrong with your account: try again in a moment.",
  "signIn.expired": "This page was open for too long, or your browser keeps no cookies. Try again.",
  "consent.title": "Allow access?",
  "consent.asks": "{client} asks for access to your account.",
  "consent.scopes": "If you allow it, it may:",
  "consent.noScopes": "It asks for no particular right, only to know who you are.",
  "consent.returns": "You will return to {place}.",
  "consent.allow": "Allow",
  "consent.deny": "Do not allow",
  "consent.signedInAs": "You are signed in as {name}.",
  "consent.other": "Use another account",
  "consent.website": "Website",
  "consent.policy": "Privacy policy",
  "consent.terms": "Terms of service",
  "leave.title": "One moment",
  "leave.text": "You are on your way back to {client}.",
  "leave.link": "Continue",
  "signOut.title": "Sign out?",
  "signOut.submit": "Sign out",
  "signedOut.title": "You are signed out",
  "signedOut.text": "You can close this page.",
  "error.title": "This did not work",
  "error.client": "The application that sent you here is unknown, or was switched off.",
  "error.redirect":
    "The application wanted you sent to an address that is not registered for it. You were not sent there.",
  "error.request":
    "The application that sent you here made a mistake. Go back to it and try again; if this happens again, tell the people who make it.",
  "error.expired":
    "This request is too old, or was used already. Go back to the application and start again.",
  "error.foreign": "What was sent did not come from this page, so nothing was done.",
  "error.busy": "The service is busy. Reload this page in a moment.",
  "error.server": "Something unexpected happened. Try again later.",
  "error.details": "For those who make the application: {details}",
  cancel: "Cancel",
} as const;

export type WordKey = keyof typeof en;
