import type { refreshingTokensEn } from "../en/refreshing-tokens.ts";

/** The messages of the page on refreshing tokens, in German. */
export const refreshingTokensDe: Readonly<Record<keyof typeof refreshingTokensEn, string>> = {
  "docs.refresh.title": "Tokens erneuern",
  "docs.refresh.lead":
    "Tauschen Sie Ihr Refresh-Token gegen ein neues Access-Token und ein neues Refresh-Token. Der Benutzer muss sich nicht erneut anmelden.",
  "docs.requestNote":
    "Senden Sie die Parameter als Formular (`application/x-www-form-urlencoded` oder `multipart/form-data`) oder als `application/json`. Client-ID und Secret können Sie stattdessen mit HTTP Basic senden. Schreiben Sie sie nie in die URL.",
  "docs.param.grant_type": "Der Wert ist `refresh_token`.",
  "docs.param.client_id": "Die Client-ID, die Sie erhalten haben.",
  "docs.param.client_secret":
    "Das Client-Secret, das Sie erhalten haben. Eine Webseite oder eine App auf dem Gerät eines Benutzers kann kein Secret bewahren: Bitten Sie um einen öffentlichen Client, der keines hat.",
  "docs.param.refresh_token": "Das neueste Refresh-Token, das Sie gespeichert haben.",
  "docs.param.scope":
    "Weniger Scopes für dieses Access-Token, durch Leerzeichen getrennt. Ohne Angabe alle gewährten.",
  "docs.param.resource": "Die API, für die das Access-Token gilt, wenn Ihr Client sie wählt (RFC 8707).",
  "docs.member.token_type": "Der Wert ist `Bearer`.",
  "docs.member.expires_in": "Wie lange das Access-Token gilt, in Sekunden.",
  "docs.member.access_token": "Das neue Access-Token.",
  "docs.member.refresh_token": "Das neue Refresh-Token. Es ersetzt das gesendete: Speichern Sie es.",
  "docs.member.scope": "Die Scopes des Access-Tokens, wenn es nicht die angeforderten sind.",
  "docs.member.refresh_token_expires_in": "Dasselbe wie `refresh_token_timeout`.",
  "docs.member.refresh_token_timeout": "Wie lange das Refresh-Token ungenutzt bleiben darf, in Sekunden.",
  "docs.member.authorization_expires_in":
    "Wie lange Sie noch erneuern können, in Sekunden. Danach meldet sich der Benutzer erneut an.",
  "docs.member.refresh_token_retry_window":
    "Wie lange eine wiederholte Anfrage noch einmal dieselben Tokens bekommt, in Sekunden.",
  "docs.exampleNote":
    "Die Beispiele lesen `CLIENT_ID`, `CLIENT_SECRET` und `REFRESH_TOKEN` aus der Umgebung. In den Beispielen für Webseiten ersetzen Sie sie im Text. Ist Ihr Client öffentlich, lassen Sie `CLIENT_SECRET` leer.",
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
  "docs.lifetimes": "Gültigkeitsdauer",
  "docs.lifetimeOf": "Token",
  "docs.lifetime": "Dauer",
  "docs.lifetime.access": "Access-Token",
  "docs.lifetime.idle": "Refresh-Token, das nicht verwendet wird",
  "docs.lifetime.max": "Alle Tokens einer Anmeldung, wie oft Sie auch erneuern",
  "docs.lifetimesNote": "Dies gilt für neue Clients. Für Ihren kann anderes gelten: Die Antwort nennt es.",
  "docs.errorsNote":
    "Die Antwort auf eine abgelehnte Anfrage ist JSON. Sie enthält `error`, einen Code für Ihr Programm, und meist `error_description`, einen Text für Sie.",
  "docs.error.expired.meaning":
    "Das Refresh-Token wurde nicht rechtzeitig verwendet, oder die Zeit seit der Anmeldung ist abgelaufen.",
  "docs.error.expired.action": "Lassen Sie den Benutzer sich erneut anmelden. Erneuern Sie vor dem Ablauf.",
  "docs.error.revoked.meaning": "Der Benutzer, Ihr Programm oder der Anbieter hat diesen Zugriff beendet.",
  "docs.error.revoked.action": "Lassen Sie den Benutzer sich erneut anmelden.",
  "docs.error.reused.meaning":
    "Das Refresh-Token wurde schon ersetzt, und ein neueres ist in Gebrauch. Es könnte gestohlen sein, deshalb ist die Sitzung beendet.",
  "docs.error.reused.action":
    "Lassen Sie den Benutzer sich erneut anmelden. Speichern Sie jedes neue Refresh-Token, bevor Sie es verwenden, und geben Sie allen Prozessen denselben Speicher.",
  "docs.error.invalid.meaning": "Das Refresh-Token stammt nicht von hier oder gehört einem anderen Client.",
  "docs.error.invalid.action":
    "Prüfen Sie, ob Sie das ganze Token senden, mit dem Client, für den es ausgestellt wurde. Sonst lassen Sie den Benutzer sich erneut anmelden.",
  "docs.error.client.meaning": "Die Client-ID oder das Secret ist falsch, oder der Client ist gesperrt.",
  "docs.error.client.action":
    "Prüfen Sie beides, und ob Ihr Client öffentlich ist. Ihr Refresh-Token bleibt gültig: Senden Sie die Anfrage noch einmal, wenn beides stimmt.",
  "docs.error.request.meaning":
    "Die Anfrage ist nicht lesbar, oder ein Parameter fehlt oder kommt mehrmals vor.",
  "docs.error.request.action": "Berichtigen Sie die Anfrage. `error_description` nennt den Fehler.",
  "docs.error.body.meaning": "Der `Content-Type` ist keiner der oben genannten.",
  "docs.error.body.action": "Senden Sie ein Formular oder JSON, ohne `Content-Encoding`.",
  "docs.error.grantType.meaning": "Ihr Client darf keine Tokens erneuern.",
  "docs.error.grantType.action": "Bitten Sie den Anbieter, den Grant-Type `refresh_token` zu erlauben.",
  "docs.error.scope.meaning":
    "Sie haben einen Scope angefordert, der nicht gewährt wurde. Das Refresh-Token bleibt gültig.",
  "docs.error.scope.action": "Lassen Sie `scope` weg, oder fordern Sie weniger Scopes an.",
  "docs.error.tooMany.meaning": "Von Ihrer Adresse kamen zu viele fehlgeschlagene Versuche.",
  "docs.error.tooMany.action":
    "Warten Sie so viele Sekunden, wie `Retry-After` nennt. Prüfen Sie Client-ID und Secret.",
  "docs.error.busy.meaning": "Der Dienst ist ausgelastet. Nichts ist verloren.",
  "docs.error.busy.action":
    "Senden Sie dieselbe Anfrage noch einmal, nach so vielen Sekunden, wie `Retry-After` nennt.",
  "docs.error.server.meaning": "Im Dienst ist ein unerwarteter Fehler aufgetreten.",
  "docs.error.server.action": "Senden Sie dieselbe Anfrage später noch einmal.",
};
