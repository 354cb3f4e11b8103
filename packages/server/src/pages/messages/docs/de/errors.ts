import type { errorsEn } from "../en/errors.ts";

/** The messages of the page on errors, in German. */
export const errorsDe: Readonly<Record<keyof typeof errorsEn, string>> = {
  "docs.errorsNote":
    "Die Antwort auf eine abgelehnte Anfrage ist JSON. Sie enthält `error`, einen Code für Ihr Programm, und meist `error_description`, einen Text für Sie.",
  "docs.errors.lead": "Was jeder Fehler für Ihr Programm bedeutet und was zu tun ist.",
  "docs.errors.format": "Wie ein Fehler aussieht",
  "docs.errorMember.error": "Der Code, nach dem Ihr Programm entscheidet.",
  "docs.errorMember.error_description":
    "Was falsch ist, auf Englisch, für Sie. Der Wortlaut kann sich ändern: Vergleichen Sie ihn nicht.",
  "docs.errorMember.error_reason":
    "Warum ein Token abgelehnt wurde: `expired`, `revoked`, `reused` oder `invalid`. Nur bei `invalid_grant`.",
  "docs.errorMember.hint": "Was genau falsch ist.",
  "docs.errorMember.message": "Dasselbe wie `error_description`.",
  "docs.errors.headers":
    "Eine 401 hat den Header `WWW-Authenticate`. Eine 429 und eine 503 haben `Retry-After`: die Sekunden, die Sie warten.",
  "docs.errors.everywhere": "An jedem Endpunkt",
  "docs.errors.redirect": "An Ihrer Redirect-URI",
  "docs.errors.redirectNote":
    "Wird eine Autorisierungsanfrage abgelehnt, bringt der Browser `error` und `error_description` statt `code` zu Ihrer `redirect_uri`.",
  "docs.errors.page": "Auf einer Seite im Browser",
  "docs.errors.push": "Autorisierungsanfrage vorab senden",
  "docs.errors.device": "Beginn auf einem Gerät",
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
    "Prüfen Sie Client-ID und Secret, und ob Ihr Client öffentlich ist. Ihr Refresh-Token bleibt gültig: Senden Sie die Anfrage noch einmal, wenn beides stimmt.",
  "docs.error.assertion.meaning": "Die Client-Assertion ist nicht gültig.",
  "docs.error.assertion.action":
    "Erzeugen Sie für jede Anfrage eine neue Assertion: `aud` ist der Aussteller als Text, `exp` liegt nahe, `jti` ist neu. `error_description` nennt den Fehler. Ihr Refresh-Token bleibt gültig.",
  "docs.error.request.meaning":
    "Die Anfrage ist nicht lesbar, oder ein Parameter fehlt, kommt mehrmals vor oder wird nicht unterstützt.",
  "docs.error.request.action": "Berichtigen Sie die Anfrage. `error_description` nennt den Fehler.",
  "docs.error.body.meaning": "Der Dienst liest diesen `Content-Type` nicht.",
  "docs.error.body.action": "Senden Sie ein Formular oder JSON, ohne `Content-Encoding`.",
  "docs.error.grantType.meaning":
    "Der Dienst kennt diesen Grant-Type nicht, oder Ihr Client darf ihn nicht verwenden.",
  "docs.error.grantType.action":
    "Prüfen Sie `grant_type`, oder bitten Sie den Anbieter, ihn für Ihren Client zu erlauben.",
  "docs.error.proof.meaning": "Der DPoP-Nachweis fehlt, ist ungültig oder wurde schon benutzt.",
  "docs.error.proof.action":
    "Erzeugen Sie für jede Anfrage einen neuen Nachweis mit der Methode und der URL dieses Endpunkts und der aktuellen Zeit. `error_description` sagt, was falsch ist.",
  "docs.error.nonce.meaning": "Der DPoP-Nachweis hat keine oder eine alte Nonce dieses Dienstes.",
  "docs.error.nonce.action":
    "Wiederholen Sie die Anfrage mit einem neuen Nachweis, der die Nonce des Antwort-Headers `DPoP-Nonce` enthält.",
  "docs.error.scope.meaning":
    "Sie haben einen Scope angefordert, der unbekannt ist oder nicht gewährt wurde. Ein Refresh-Token bleibt gültig.",
  "docs.error.scope.action": "Lassen Sie `scope` weg, oder fordern Sie weniger Scopes an.",
  "docs.error.tooMany.meaning": "Von Ihrer Adresse kamen zu viele Anfragen oder fehlgeschlagene Versuche.",
  "docs.error.tooMany.action":
    "Warten Sie so viele Sekunden, wie `Retry-After` nennt. Prüfen Sie Client-ID und Secret.",
  "docs.error.busy.meaning": "Der Dienst ist ausgelastet. Nichts ist verloren.",
  "docs.error.busy.action":
    "Senden Sie dieselbe Anfrage noch einmal, nach so vielen Sekunden, wie `Retry-After` nennt.",
  "docs.error.server.meaning": "Im Dienst ist ein unerwarteter Fehler aufgetreten.",
  "docs.error.server.action": "Senden Sie dieselbe Anfrage später noch einmal.",
  "docs.error.otherClient.meaning": "Das Token wurde für einen anderen Client ausgestellt.",
  "docs.error.otherClient.action": "Widerrufen Sie es mit dem Client, für den es ausgestellt wurde.",
  "docs.error.code.meaning":
    "Der Code ist abgelaufen, wurde verwendet oder gehört zu einer anderen Anfrage: `redirect_uri` oder `code_verifier` passt nicht.",
  "docs.error.code.action":
    "Lassen Sie den Benutzer noch einmal beginnen. Tauschen Sie jeden Code sofort ein, und nur einmal.",
  "docs.error.pending.meaning":
    "Der Benutzer hat noch nicht geantwortet, oder Ihr Programm fragt zu oft (`slow_down`).",
  "docs.error.pending.action":
    "Fragen Sie nach so vielen Sekunden, wie `interval` nennt, noch einmal; ab jedem `slow_down` 5 Sekunden später als zuvor.",
  "docs.error.exchange.meaning":
    "Der Token kann dafür nicht eingetauscht werden, oder nicht von diesem Client.",
  "docs.error.exchange.action":
    "Senden Sie einen gültigen Token. Fragen Sie den Anbieter, was dieser Client eintauschen darf.",
  "docs.error.grantAssertion.meaning":
    "Die Bestätigung des Identitätsanbieters ist ungültig, wurde verwendet oder gilt nicht für diesen Client oder Benutzer.",
  "docs.error.grantAssertion.action":
    "Holen Sie eine neue, für diesen Client und diesen Dienst. Verwenden Sie sie einmal.",
  "docs.error.deviceCode.meaning":
    "Der Geräte-Code ist abgelaufen, wurde verwendet oder gehört einem anderen Client.",
  "docs.error.deviceCode.action": "Fordern Sie neue Codes an, und zeigen Sie dem Benutzer den neuen.",
  "docs.error.denied.meaning": "Der Benutzer hat den Zugriff nicht erlaubt.",
  "docs.error.denied.action": "Sagen Sie es dem Benutzer. Beginnen Sie nur von neuem, wenn er es will.",
  "docs.error.password.meaning": "Der Benutzername oder das Passwort ist falsch.",
  "docs.error.password.action":
    "Lassen Sie den Benutzer beides noch einmal eingeben. Wiederholen Sie nicht von selbst: Nach mehreren Fehlern gibt es eine Wartezeit.",
  "docs.error.prompt.meaning":
    "Sie haben mit `prompt=none` gefragt, und der Benutzer muss sich anmelden oder zustimmen.",
  "docs.error.prompt.action": "Senden Sie die Anfrage noch einmal ohne `prompt=none`.",
  "docs.error.authentication.meaning":
    "Der Benutzer hat sich nicht so angemeldet, wie `acr_values` oder `max_age` es verlangt, oder hier kann es niemand.",
  "docs.error.authentication.action":
    "Verlangen Sie einen anderen `acr`, oder sagen Sie dem Benutzer, dass diese Anmeldung nicht genügt.",
  "docs.error.redirectUri.meaning": "Die `redirect_uri` ist für Ihren Client nicht eingetragen.",
  "docs.error.redirectUri.action":
    "Senden Sie eine eingetragene, genau wie sie dort steht, oder bitten Sie den Anbieter, Ihre einzutragen.",
  "docs.error.requestUri.meaning": "Die `request_uri` ist abgelaufen, wurde verwendet oder ist unbekannt.",
  "docs.error.requestUri.action":
    "Senden Sie die Anfrage noch einmal vorab, und leiten Sie den Browser mit der neuen `request_uri` weiter.",
  "docs.error.notPushed.meaning": "Ihr Client muss seine Autorisierungsanfragen vorab senden.",
  "docs.error.notPushed.action":
    "Senden Sie die Parameter zuerst an den Endpunkt für vorab gesendete Anfragen (RFC 9126).",
  "docs.error.document.meaning":
    "Das Dokument, auf das Ihre Client-ID zeigt, ist nicht lesbar oder nicht gültig.",
  "docs.error.document.action": "Berichtigen Sie das Dokument. Der Fehler nennt das Feld.",
  "docs.error.publicClient.meaning": "Ein öffentlicher Client darf keine Tokens abfragen.",
  "docs.error.publicClient.action": "Verwenden Sie einen Client, der ein Secret hat.",
  "docs.error.resource.meaning":
    "Die angeforderte `resource` ist unbekannt, oder Ihre Tokens gelten nicht für sie.",
  "docs.error.resource.action":
    "Lassen Sie `resource` weg, oder senden Sie eine, die der Anbieter Ihnen genannt hat.",
  "docs.error.size.meaning": "Die Anfrage ist zu groß.",
  "docs.error.size.action": "Senden Sie Parameter im Body, nicht in der URL, und nur die des Endpunkts.",
};
