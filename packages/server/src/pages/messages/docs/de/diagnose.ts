import type { diagnoseEn } from "../en/diagnose.ts";

/** The messages of the page that explains a refused refresh token, in German. */
export const diagnoseDe: Readonly<Record<keyof typeof diagnoseEn, string>> = {
  "docs.diagnose.title": "Warum läuft meine Integration nicht mehr?",
  "docs.diagnose.lead":
    "Geben Sie ein abgelehntes Refresh-Token ein, und lesen Sie, was daraus geworden ist: wann es verbraucht wurde, was die Sitzung beendet hat und was zu tun ist.",
  "docs.diagnose.clientId": "Client-ID",
  "docs.diagnose.secret": "Client-Secret",
  "docs.diagnose.secretHint": "Bei einem öffentlichen Client bleibt das Feld leer.",
  "docs.diagnose.token": "Refresh-Token",
  "docs.diagnose.tokenHint":
    "Das abgelehnte oder ein anderes derselben Sitzung. Die Frage verbraucht es nicht.",
  "docs.diagnose.submit": "Erklären",
  "docs.diagnose.private":
    "Secret und Token werden nur an diesen Server gesendet und weder gespeichert noch protokolliert. Bei einem öffentlichen Client werden nur beendete Sitzungen erklärt.",
  "docs.diagnose.missing": "Geben Sie die Client-ID und das Refresh-Token ein.",
  "docs.diagnose.client":
    "Die Client-ID oder das Secret ist falsch. Nur bei einem öffentlichen Client bleibt das Secret leer.",
  "docs.diagnose.tooMany": "Zu viele Versuche. Versuchen Sie es in {seconds} Sekunden erneut.",
  "docs.diagnose.answer": "Was aus diesem Refresh-Token geworden ist.",
  "docs.diagnose.state.active": "Sitzung aktiv",
  "docs.diagnose.state.expired": "Sitzung abgelaufen",
  "docs.diagnose.state.revoked": "Sitzung beendet",
  "docs.diagnose.state.unknown": "Unbekanntes Token",
  "docs.diagnose.support": "Für eine Frage an den Support",
  "docs.diagnose.supportNote":
    "Senden Sie dies mit Ihrer Frage an {provider}. Es enthält weder ein Token noch ein Secret.",
  "docs.diagnose.again": "Nach einem anderen Token fragen",
  "docs.diagnose.programs": "Aus einem Programm oder auf der Kommandozeile",
  "docs.diagnose.programsNote":
    "Dasselbe als JSON, das Ihr Programm protokollieren kann, wenn eine Erneuerung abgelehnt wird. `ui_locales` wählt die Sprache der Sätze.",
  "docs.diagnose.commandNote": "Wenn Sie mit `regrant login` angemeldet sind:",
  "docs.diagnose.clientNote":
    "Mit `@regrant/client` enthält der Fehler einer abgelehnten Erneuerung die Sätze dann als `description`:",
};
