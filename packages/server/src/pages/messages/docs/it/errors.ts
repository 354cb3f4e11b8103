import type { errorsEn } from "../en/errors.ts";

/** The messages of the page on errors, in Italian. */
export const errorsIt: Readonly<Record<keyof typeof errorsEn, string>> = {
  "docs.errorsNote":
    "La risposta a una richiesta rifiutata è JSON. Contiene `error`, un codice per il tuo programma, e di solito `error_description`, un testo per te.",
  "docs.errors.lead": "Che cosa significa ogni errore per il tuo programma e che cosa fare.",
  "docs.errors.format": "Com’è fatto un errore",
  "docs.errorMember.error": "Il codice in base al quale decide il tuo programma.",
  "docs.errorMember.error_description":
    "Che cosa non va, in inglese, per te. La formulazione può cambiare: non confrontarla.",
  "docs.errorMember.error_reason":
    "Perché un token è stato rifiutato: `expired`, `revoked`, `reused` o `invalid`. Solo con `invalid_grant`.",
  "docs.errorMember.hint": "Che cosa non va esattamente.",
  "docs.errorMember.message": "Lo stesso valore di `error_description`.",
  "docs.errors.headers":
    "Un 401 ha l’intestazione `WWW-Authenticate`. Un 429 e un 503 hanno `Retry-After`: i secondi da aspettare.",
  "docs.errors.everywhere": "A ogni endpoint",
  "docs.errors.redirect": "Al tuo redirect URI",
  "docs.errors.redirectNote":
    "Se una richiesta di autorizzazione è rifiutata, il browser porta `error` e `error_description` al tuo `redirect_uri`, al posto di `code`.",
  "docs.errors.page": "In una pagina del browser",
  "docs.errors.push": "Inviare in anticipo una richiesta di autorizzazione",
  "docs.errors.device": "Inizio su un dispositivo",
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
    "Controlla il client ID e il secret, e se il tuo client è pubblico. Il refresh token resta valido: invia di nuovo la richiesta quando sono giusti.",
  "docs.error.assertion.meaning": "L’asserzione del client non è valida.",
  "docs.error.assertion.action":
    "Crea una nuova asserzione per ogni richiesta: `aud` è l’emittente come testo, `exp` è vicino, `jti` è nuovo. `error_description` indica l’errore. Il refresh token resta valido.",
  "docs.error.request.meaning":
    "La richiesta non è leggibile, o un parametro manca, è ripetuto o non è supportato.",
  "docs.error.request.action": "Correggi la richiesta. `error_description` indica l’errore.",
  "docs.error.body.meaning": "Il servizio non legge questo `Content-Type`.",
  "docs.error.body.action": "Invia un modulo o JSON, senza `Content-Encoding`.",
  "docs.error.grantType.meaning":
    "Il servizio non conosce questo grant type, o il tuo client non può usarlo.",
  "docs.error.grantType.action":
    "Controlla `grant_type`, o chiedi al fornitore di consentirlo per il tuo client.",
  "docs.error.proof.meaning": "La prova DPoP manca, non è valida o è già stata usata.",
  "docs.error.proof.action":
    "Crea una nuova prova per ogni richiesta, con il metodo e l’URL di questo endpoint e l’ora attuale. `error_description` dice che cosa non va.",
  "docs.error.nonce.meaning": "La prova DPoP non ha un nonce di questo servizio, o ne ha uno vecchio.",
  "docs.error.nonce.action":
    "Ripeti la richiesta con una nuova prova che abbia il nonce dell’header di risposta `DPoP-Nonce`.",
  "docs.error.scope.meaning":
    "Hai chiesto uno scope sconosciuto o che non è stato concesso. Un refresh token resta valido.",
  "docs.error.scope.action": "Ometti `scope`, o chiedi meno scope.",
  "docs.error.tooMany.meaning": "Dal tuo indirizzo sono arrivate troppe richieste o tentativi falliti.",
  "docs.error.tooMany.action":
    "Aspetta i secondi indicati da `Retry-After`. Controlla il client ID e il secret.",
  "docs.error.busy.meaning": "Il servizio è sovraccarico. Non è andato perso nulla.",
  "docs.error.busy.action": "Invia di nuovo la stessa richiesta dopo i secondi indicati da `Retry-After`.",
  "docs.error.server.meaning": "Nel servizio si è verificato un errore imprevisto.",
  "docs.error.server.action": "Invia di nuovo la stessa richiesta più tardi.",
  "docs.error.otherClient.meaning": "Il token è stato emesso per un altro client.",
  "docs.error.otherClient.action": "Revocalo con il client per cui è stato emesso.",
  "docs.error.code.meaning":
    "Il codice è scaduto, è stato usato o è di un’altra richiesta: `redirect_uri` o `code_verifier` non corrisponde.",
  "docs.error.code.action": "Fai ricominciare l’utente. Scambia ogni codice subito, e una sola volta.",
  "docs.error.pending.meaning":
    "L’utente non ha ancora risposto, o il tuo programma chiede troppo spesso (`slow_down`).",
  "docs.error.pending.action":
    "Chiedi di nuovo dopo i secondi di `interval`; da ogni `slow_down` in poi, 5 secondi più tardi di prima.",
  "docs.error.exchange.meaning": "Il token non può essere scambiato con questo, o non da questo client.",
  "docs.error.exchange.action":
    "Invia un token attivo. Chiedi al fornitore che cosa può scambiare questo client.",
  "docs.error.grantAssertion.meaning":
    "L’asserzione del fornitore di identità non è valida, è stata usata o non è per questo client o utente.",
  "docs.error.grantAssertion.action":
    "Ottienine una nuova, per questo client e questo servizio. Usala una volta sola.",
  "docs.error.deviceCode.meaning":
    "Il codice dispositivo è scaduto, è stato usato o appartiene a un altro client.",
  "docs.error.deviceCode.action": "Chiedi nuovi codici, e mostra all’utente quello nuovo.",
  "docs.error.denied.meaning": "L’utente non ha consentito l’accesso.",
  "docs.error.denied.action": "Dillo all’utente. Ricomincia solo se lo desidera.",
  "docs.error.password.meaning": "Il nome utente o la password non è corretta.",
  "docs.error.password.action":
    "Fai reinserire entrambi all’utente. Non ripetere da solo: dopo vari errori c’è un’attesa.",
  "docs.error.prompt.meaning": "Hai chiesto con `prompt=none`, e l’utente deve accedere o dare il consenso.",
  "docs.error.prompt.action": "Invia di nuovo la richiesta senza `prompt=none`.",
  "docs.error.authentication.meaning":
    "L’utente non ha effettuato l’accesso come richiede `acr_values` o `max_age`, oppure qui nessuno può farlo.",
  "docs.error.authentication.action": "Chiedi un altro `acr`, o di’ all’utente che questo accesso non basta.",
  "docs.error.redirectUri.meaning": "Il `redirect_uri` non è registrato per il tuo client.",
  "docs.error.redirectUri.action":
    "Inviane uno registrato, esattamente com’è lì, o chiedi al fornitore di aggiungere il tuo.",
  "docs.error.requestUri.meaning": "Il `request_uri` è scaduto, è stato usato o è sconosciuto.",
  "docs.error.requestUri.action":
    "Invia di nuovo la richiesta in anticipo, e reindirizza il browser con il nuovo `request_uri`.",
  "docs.error.notPushed.meaning":
    "Il tuo client deve inviare in anticipo le sue richieste di autorizzazione.",
  "docs.error.notPushed.action":
    "Invia prima i parametri all’endpoint per le richieste in anticipo (RFC 9126).",
  "docs.error.document.meaning": "Il documento a cui punta il tuo client ID non è leggibile o non è valido.",
  "docs.error.document.action": "Correggi il documento. L’errore indica il campo.",
  "docs.error.publicClient.meaning": "Un client pubblico non può interrogare i token.",
  "docs.error.publicClient.action": "Usa un client che ha un secret.",
  "docs.error.resource.meaning":
    "Il `resource` che hai richiesto è sconosciuto, o i tuoi token non sono per esso.",
  "docs.error.resource.action": "Ometti `resource`, o inviane uno che il fornitore ti ha indicato.",
  "docs.error.size.meaning": "La richiesta è troppo grande.",
  "docs.error.size.action": "Invia i parametri nel corpo, non nell’URL, e solo quelli dell’endpoint.",
};
