import type { gettingTokensEn } from "../en/getting-tokens.ts";

/** The messages of the page on getting tokens, in Italian. */
export const gettingTokensIt: Readonly<Record<keyof typeof gettingTokensEn, string>> = {
  "docs.get.title": "Ottenere i token",
  "docs.get.lead":
    "Ottieni il primo access token e, con esso, il refresh token. Il modo dipende da che cosa è il tuo programma.",
  "docs.get.choose": "Quale grant type",
  "docs.get.program": "Il tuo programma è",
  "docs.get.use": "Usa",
  "docs.get.program.server": "un’applicazione web con un proprio server",
  "docs.get.use.server": "`authorization_code`, con il client secret e PKCE",
  "docs.get.program.app": "una pagina web senza server, o un’app sul dispositivo dell’utente",
  "docs.get.use.app": "`authorization_code` con PKCE, come client pubblico: non ha un secret",
  "docs.get.program.device": "un dispositivo o un programma a riga di comando senza browser",
  "docs.get.use.device": "il codice dispositivo: l’utente accede da un telefono o da un computer",
  "docs.get.program.service": "un programma che lavora per conto proprio, senza utente",
  "docs.get.use.service": "`client_credentials`: un access token, senza refresh token",
  "docs.get.program.password": "un programma esistente che chiede la password ai suoi utenti",
  "docs.get.use.password": "`password`, finché non può usare `authorization_code`",
  "docs.get.chooseNote":
    "{provider} decide quali grant type può usare il tuo client. Con ogni altro la risposta è {error}: in quel caso, chiedilo.",
  "docs.get.before":
    "Ti serve un client ID e, a meno che il tuo client sia pubblico, un client secret. Li ricevi da {provider}, dove registri anche il tuo redirect URI.",
  "docs.get.authorize": "Authorization code: la richiesta",
  "docs.get.authorizeText":
    "L’utente accede presso {provider} e il tuo programma riceve un codice, che scambia con i token. Non vede mai la password. Per cominciare, reindirizza il browser dell’utente all’endpoint di autorizzazione, con questi parametri nella query.",
  "docs.get.verifier":
    "PKCE (RFC 7636): per ogni richiesta crea un nuovo `code_verifier` casuale, da 43 a 128 lettere e cifre, e conservalo nella sessione dell’utente. `code_challenge` è il suo SHA-256 in base64url, senza riempimento. Un codice rubato è inutile senza il verifier.",
  "docs.get.state":
    "Crea anche uno `state` casuale e conservalo nella sessione: da esso riconosci che una risposta appartiene alla tua richiesta.",
  "docs.get.redirectUri":
    "`redirect_uri` deve essere registrato per il tuo client ed essere uguale carattere per carattere. Può cambiare solo la porta di un indirizzo di loopback come `http://127.0.0.1`.",
  "docs.get.authorizeNote":
    "I programmi leggono `CLIENT_ID` e `REDIRECT_URI` e stampano il code verifier, lo state e l’URL da aprire in un browser. La tua applicazione web conserva i primi due nella sessione e reindirizza all’URL.",
  "docs.get.authorize.request":
    "Tutti i parametri come JWT firmato dal tuo client (RFC 9101). Gli altri vengono allora ignorati, tranne `client_id`.",
  "docs.get.authorize.request_uri":
    "Sta per una richiesta che hai inviato in anticipo (RFC 9126). Insieme si invia solo `client_id`.",
  "docs.get.authorize.response_type": "Il valore è `code`.",
  "docs.get.authorize.response_mode":
    "Come torna la risposta: `query`, il valore predefinito, o `form_post`, come modulo inviato dal browser.",
  "docs.get.authorize.redirect_uri": "Dove torna l’utente.",
  "docs.get.authorize.scope":
    "Gli scope che ti servono, separati da spazi. Se manca, tutti quelli che il tuo client può avere.",
  "docs.get.authorize.state": "Torna invariato con la risposta.",
  "docs.get.authorize.code_challenge": "Lo SHA-256 del code verifier, in base64url.",
  "docs.get.authorize.code_challenge_method": "Il valore è `S256`.",
  "docs.get.authorize.dpop_jkt":
    "L’impronta della tua chiave DPoP: il codice vale allora solo con una prova di questa chiave.",
  "docs.get.authorize.prompt":
    "`login`: l’utente accede di nuovo. `consent`: si chiede di nuovo il consenso all’utente. `none`: non si mostra alcuna pagina, e se ne servirebbe una è un errore.",
  "docs.get.authorize.max_age":
    "Quanto tempo fa, al massimo, l’utente può aver effettuato l’accesso, in secondi.",
  "docs.get.authorize.acr_values":
    "Come deve accedere l’utente: uno di questi valori di `acr`, separati da spazi.",
  "docs.get.authorize.login_hint": "Il nome dell’utente, già inserito nella pagina di accesso.",
  "docs.get.authorize.ui_locales": "Le lingue delle pagine, come `it en`, prima la preferita.",
  "docs.get.pkceRequired": "Sì per i client pubblici, consigliato per tutti",
  "docs.get.ifSeveral": "Se ne sono registrati diversi",
  "docs.get.ifSent": "Se la richiesta di autorizzazione lo conteneva",
  "docs.get.unlessPushed": "Sì, a meno che la richiesta sia stata inviata in anticipo",
  "docs.get.recommended": "Consigliato",
  "docs.get.redirect": "Authorization code: la risposta",
  "docs.get.redirectText":
    "Quando l’utente ha consentito l’accesso, il browser torna al tuo redirect URI, con questi parametri nella query.",
  "docs.get.redirect.code": "Il codice. È valido per {lifetime}, e una volta sola.",
  "docs.get.redirect.state":
    "Lo `state` della tua richiesta. Se non è quello nella sessione dell’utente, fermati.",
  "docs.get.redirect.iss":
    "Chi risponde: `{issuer}`. Se è un altro, fermati: la risposta potrebbe venire dal server di un aggressore (RFC 9207).",
  "docs.get.redirect.error": "Al posto di `code`, se non ne ricevi. `error_description` è un testo per te.",
  "docs.get.shownError":
    "Se il client ID o il redirect URI è errato, il browser non torna: l’utente vede una pagina con l’errore.",
  "docs.get.exchange": "Authorization code: lo scambio",
  "docs.get.exchangeText":
    "Scambia subito il codice con i token. Se un codice arriva una seconda volta, i suoi token sono revocati, perché potrebbe essere rubato.",
  "docs.get.exchangeNote":
    "I programmi leggono `CLIENT_ID`, `CLIENT_SECRET`, `CODE`, `REDIRECT_URI` e `CODE_VERIFIER` dall’ambiente. Se il tuo client è pubblico, lascia vuoto `CLIENT_SECRET`. Per provare a mano, copia il codice dalla barra degli indirizzi del browser.",
  "docs.get.exchangePage":
    "Gli esempi per le pagine web sono di un client pubblico. Una tale pagina trova il codice nel proprio URL, e il code verifier in `sessionStorage`, dove l’ha conservato l’esempio della richiesta.",
  "docs.get.param.code": "Il `code` della risposta.",
  "docs.get.param.redirect_uri": "Lo stesso della richiesta di autorizzazione.",
  "docs.get.param.code_verifier": "Il code verifier dalla sessione dell’utente.",
  "docs.get.param.device_code": "Il `device_code` della risposta.",
  "docs.get.param.username": "Il nome dell’utente.",
  "docs.get.param.password": "La password dell’utente.",
  "docs.get.device": "Codice dispositivo",
  "docs.get.deviceText":
    "Il dispositivo chiede due codici, ne mostra uno all’utente e con l’altro interroga l’endpoint dei token, finché l’utente ha consentito l’accesso in un browser (RFC 8628).",
  "docs.get.deviceShow":
    "Mostra all’utente `verification_uri` e `user_code`, e `verification_uri_complete` come codice QR. Poi interroga l’endpoint dei token ogni {interval}, finché arrivano i token o un errore diverso da `authorization_pending` e `slow_down`:",
  "docs.get.device.device_code": "Per le tue richieste all’endpoint dei token. L’utente non lo vede mai.",
  "docs.get.device.user_code": "Quello che l’utente inserisce.",
  "docs.get.device.verification_uri": "Dove l’utente lo inserisce.",
  "docs.get.device.verification_uri_complete": "La stessa pagina, con il codice già inserito.",
  "docs.get.device.expires_in": "Per quanto sono validi entrambi i codici, in secondi.",
  "docs.get.device.interval": "Quanto aspettare tra due richieste, in secondi.",
  "docs.get.service": "Client credentials",
  "docs.get.serviceText":
    "Un token per il tuo programma stesso. Serve un client con un secret, e non c’è refresh token: quando l’access token scade, invia di nuovo la stessa richiesta.",
  "docs.get.service.client_secret":
    "Il client secret che hai ricevuto. Un client pubblico non ne ha e non può usare questo grant type.",
  "docs.get.serviceNote": "I programmi leggono `CLIENT_ID` e `CLIENT_SECRET` dall’ambiente.",
  "docs.get.password": "Password",
  "docs.get.passwordText":
    "Non usarlo in un programma nuovo: RFC 9700 lo vieta. Il tuo programma vede la password, gli utenti si abituano a scriverla fuori dalla pagina di accesso, e un secondo fattore è impossibile. È per i programmi che lo usano già.",
  "docs.get.response": "La risposta",
  "docs.get.responseNote":
    "Invia l’access token all’API nell’intestazione `Authorization: Bearer …`. Salva il refresh token dove solo il tuo programma può leggerlo: vale quanto una password. Se la risposta non ne contiene, il tuo client non può rinnovare i token.",
  "docs.get.member.access_token": "L’access token.",
  "docs.get.member.refresh_token": "Il refresh token, se il tuo client può rinnovare i token. Salvalo.",
  "docs.get.scopes": "Scope",
  "docs.get.scopesNote":
    "Uno scope è qualcosa che un token consente. {provider} decide quali può avere il tuo client; senza `scope` li ricevi tutti.",
  "docs.get.scope": "Scope",
  "docs.get.scope.offline_access":
    "Accesso mentre l’utente è assente. Puoi chiederlo; se c’è un refresh token, dipende dal tuo client.",
};
