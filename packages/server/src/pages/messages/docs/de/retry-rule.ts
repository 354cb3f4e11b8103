import type { retryRuleEn } from "../en/retry-rule.ts";

/** The messages of the page on the retry rule, in German. */
export const retryRuleDe: Readonly<Record<keyof typeof retryRuleEn, string>> = {
  "docs.rule": "Regel für Wiederholungen",
  "docs.rule.store": "Speichern Sie das neue Refresh-Token, bevor Sie das neue Access-Token verwenden.",
  "docs.rule.retry":
    "Kommt keine Antwort, senden Sie dieselbe Anfrage noch einmal. Mindestens {window} lang bekommt sie noch einmal dieselben Tokens.",
  "docs.rule.own":
    "Für Ihren Client kann eine andere Zeit gelten: `refresh_token_retry_window` in der Antwort nennt sie.",
  "docs.rule.late":
    "Ein Refresh-Token, das später kommt, wenn schon ein neueres verwendet wurde, könnte gestohlen sein: Die Sitzung endet, und der Benutzer meldet sich erneut an.",
  "docs.rule.busy":
    "Warten Sie nach dem Status 429 oder 503 so viele Sekunden, wie `Retry-After` nennt, und senden Sie dieselbe Anfrage noch einmal. Ihr Refresh-Token bleibt gültig.",
  "docs.rule.lead":
    "Jede Erneuerung ersetzt Ihr Refresh-Token. Mit dieser Regel beendet weder eine verlorene Antwort noch ein zweiter Prozess die Sitzung.",
  "docs.rule.short": "Die Regel in Kürze",
  "docs.rule.storing": "Was Sie wann speichern",
  "docs.rule.lock":
    "Lassen Sie immer nur einen Prozess erneuern, mit einer Sperre. Lesen Sie das Refresh-Token erst, wenn Sie die Sperre haben: Ein anderer Prozess kann es inzwischen ersetzt haben.",
  "docs.rule.together": "Speichern Sie das neue Refresh-Token, das Access-Token und dessen Ablauf zusammen.",
  "docs.rule.keep": "Behalten Sie das alte Refresh-Token, bis das neue gespeichert ist.",
  "docs.rule.storeFailed":
    "Schlägt das Speichern fehl, senden Sie dieselbe Anfrage noch einmal: Innerhalb von {window} bekommt sie dieselben Tokens.",
  "docs.rule.lost": "Wenn eine Antwort verloren geht",
  "docs.rule.lostNote":
    "Ihr Programm hat das Refresh-Token A. Der Dienst ersetzt es durch B, und die Antwort kommt nicht an.",
  "docs.rule.time": "Wann",
  "docs.rule.sent": "Ihr Programm",
  "docs.rule.start": "Am Anfang",
  "docs.rule.sendsA": "sendet A",
  "docs.rule.lostB": "`200`: B, das verloren geht",
  "docs.rule.within": "Innerhalb von {window}",
  "docs.rule.repeatsA": "sendet A noch einmal",
  "docs.rule.getsB": "`200`: noch einmal B",
  "docs.rule.unused": "Später, wenn B nie verwendet wurde",
  "docs.rule.getsBOnce": "`200`: ein letztes Mal B. Verlassen Sie sich nicht darauf.",
  "docs.rule.used": "Nach {double}, wenn B verwendet wurde",
  "docs.rule.ended": "{error}: Die Sitzung endet",
  "docs.rule.processes": "Mehrere Prozesse",
  "docs.rule.oneStore":
    "Programme, die sich ein Token teilen, teilen sich einen Speicher und lesen ihn vor jeder Erneuerung.",
  "docs.rule.sameMoment":
    "Wenn zwei von ihnen mit demselben Token erneuern, bekommen beide dieselben neuen Tokens. Innerhalb von {window} schadet das nicht.",
  "docs.rule.ownSignIn": "Programme, die keinen Speicher teilen können, brauchen je eine eigene Anmeldung.",
  "docs.rule.repeat": "Wann Sie eine Anfrage wiederholen",
  "docs.rule.none": "Keine, oder die Verbindung brach ab",
  "docs.rule.againAtOnce": "Senden Sie dieselbe Anfrage sofort noch einmal, dann nach 1, 2, 4 … Sekunden.",
  "docs.rule.others": "Jede andere 400",
  "docs.rule.library": "In JavaScript hält `@regrant/client` diese Regel von selbst ein.",
};
