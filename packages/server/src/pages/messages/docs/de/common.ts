import type { commonEn } from "../en/common.ts";

/** The messages of what all pages of the documentation portal share, in German. */
export const commonDe: Readonly<Record<keyof typeof commonEn, string>> = {
  "docs.title": "Dokumentation",
  "docs.lead": "Wie Ihr Programm Zugriff auf {provider} bekommt und behält.",
  "docs.contents": "Auf dieser Seite",
  "docs.copy": "Kopieren",
  "docs.copied": "Kopiert",
  "docs.method": "Methode",
  "docs.uri": "URI",
  "docs.parameter": "Parameter",
  "docs.type": "Typ",
  "docs.description": "Beschreibung",
  "docs.required": "Erforderlich",
  "docs.yes": "Ja",
  "docs.no": "Nein",
  "docs.confidential": "Ja, außer der Client ist öffentlich",
  "docs.endpoint": "Endpunkt",
  "docs.request": "Parameter der Anfrage",
  "docs.response": "Parameter der Antwort",
  "docs.example": "Beispielanfrage",
  "docs.languages": "Sprache des Beispiels",
  "docs.exampleResponse": "Beispielantwort",
  "docs.errors": "Fehler",
  "docs.errorResponse": "Antwort",
  "docs.meaning": "Bedeutung",
  "docs.action": "Was zu tun ist",
};
