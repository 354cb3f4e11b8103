import type { gettingTokensEn } from "../en/getting-tokens.ts";

/** The messages of the page on getting tokens, in German. */
export const gettingTokensDe: Readonly<Record<keyof typeof gettingTokensEn, string>> = {
  "docs.get.title": "Tokens erhalten",
  "docs.get.lead":
    "Holen Sie das erste Access-Token und mit ihm das Refresh-Token. Der Weg hängt davon ab, was Ihr Programm ist.",
  "docs.get.choose": "Welcher Grant-Type",
  "docs.get.program": "Ihr Programm ist",
  "docs.get.use": "Verwenden Sie",
  "docs.get.program.server": "eine Webanwendung mit eigenem Server",
  "docs.get.use.server": "`authorization_code`, mit dem Client-Secret und PKCE",
  "docs.get.program.app": "eine Webseite ohne Server oder eine App auf dem Gerät des Benutzers",
  "docs.get.use.app": "`authorization_code` mit PKCE, als öffentlicher Client: Er hat kein Secret",
  "docs.get.program.device": "ein Gerät oder ein Kommandozeilenprogramm ohne Browser",
  "docs.get.use.device": "den Geräte-Code: Der Benutzer meldet sich am Telefon oder Computer an",
  "docs.get.program.service": "ein Programm, das für sich selbst arbeitet, ohne Benutzer",
  "docs.get.use.service": "`client_credentials`: ein Access-Token, kein Refresh-Token",
  "docs.get.program.password": "ein bestehendes Programm, das seine Benutzer nach dem Passwort fragt",
  "docs.get.use.password": "`password`, bis es `authorization_code` verwenden kann",
  "docs.get.chooseNote":
    "{provider} bestimmt, welche Grant-Types Ihr Client verwenden darf. Bei jedem anderen ist die Antwort {error}: Bitten Sie dann darum.",
  "docs.get.before":
    "Sie brauchen eine Client-ID und, wenn Ihr Client nicht öffentlich ist, ein Client-Secret. Beides bekommen Sie von {provider}. Dort registrieren Sie auch Ihre Redirect-URI.",
  "docs.get.authorize": "Authorization Code: die Anfrage",
  "docs.get.authorizeText":
    "Der Benutzer meldet sich bei {provider} an, und Ihr Programm bekommt einen Code, den es gegen Tokens tauscht. Das Passwort sieht es nie. Leiten Sie zuerst den Browser des Benutzers zum Autorisierungsendpunkt, mit diesen Parametern in der Query.",
  "docs.get.verifier":
    "PKCE (RFC 7636): Erzeugen Sie für jede Anfrage einen neuen zufälligen `code_verifier` aus 43 bis 128 Buchstaben und Ziffern, und bewahren Sie ihn in der Sitzung des Benutzers auf. `code_challenge` ist sein SHA-256 in base64url, ohne Füllzeichen. Ein gestohlener Code ist ohne den Verifier wertlos.",
  "docs.get.state":
    "Erzeugen Sie auch einen zufälligen `state`, und bewahren Sie ihn in der Sitzung auf: Daran erkennen Sie, dass eine Antwort zu Ihrer eigenen Anfrage gehört.",
  "docs.get.redirectUri":
    "`redirect_uri` muss für Ihren Client registriert sein, und zwar Zeichen für Zeichen gleich. Nur der Port einer Loopback-Adresse wie `http://127.0.0.1` darf abweichen.",
  "docs.get.authorizeNote":
    "Die Programme lesen `CLIENT_ID` und `REDIRECT_URI` und geben den Code-Verifier, den State und die URL aus, die Sie im Browser öffnen. Ihre Webanwendung bewahrt die ersten beiden in der Sitzung auf und leitet zu der URL weiter.",
  "docs.get.authorize.request":
    "Alle Parameter als JWT, das Ihr Client signiert hat (RFC 9101). Die anderen zählen dann nicht, außer `client_id`.",
  "docs.get.authorize.request_uri":
    "Steht für eine Anfrage, die Sie vorab gesendet haben (RFC 9126). Mit ihr wird nur `client_id` gesendet.",
  "docs.get.authorize.response_type": "Der Wert ist `code`.",
  "docs.get.authorize.response_mode":
    "Wie die Antwort zurückkommt: `query`, der Standard, oder `form_post`, als Formular, das der Browser sendet.",
  "docs.get.authorize.redirect_uri": "Wohin der Benutzer zurückkommt.",
  "docs.get.authorize.scope":
    "Die Scopes, die Sie brauchen, durch Leerzeichen getrennt. Ohne Angabe alle, die Ihr Client haben darf.",
  "docs.get.authorize.state": "Kommt unverändert mit der Antwort zurück.",
  "docs.get.authorize.code_challenge": "Der SHA-256 des Code-Verifiers, in base64url.",
  "docs.get.authorize.code_challenge_method": "Der Wert ist `S256`.",
  "docs.get.authorize.dpop_jkt":
    "Der Fingerabdruck Ihres DPoP-Schlüssels: Der Code gilt dann nur mit einem Nachweis dieses Schlüssels.",
  "docs.get.authorize.prompt":
    "`login`: Der Benutzer meldet sich erneut an. `consent`: Der Benutzer wird erneut gefragt. `none`: Es wird keine Seite gezeigt; was eine braucht, ist ein Fehler.",
  "docs.get.authorize.max_age": "Wie lange die Anmeldung des Benutzers höchstens her sein darf, in Sekunden.",
  "docs.get.authorize.acr_values":
    "Wie sich der Benutzer anmelden muss: einer dieser Werte von `acr`, durch Leerzeichen getrennt.",
  "docs.get.authorize.login_hint": "Der Name des Benutzers, der auf der Anmeldeseite eingetragen wird.",
  "docs.get.authorize.ui_locales": "Die Sprachen der Seiten, etwa `it en`, die bevorzugte zuerst.",
  "docs.get.pkceRequired": "Ja für öffentliche Clients, empfohlen für alle",
  "docs.get.ifSeveral": "Wenn mehrere registriert sind",
  "docs.get.ifSent": "Wenn die Autorisierungsanfrage sie hatte",
  "docs.get.unlessPushed": "Ja, außer bei einer vorab gesendeten Anfrage",
  "docs.get.recommended": "Empfohlen",
  "docs.get.redirect": "Authorization Code: die Antwort",
  "docs.get.redirectText":
    "Hat der Benutzer den Zugriff erlaubt, kommt der Browser zu Ihrer Redirect-URI zurück, mit diesen Parametern in der Query.",
  "docs.get.redirect.code": "Der Code. Er gilt {lifetime} lang, und nur einmal.",
  "docs.get.redirect.state":
    "Der `state` Ihrer Anfrage. Ist es nicht der aus der Sitzung des Benutzers, brechen Sie ab.",
  "docs.get.redirect.iss":
    "Wer antwortet: `{issuer}`. Ist es ein anderer, brechen Sie ab: Die Antwort kann vom Server eines Angreifers kommen (RFC 9207).",
  "docs.get.redirect.error":
    "Anstelle von `code`, wenn Sie keinen bekommen. `error_description` ist ein Text für Sie.",
  "docs.get.shownError":
    "Ist die Client-ID oder die Redirect-URI falsch, kommt der Browser nicht zurück: Der Benutzer sieht eine Seite mit dem Fehler.",
  "docs.get.exchange": "Authorization Code: der Tausch",
  "docs.get.exchangeText":
    "Tauschen Sie den Code sofort gegen Tokens. Kommt ein Code ein zweites Mal, werden seine Tokens widerrufen, denn er könnte gestohlen sein.",
  "docs.get.exchangeNote":
    "Die Programme lesen `CLIENT_ID`, `CLIENT_SECRET`, `CODE`, `REDIRECT_URI` und `CODE_VERIFIER` aus der Umgebung. Ist Ihr Client öffentlich, lassen Sie `CLIENT_SECRET` leer. Zum Ausprobieren von Hand kopieren Sie den Code aus der Adresszeile des Browsers.",
  "docs.get.exchangePage":
    "Die Beispiele für Webseiten sind die eines öffentlichen Clients. Eine solche Seite findet den Code in ihrer eigenen URL und den Code-Verifier in `sessionStorage`, wo ihn das Beispiel der Anfrage abgelegt hat.",
  "docs.get.param.code": "Der `code` der Antwort.",
  "docs.get.param.redirect_uri": "Dieselbe wie in der Autorisierungsanfrage.",
  "docs.get.param.code_verifier": "Der Code-Verifier aus der Sitzung des Benutzers.",
  "docs.get.param.device_code": "Der `device_code` der Antwort.",
  "docs.get.param.username": "Der Name des Benutzers.",
  "docs.get.param.password": "Das Passwort des Benutzers.",
  "docs.get.device": "Geräte-Code",
  "docs.get.deviceText":
    "Das Gerät fordert zwei Codes an, zeigt dem Benutzer den einen und fragt mit dem anderen nach, bis der Benutzer den Zugriff in einem Browser erlaubt hat (RFC 8628).",
  "docs.get.deviceShow":
    "Zeigen Sie dem Benutzer `verification_uri` und `user_code`, und `verification_uri_complete` als QR-Code. Fragen Sie dann alle {interval} am Token-Endpunkt nach, bis es Tokens oder einen anderen Fehler als `authorization_pending` und `slow_down` gibt:",
  "docs.get.device.device_code": "Für Ihre Anfragen am Token-Endpunkt. Der Benutzer sieht ihn nie.",
  "docs.get.device.user_code": "Was der Benutzer eingibt.",
  "docs.get.device.verification_uri": "Wo der Benutzer ihn eingibt.",
  "docs.get.device.verification_uri_complete": "Dieselbe Seite, mit eingetragenem Code.",
  "docs.get.device.expires_in": "Wie lange beide Codes gelten, in Sekunden.",
  "docs.get.device.interval": "Wie lange Sie zwischen zwei Anfragen warten, in Sekunden.",
  "docs.get.service": "Client Credentials",
  "docs.get.serviceText":
    "Ein Token für Ihr Programm selbst. Es braucht einen Client mit Secret, und es gibt kein Refresh-Token: Läuft das Access-Token ab, senden Sie dieselbe Anfrage noch einmal.",
  "docs.get.service.client_secret":
    "Das Client-Secret, das Sie erhalten haben. Ein öffentlicher Client hat keines und darf diesen Grant-Type nicht verwenden.",
  "docs.get.serviceNote": "Die Programme lesen `CLIENT_ID` und `CLIENT_SECRET` aus der Umgebung.",
  "docs.get.password": "Passwort",
  "docs.get.passwordText":
    "Verwenden Sie es nicht in einem neuen Programm: RFC 9700 verbietet es. Ihr Programm sieht das Passwort, die Benutzer gewöhnen sich daran, es außerhalb der Anmeldeseite einzugeben, und ein zweiter Faktor ist unmöglich. Es ist für Programme, die es schon verwenden.",
  "docs.get.response": "Die Antwort",
  "docs.get.responseNote":
    "Senden Sie das Access-Token im Header `Authorization: Bearer …` an die API. Speichern Sie das Refresh-Token dort, wo nur Ihr Programm es lesen kann: Es ist so viel wert wie ein Passwort. Enthält die Antwort keines, darf Ihr Client keine Tokens erneuern.",
  "docs.get.member.access_token": "Das Access-Token.",
  "docs.get.member.refresh_token":
    "Das Refresh-Token, wenn Ihr Client Tokens erneuern darf. Speichern Sie es.",
  "docs.get.scopes": "Scopes",
  "docs.get.scopesNote":
    "Ein Scope ist etwas, das ein Token erlaubt. {provider} bestimmt, welche Ihr Client haben darf; ohne `scope` bekommen Sie alle.",
  "docs.get.scope": "Scope",
  "docs.get.scope.offline_access":
    "Zugriff, während der Benutzer abwesend ist. Sie dürfen darum bitten; ob es ein Refresh-Token gibt, hängt von Ihrem Client ab.",
};
