import type { refreshingTokensEn } from "../en/refreshing-tokens.ts";

/** The messages of the page on refreshing tokens, in Italian. */
export const refreshingTokensIt: Readonly<Record<keyof typeof refreshingTokensEn, string>> = {
  "docs.refresh.title": "Rinnovare i token",
  "docs.refresh.lead":
    "Scambia il tuo refresh token con un nuovo access token e un nuovo refresh token. L’utente non deve accedere di nuovo.",
  "docs.requestNote":
    "Invia i parametri come modulo (`application/x-www-form-urlencoded` o `multipart/form-data`) o come `application/json`. Il client ID e il secret si possono inviare anche con HTTP Basic. Non metterli mai nell’URL.",
  "docs.keyNote":
    "Un client che ha una chiave invece di un secret invia `client_assertion` e `client_assertion_type` al posto di `client_secret`: un JWT che firma solo per questa richiesta, con l’issuer di questo servizio come `aud` (`private_key_jwt`, RFC 7523). Un client che ha un certificato invia solo `client_id`, via TLS con quel certificato (RFC 8705).",
  "docs.param.grant_type": "Il valore è `{value}`.",
  "docs.param.client_id": "Il client ID che hai ricevuto.",
  "docs.param.client_secret":
    "Il client secret che hai ricevuto. Una pagina web o un’app sul dispositivo di un utente non può custodire un secret: chiedi un client pubblico, che non ne ha.",
  "docs.param.refresh_token": "Il refresh token più recente che hai salvato.",
  "docs.param.scope":
    "Meno scope per questo access token, separati da spazi. Se manca, tutti quelli concessi.",
  "docs.param.authorization_details":
    "Ciò che il tuo client chiede oltre agli scope (RFC 9396): un array JSON di oggetti con un `type`.",
  "docs.param.resource": "L’API a cui è destinato l’access token, se il tuo client la sceglie (RFC 8707).",
  "docs.member.token_type":
    "`Bearer`, o `DPoP` se la richiesta del token aveva una prova DPoP (RFC 9449) nell’intestazione `DPoP`: il token è legato alla chiave di quella prova, e anche ogni richiesta all’API ne richiede una.",
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
};
