import type { refreshingTokensEn } from "../en/refreshing-tokens.ts";

/** The messages of the page on refreshing tokens, in Italian. */
export const refreshingTokensIt: Readonly<Record<keyof typeof refreshingTokensEn, string>> = {
  "docs.refresh.title": "Rinnovare i token",
  "docs.refresh.lead":
    "Scambia il tuo refresh token con un nuovo access token e un nuovo refresh token. L’utente non deve accedere di nuovo.",
  "docs.requestNote":
    "Invia i parametri come modulo (`application/x-www-form-urlencoded` o `multipart/form-data`) o come `application/json`. Il client ID e il secret si possono inviare anche con HTTP Basic. Non metterli mai nell’URL.",
  "docs.param.grant_type": "Il valore è `refresh_token`.",
  "docs.param.client_id": "Il client ID che hai ricevuto.",
  "docs.param.client_secret":
    "Il client secret che hai ricevuto. Una pagina web o un’app sul dispositivo di un utente non può custodire un secret: chiedi un client pubblico, che non ne ha.",
  "docs.param.refresh_token": "Il refresh token più recente che hai salvato.",
  "docs.param.scope":
    "Meno scope per questo access token, separati da spazi. Se manca, tutti quelli concessi.",
  "docs.param.resource": "L’API a cui è destinato l’access token, se il tuo client la sceglie (RFC 8707).",
  "docs.member.token_type": "Il valore è `Bearer`.",
  "docs.member.expires_in": "Per quanto è valido l’access token, in secondi.",
  "docs.member.access_token": "Il nuovo access token.",
  "docs.member.refresh_token": "Il nuovo refresh token. Sostituisce quello che hai inviato: salvalo.",
  "docs.member.scope": "Gli scope dell’access token, se non sono quelli che hai richiesto.",
  "docs.member.refresh_token_expires_in": "Lo stesso valore di `refresh_token_timeout`.",
  "docs.member.refresh_token_timeout": "Per quanto il refresh token può restare inutilizzato, in secondi.",
  "docs.member.authorization_expires_in":
    "Per quanto puoi continuare a rinnovare, in secondi. Poi l’utente accede di nuovo.",
  "docs.member.refresh_token_retry_window":
    "Per quanto una richiesta ripetuta riceve di nuovo gli stessi token, in secondi.",
  "docs.exampleNote":
    "Gli esempi leggono `CLIENT_ID`, `CLIENT_SECRET` e `REFRESH_TOKEN` dall’ambiente. Negli esempi per le pagine web, sostituiscili nel testo. Se il tuo client è pubblico, lascia vuoto `CLIENT_SECRET`.",
  "docs.rule": "Regola per riprovare",
  "docs.rule.store": "Salva il nuovo refresh token prima di usare il nuovo access token.",
  "docs.rule.retry":
    "Se non arriva alcuna risposta, invia di nuovo la stessa richiesta. Per almeno {window} riceve di nuovo gli stessi token.",
  "docs.rule.own":
    "Per il tuo client il tempo può essere diverso: lo indica `refresh_token_retry_window` nella risposta.",
  "docs.rule.late":
    "Un refresh token che arriva più tardi, quando ne è già stato usato uno più recente, potrebbe essere rubato: la sessione termina e l’utente accede di nuovo.",
  "docs.rule.busy":
    "Dopo uno stato 429 o 503, aspetta i secondi indicati da `Retry-After` e invia di nuovo la stessa richiesta. Il refresh token resta valido.",
  "docs.lifetimes": "Durate",
  "docs.lifetimeOf": "Token",
  "docs.lifetime": "Durata",
  "docs.lifetime.access": "Access token",
  "docs.lifetime.idle": "Refresh token inutilizzato",
  "docs.lifetime.max": "Tutti i token di un accesso, per quanto spesso tu rinnovi",
  "docs.lifetimesNote":
    "Queste sono le durate dei nuovi client. Il tuo può averne altre: le indica la risposta.",
  "docs.errorsNote":
    "La risposta a una richiesta rifiutata è JSON. Contiene `error`, un codice per il tuo programma, e di solito `error_description`, un testo per te.",
  "docs.error.expired.meaning":
    "Il refresh token non è stato usato in tempo, o è finito il tempo concesso dopo l’accesso.",
  "docs.error.expired.action": "Fai accedere di nuovo l’utente. Rinnova prima della scadenza.",
  "docs.error.revoked.meaning": "L’utente, il tuo programma o il fornitore ha rimosso questo accesso.",
  "docs.error.revoked.action": "Fai accedere di nuovo l’utente.",
  "docs.error.reused.meaning":
    "Il refresh token è già stato sostituito e ne è in uso uno più recente. Potrebbe essere rubato, perciò la sessione è terminata.",
  "docs.error.reused.action":
    "Fai accedere di nuovo l’utente. Salva ogni nuovo refresh token prima di usarlo, e fai usare a tutti i processi lo stesso archivio.",
  "docs.error.invalid.meaning": "Il refresh token non è stato emesso qui, o appartiene a un altro client.",
  "docs.error.invalid.action":
    "Controlla di inviare il token intero, con il client per cui è stato emesso. Altrimenti fai accedere di nuovo l’utente.",
  "docs.error.client.meaning": "Il client ID o il secret è errato, o il client è disattivato.",
  "docs.error.client.action":
    "Controlla entrambi, e se il tuo client è pubblico. Il refresh token resta valido: invia di nuovo la richiesta quando sono giusti.",
  "docs.error.request.meaning": "La richiesta non è leggibile, o un parametro manca o è ripetuto.",
  "docs.error.request.action": "Correggi la richiesta. `error_description` indica l’errore.",
  "docs.error.body.meaning": "Il `Content-Type` non è uno di quelli indicati sopra.",
  "docs.error.body.action": "Invia un modulo o JSON, senza `Content-Encoding`.",
  "docs.error.grantType.meaning": "Il tuo client non può rinnovare i token.",
  "docs.error.grantType.action": "Chiedi al fornitore di consentire il grant type `refresh_token`.",
  "docs.error.scope.meaning":
    "Hai chiesto uno scope che non è stato concesso. Il refresh token resta valido.",
  "docs.error.scope.action": "Ometti `scope`, o chiedi meno scope.",
  "docs.error.tooMany.meaning": "Dal tuo indirizzo sono arrivati troppi tentativi falliti.",
  "docs.error.tooMany.action":
    "Aspetta i secondi indicati da `Retry-After`. Controlla il client ID e il secret.",
  "docs.error.busy.meaning": "Il servizio è sovraccarico. Non è andato perso nulla.",
  "docs.error.busy.action": "Invia di nuovo la stessa richiesta dopo i secondi indicati da `Retry-After`.",
  "docs.error.server.meaning": "Nel servizio si è verificato un errore imprevisto.",
  "docs.error.server.action": "Invia di nuovo la stessa richiesta più tardi.",
};
