import type { refreshingTokensEn } from "../en/refreshing-tokens.ts";

/** The messages of the page on refreshing tokens, in German. */
export const refreshingTokensDe: Readonly<Record<keyof typeof refreshingTokensEn, string>> = {
  "docs.refresh.title": "Tokens erneuern",
  "docs.refresh.lead":
    "Tauschen Sie Ihr Refresh-Token gegen ein neues Access-Token und ein neues Refresh-Token. Der Benutzer muss sich nicht erneut anmelden.",
  "docs.requestNote":
    "Senden Sie die Parameter als Formular (`application/x-www-form-urlencoded` oder `multipart/form-data`) oder als `application/json`. Client-ID und Secret können Sie stattdessen mit HTTP Basic senden. Schreiben Sie sie nie in die URL.",
  "docs.keyNote":
    "Ein Client, der statt eines Secrets einen Schlüssel hat, sendet an Stelle von `client_secret` `client_assertion` und `client_assertion_type`: ein JWT, das er nur für diese Anfrage signiert, mit dem Issuer dieses Dienstes als `aud` (`private_key_jwt`, RFC 7523). Ein Client mit einem Zertifikat sendet nur `client_id`, über TLS mit diesem Zertifikat (RFC 8705).",
  "docs.param.grant_type": "Der Wert ist `{value}`.",
  "docs.param.client_id": "Die Client-ID, die Sie erhalten haben.",
  "docs.param.client_secret":
    "Das Client-Secret, das Sie erhalten haben. Eine Webseite oder eine App auf dem Gerät eines Benutzers kann kein Secret bewahren: Bitten Sie um einen öffentlichen Client, der keines hat.",
  "docs.param.refresh_token": "Das neueste Refresh-Token, das Sie gespeichert haben.",
  "docs.param.scope":
    "Weniger Scopes für dieses Access-Token, durch Leerzeichen getrennt. Ohne Angabe alle gewährten.",
  "docs.param.authorization_details":
    "Worum Ihr Client neben Scopes bittet (RFC 9396): ein JSON-Array von Objekten mit einem `type`.",
  "docs.param.resource": "Die API, für die das Access-Token gilt, wenn Ihr Client sie wählt (RFC 8707).",
  "docs.member.token_type":
    "`Bearer`, oder `DPoP`, wenn die Token-Anfrage im Header `DPoP` einen DPoP-Nachweis (RFC 9449) hatte: Das Token ist an den Schlüssel dieses Nachweises gebunden, und auch jede Anfrage an die API braucht einen Nachweis.",
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
};
