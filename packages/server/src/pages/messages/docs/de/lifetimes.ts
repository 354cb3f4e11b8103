import type { lifetimesEn } from "../en/lifetimes.ts";

/** The messages of the page on lifetimes, in German. */
export const lifetimesDe: Readonly<Record<keyof typeof lifetimesEn, string>> = {
  "docs.lifetimes": "Gültigkeitsdauer",
  "docs.lifetimeOf": "Token",
  "docs.lifetime": "Dauer",
  "docs.lifetime.access": "Access-Token",
  "docs.lifetime.idle": "Refresh-Token, das nicht verwendet wird",
  "docs.lifetime.max": "Alle Tokens einer Anmeldung, wie oft Sie auch erneuern",
  "docs.lifetimesNote": "Dies gilt für neue Clients. Für Ihren kann anderes gelten: Die Antwort nennt es.",
  "docs.lifetimes.lead":
    "Wie lange Tokens und Codes gelten, was eine Erneuerung ändert und wie Ihr Programm erfährt, was für Ihren Client gilt.",
  "docs.lifetimes.tokens": "Tokens",
  "docs.lifetimes.others": "Codes und Anmeldungen",
  "docs.lifetime.code": "Authorization Code",
  "docs.lifetime.pushed": "Vorab gesendete Autorisierungsanfrage",
  "docs.lifetime.signIn": "Anmeldung eines Benutzers in einem Browser, höchstens",
  "docs.lifetime.window": "Wiederholung einer Erneuerung, mindestens",
  "docs.lifetimes.refresh": "Was eine Erneuerung ändert",
  "docs.lifetimes.renewed":
    "Das Access-Token ist neu, und das Refresh-Token darf von da an {idle} ungenutzt bleiben.",
  "docs.lifetimes.fixed":
    "Die Zeit seit der Anmeldung läuft weiter: Nach {max} meldet sich der Benutzer erneut an. Kein Token gilt darüber hinaus.",
  "docs.lifetimes.repeated": "Eine wiederholte Anfrage, die dieselben Tokens bekommt, verlängert nichts.",
  "docs.lifetimes.ownTokens":
    "Das eigene Access-Token des Clients (`client_credentials`) hat kein Refresh-Token: Fordern Sie ein neues an, wenn es abläuft.",
  "docs.lifetimes.rarely": "Wenn Ihr Programm selten läuft",
  "docs.lifetimes.timer":
    "Ein Refresh-Token, das {idle} lang nicht verwendet wird, läuft ab. Läuft Ihr Programm seltener, lassen Sie einen Zeitgeber rechtzeitig erneuern.",
  "docs.lifetimes.own": "Was für Ihren Client gilt",
  "docs.lifetimes.read":
    "Lesen Sie sie aus jeder Token-Antwort, und schreiben Sie keine in Ihr Programm. Die Zeiten zählen ab der Antwort.",
  "docs.lifetimes.introspect":
    "Die Introspection sagt, wie lange ein Refresh-Token noch gilt, ohne es zu verwenden.",
};
