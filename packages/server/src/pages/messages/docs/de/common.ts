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
  "docs.run": "Speichern Sie es als `{file}` und führen Sie `{command}` aus.",
  "docs.runInstalled": "Speichern Sie es als `{file}`, führen Sie einmal `{install}` aus, dann `{command}`.",
  "docs.runInPage":
    "Setzen Sie es in ein Skript Ihrer Webseite, und ersetzen Sie die Namen in Großbuchstaben.",
  "docs.exampleResponse": "Beispielantwort",
  "docs.errors": "Fehler",
  "docs.errorResponse": "Antwort",
  "docs.meaning": "Bedeutung",
  "docs.action": "Was zu tun ist",
};
