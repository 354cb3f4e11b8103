import type { revokingTokensEn } from "../en/revoking-tokens.ts";

/** The messages of the page on revoking tokens, in German. */
export const revokingTokensDe: Readonly<Record<keyof typeof revokingTokensEn, string>> = {
  "docs.revoke.title": "Tokens widerrufen",
  "docs.revoke.lead":
    "Beenden Sie einen Zugriff, der nicht mehr gebraucht wird: wenn ein Benutzer Ihr Programm trennt oder sich davon abmeldet.",
  "docs.revoke.token":
    "Das Token, das enden soll: das neueste Refresh-Token, das Sie gespeichert haben, oder ein Access-Token.",
  "docs.param.token_type_hint": "Nicht nötig: Der Dienst erkennt die Art des Tokens.",
  "docs.revoke.effect": "Was endet",
  "docs.revoke.session":
    "Ein Refresh-Token beendet die ganze Sitzung: alle Refresh-Tokens und Access-Tokens dieser Anmeldung.",
  "docs.revoke.access": "Ein Access-Token endet allein. Das Refresh-Token bleibt gültig.",
  "docs.revoke.unknown":
    "Ein unbekanntes oder nicht mehr gültiges Token ist kein Fehler: Die Antwort ist dieselbe.",
  "docs.revoke.delay":
    "Eine API, die nur die Signatur prüft, nimmt ein widerrufenes Access-Token an, bis es abläuft: bis zu {lifetime} lang.",
  "docs.revoke.forget": "Löschen Sie die gespeicherten Tokens.",
  "docs.revoke.response": "Der Status ist 200. Kommt keine Antwort, senden Sie die Anfrage noch einmal.",
};
