import { explanationsEn } from "../../explanations/messages/en.ts";
import { docsEn } from "./docs/en.ts";

/**
 * The pages' messages in English, and the keys that a provider may replace (setting `messages`); `{name}` stands for
 * a value.
 */
export const en = {
  // Sign-in. The wrong password and the unknown username have one message, so that it does not reveal which accounts
  // exist.
  "signIn.title": "Sign in",
  "signIn.for": "to continue to {client}",
  "signIn.username": "Username",
  "signIn.password": "Password",
  "signIn.showPassword": "Show password",
  "signIn.submit": "Sign in",
  "signIn.missing": "Enter your username and password.",
  "signIn.wrong": "The username or the password is wrong.",
  "signIn.tooMany": "Too many failed attempts. Try again in {seconds} seconds.",
  // The user store does not answer.
  "signIn.unavailable":
    "We cannot check your password right now. Your account is fine: try again in a moment.",
  // Links to the provider's own pages, if it has them.
  "signIn.forgotPassword": "Forgot your password?",
  "signIn.signUp": "Create an account",
  // The form's token was not accepted.
  "signIn.expired": "This page was open for too long, or your browser blocks cookies. Try again.",
  // Consent. `consent.scopes` introduces a list of the scopes' descriptions, which are clauses such as "read your
  // files".
  "consent.title": "Allow access?",
  "consent.asks": "{client} wants to access your account.",
  "consent.scopes": "If you allow it, it can:",
  "consent.noScopes": "It only asks to know who you are.",
  "consent.details": "It also asks for this:",
  "consent.returns": "You will return to {place}.",
  "consent.allow": "Allow",
  "consent.deny": "Do not allow",
  "consent.signedInAs": "You are signed in as {name}.",
  "consent.other": "Use another account",
  "consent.website": "Website",
  "consent.policy": "Privacy policy",
  "consent.terms": "Terms of service",
  // Warnings before a client that the provider has not checked; `{place}` is the host of its metadata document.
  "consent.selfRegistered": "This app registered itself. {provider} has not checked the app or its name.",
  "consent.documented": "This app comes from {place}. {provider} has not checked the app or its name.",
  // Devices (RFC 8628 §3.3).
  "device.title": "Connect a device",
  "device.enter": "Enter the code that your device shows.",
  "device.code": "Code",
  "device.next": "Continue",
  "device.wrong": "This code is wrong or has expired. Check the code on your device.",
  "device.tooMany": "Too many wrong codes. Try again in {seconds} seconds.",
  "device.confirmTitle": "Connect this device?",
  "device.asks": "{client} on your device wants to access your account.",
  "device.same": "Your device must show this code:",
  // RFC 8628 §5.4: the user must be warned of codes that come from someone else.
  "device.warning":
    "Allow this only if you have the device with you and started this on it yourself. {provider} never sends codes to people: if someone sent you this one, they want to get into your account.",
  "device.allow": "Allow",
  "device.allowedTitle": "Your device is connected",
  "device.allowedText": "Go back to your device: it continues by itself. You can close this page.",
  "device.deniedTitle": "Your device was not connected",
  "device.deniedText": "It has no access to your account. You can close this page.",
  // Authorized applications.
  "apps.title": "Connected apps",
  "apps.text": "These apps can access your account. Remove the access of any app that you no longer use.",
  "apps.none": "No app has access to your account.",
  "apps.since": "Since",
  "apps.used": "last used",
  "apps.unused": "not in use now",
  "apps.until": "access until",
  "apps.scopes": "It can:",
  "apps.noScopes": "It only knows who you are.",
  "apps.extend": "Extend access until {date}",
  // The accessible name of the button `apps.extend`.
  "apps.extendOf": "Extend access until {date}: {client}",
  "apps.extended": "Access extended.",
  "apps.revoke": "Remove access",
  // The accessible name of the button `apps.revoke`.
  "apps.revokeOf": "Remove access: {client}",
  "apps.revoked": "Access removed.",
  // Pages that lead to the client or the login page.
  "redirect.title": "One moment",
  "redirect.text": "Taking you back to {client}.",
  // Before a redirect with an error to a client that registered itself (RFC 9700 §4.11.2).
  "redirect.untrusted":
    "{client} sent a request that does not work. If you know {place}, you can go back there; otherwise close this page.",
  "redirect.toLogin": "Taking you to the sign-in page.",
  "redirect.link": "Continue",
  // Sign-out.
  "signOut.title": "Sign out?",
  "signOut.submit": "Sign out",
  "signedOut.title": "You are signed out",
  "signedOut.text": "You can close this page.",
  // The page at the issuer's URL.
  "home.title": "Overview",
  "home.apps": "See which apps can access your account, and remove their access.",
  // Around every wide page.
  "page.navigation": "Pages",
  "page.menu": "Menu",
  "page.skip": "Skip to the text",
  "page.languages": "Languages",
  // Errors. `error.details` has the error code and public text for the client's developers.
  "error.title": "Something went wrong",
  "error.client": "The app that sent you here is unknown or has been turned off.",
  "error.redirect":
    "The app asked us to send you to an address that is not registered for it, so you were not sent there.",
  "error.request":
    "The app that sent you here made a mistake. Go back to it and try again. If this happens again, tell its developers.",
  "error.expired": "This request has expired or was already used. Go back to the app and start again.",
  "error.browser":
    "You started signing in with another browser, or your browser blocks cookies. Go back to the app and start again.",
  "error.foreign": "This form was not sent from this site, so nothing was changed.",
  // Mostly cookies.
  "error.tooLarge":
    "Your browser sent more than this service accepts. Delete the cookies of this site, then go back to the app and start again.",
  "error.busy": "The service is busy. Reload this page in a moment.",
  "error.server": "Something unexpected happened. Try again later.",
  "error.details": "For the app’s developers: {details}",
  // The button of every form.
  cancel: "Cancel",
  // The link to the provider's help on every page.
  help: "Help",
  // The documentation portal.
  ...docsEn,
  // What a client is told of its refresh token.
  ...explanationsEn,
} as const;

/** The key of a message. Every built-in language has all of them. */
export type MessageKey = keyof typeof en;
