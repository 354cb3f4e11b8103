import type { introspectionEn } from "../en/introspection.ts";

/** The messages of the page on introspection, in German. */
export const introspectionDe: Readonly<Record<keyof typeof introspectionEn, string>> = {
  "docs.introspect.title": "Introspection",
  "docs.introspect.lead": "Fragen Sie den Dienst, ob ein Token jetzt gültig ist und wofür.",
  "docs.introspect.token": "Das Access-Token oder Refresh-Token, nach dem Sie fragen.",
  "docs.introspect.client_secret":
    "Das Client-Secret, das Sie erhalten haben. Ein öffentlicher Client hat keines und darf nicht fragen.",
  "docs.introspect.active": "Ob das Token jetzt gültig ist. Wenn nicht, enthält die Antwort nichts weiter.",
  "docs.introspect.token_use": "Was es ist: `access_token` oder `refresh_token`.",
  "docs.introspect.members": "Was ein Token nicht hat, fehlt in der Antwort.",
  "docs.introspect.inactive":
    "Die zweite Antwort gilt für jedes andere Token: ein abgelaufenes, widerrufenes, unbekanntes oder fremdes.",
  "docs.introspect.limits": "Was Sie fragen können",
  "docs.introspect.own": "Ihr Client erfährt nur etwas über seine eigenen Tokens.",
  "docs.introspect.resourceServer":
    "Eine API, die Tokens anderer Clients annimmt, braucht einen Client, den der Anbieter als Resource-Server gekennzeichnet hat.",
  "docs.introspect.spent":
    "Ein ersetztes Refresh-Token ist nicht aktiv, auch solange eine wiederholte Erneuerung noch dieselben Tokens bekäme.",
  "docs.introspect.noUse": "Fragen ist keine Verwendung des Tokens: Es verlängert nichts und beendet nichts.",
  "docs.introspect.verify":
    "Eine API, die jede Anfrage prüft, ist schneller, wenn sie Access-Tokens selbst prüft.",
};
