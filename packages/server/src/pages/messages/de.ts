import { explanationsDe } from "../../explanations/messages/de.ts";
import { docsDe } from "./docs/de.ts";
import type { MessageKey } from "./en.ts";

/** The pages' messages in German. The user is addressed as "Sie"; apostrophes and quotation marks are typographic. */
export const de: Readonly<Record<MessageKey, string>> = {
  // Sign-in.
  "signIn.title": "Anmelden",
  "signIn.for": "um mit {client} fortzufahren",
  "signIn.username": "Benutzername",
  "signIn.password": "Passwort",
  "signIn.showPassword": "Passwort anzeigen",
  "signIn.submit": "Anmelden",
  "signIn.missing": "Geben Sie Ihren Benutzernamen und Ihr Passwort ein.",
  "signIn.wrong": "Der Benutzername oder das Passwort ist falsch.",
  "signIn.tooMany": "Zu viele fehlgeschlagene Versuche. Versuchen Sie es in {seconds} Sekunden erneut.",
  "signIn.unavailable":
    "Wir können Ihr Passwort im Moment nicht prüfen. Mit Ihrem Konto ist alles in Ordnung: Versuchen Sie es gleich noch einmal.",
  "signIn.forgotPassword": "Passwort vergessen?",
  "signIn.signUp": "Konto erstellen",
  "signIn.expired":
    "Diese Seite war zu lange geöffnet, oder Ihr Browser blockiert Cookies. Versuchen Sie es noch einmal.",
  // Consent. `consent.scopes` introduces a list of descriptions.
  "consent.title": "Zugriff erlauben?",
  "consent.asks": "{client} möchte auf Ihr Konto zugreifen.",
  "consent.scopes": "Wenn Sie es erlauben, kann die App:",
  "consent.noScopes": "Die App möchte nur wissen, wer Sie sind.",
  "consent.details": "Außerdem bittet sie um Folgendes:",
  "consent.returns": "Danach kehren Sie zu {place} zurück.",
  "consent.allow": "Erlauben",
  "consent.deny": "Nicht erlauben",
  "consent.signedInAs": "Sie sind als {name} angemeldet.",
  "consent.other": "Anderes Konto verwenden",
  "consent.website": "Website",
  "consent.policy": "Datenschutzerklärung",
  "consent.terms": "Nutzungsbedingungen",
  "consent.selfRegistered":
    "Diese App hat sich selbst registriert. {provider} hat weder die App noch ihren Namen geprüft.",
  "consent.documented":
    "Diese App stammt von {place}. {provider} hat weder die App noch ihren Namen geprüft.",
  // Devices.
  "device.title": "Gerät verbinden",
  "device.enter": "Geben Sie den Code ein, den Ihr Gerät anzeigt.",
  "device.code": "Code",
  "device.next": "Weiter",
  "device.wrong": "Dieser Code ist falsch oder abgelaufen. Prüfen Sie den Code auf Ihrem Gerät.",
  "device.tooMany": "Zu viele falsche Codes. Versuchen Sie es in {seconds} Sekunden erneut.",
  "device.confirmTitle": "Dieses Gerät verbinden?",
  "device.asks": "{client} auf Ihrem Gerät möchte auf Ihr Konto zugreifen.",
  "device.same": "Ihr Gerät muss diesen Code anzeigen:",
  "device.warning":
    "Erlauben Sie den Zugriff nur, wenn Sie das Gerät bei sich haben und den Vorgang selbst darauf gestartet haben. {provider} verschickt niemals Codes: Wenn Ihnen jemand diesen Code geschickt hat, will er in Ihr Konto gelangen.",
  "device.allow": "Erlauben",
  "device.allowedTitle": "Ihr Gerät ist verbunden",
  "device.allowedText":
    "Kehren Sie zu Ihrem Gerät zurück: Dort geht es von selbst weiter. Sie können diese Seite schließen.",
  "device.deniedTitle": "Ihr Gerät wurde nicht verbunden",
  "device.deniedText": "Es hat keinen Zugriff auf Ihr Konto. Sie können diese Seite schließen.",
  // Authorized applications.
  "apps.title": "Verbundene Apps",
  "apps.text":
    "Diese Apps können auf Ihr Konto zugreifen. Entziehen Sie den Apps, die Sie nicht mehr nutzen, den Zugriff.",
  "apps.none": "Keine App hat Zugriff auf Ihr Konto.",
  "apps.since": "Seit dem",
  "apps.used": "zuletzt verwendet am",
  "apps.unused": "derzeit nicht in Gebrauch",
  "apps.until": "Zugriff bis zum",
  "apps.scopes": "Die App kann:",
  "apps.noScopes": "Die App weiß nur, wer Sie sind.",
  "apps.extend": "Zugriff bis zum {date} verlängern",
  "apps.extendOf": "Zugriff bis zum {date} verlängern: {client}",
  "apps.extended": "Der Zugriff wurde verlängert.",
  "apps.revoke": "Zugriff entziehen",
  "apps.revokeOf": "Zugriff entziehen: {client}",
  "apps.revoked": "Der Zugriff wurde entzogen.",
  // Pages that lead to the client or the login page.
  "redirect.title": "Einen Moment",
  "redirect.text": "Sie werden zu {client} zurückgeleitet.",
  "redirect.untrusted":
    "{client} hat eine Anfrage geschickt, die nicht funktioniert. Wenn Sie {place} kennen, können Sie dorthin zurückkehren; andernfalls schließen Sie diese Seite.",
  "redirect.toLogin": "Sie werden zur Anmeldeseite weitergeleitet.",
  "redirect.link": "Weiter",
  // Sign-out.
  "signOut.title": "Abmelden?",
  "signOut.submit": "Abmelden",
  "signedOut.title": "Sie sind abgemeldet",
  "signedOut.text": "Sie können diese Seite schließen.",
  // The page at the issuer's URL.
  "home.title": "Übersicht",
  "home.apps": "Sehen Sie, welche Apps auf Ihr Konto zugreifen können, und entziehen Sie ihnen den Zugriff.",
  "page.navigation": "Seiten",
  "page.menu": "Menü",
  "page.skip": "Zum Text springen",
  "page.languages": "Sprachen",
  // Errors.
  "error.title": "Es ist ein Fehler aufgetreten",
  "error.client": "Die App, von der Sie kommen, ist unbekannt oder wurde abgeschaltet.",
  "error.redirect":
    "Die App wollte Sie an eine Adresse schicken, die nicht für sie registriert ist. Sie wurden deshalb nicht dorthin weitergeleitet.",
  "error.request":
    "Die App, von der Sie kommen, hat einen Fehler gemacht. Kehren Sie zu ihr zurück und versuchen Sie es noch einmal. Wenn das wieder geschieht, wenden Sie sich an ihre Entwickler.",
  "error.expired":
    "Diese Anfrage ist abgelaufen oder wurde schon verwendet. Kehren Sie zur App zurück und beginnen Sie von vorn.",
  "error.browser":
    "Sie haben die Anmeldung in einem anderen Browser begonnen, oder Ihr Browser blockiert Cookies. Kehren Sie zur App zurück und beginnen Sie von vorn.",
  "error.foreign": "Dieses Formular wurde nicht von dieser Website gesendet. Es wurde nichts geändert.",
  "error.tooLarge":
    "Ihr Browser hat mehr gesendet, als dieser Dienst annimmt. Löschen Sie die Cookies dieser Website, kehren Sie dann zur App zurück und beginnen Sie von vorn.",
  "error.busy": "Der Dienst ist ausgelastet. Laden Sie diese Seite gleich noch einmal.",
  "error.server": "Etwas Unerwartetes ist geschehen. Versuchen Sie es später noch einmal.",
  "error.details": "Für die Entwickler der App: {details}",
  cancel: "Abbrechen",
  help: "Hilfe",
  // The documentation portal.
  ...docsDe,
  // What a client is told of its refresh token.
  ...explanationsDe,
};
