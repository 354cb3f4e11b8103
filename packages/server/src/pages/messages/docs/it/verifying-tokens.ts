import type { verifyingTokensEn } from "../en/verifying-tokens.ts";

/** The messages of the page on verifying tokens, in Italian. */
export const verifyingTokensIt: Readonly<Record<keyof typeof verifyingTokensEn, string>> = {
  "docs.verify.title": "Verificare i token",
  "docs.verify.lead": "Per le API: controlla da te gli access token, senza una richiesta per ciascuno.",
  "docs.verify.values": "Valori di questo servizio",
  "docs.verify.issuerName": "Emittente (`iss`)",
  "docs.verify.jwks": "Chiavi pubbliche (JWKS)",
  "docs.verify.metadata": "Metadati (RFC 8414)",
  "docs.verify.audience": "Destinatario (`aud`)",
  "docs.verify.algorithms": "Algoritmi (`alg`)",
  "docs.verify.typ": "Tipo (`typ`)",
  "docs.verify.audienceNote":
    "La tua API può avere un destinatario proprio: chiedi al fornitore. Rifiuta i token con un altro: sono per altre API.",
  "docs.verify.resourceNote":
    "Un client può richiedere il destinatario della tua API con `resource` (RFC 8707).",
  "docs.verify.checks": "Che cosa controllare",
  "docs.verify.signature":
    "La firma, con la chiave che l’intestazione indica in `kid`. Accetta solo gli algoritmi indicati sopra.",
  "docs.verify.type":
    "`typ` nell’intestazione è {type}. Nessun altro JWT di questo servizio è un access token.",
  "docs.verify.issuer": "`iss` e `aud` sono esattamente i valori indicati sopra.",
  "docs.verify.times": "`exp` non è passato. Ammetti {seconds} di differenza tra gli orologi.",
  "docs.verify.scope":
    "`scope` contiene lo scope che serve alla richiesta. Altrimenti rispondi con 403 e `insufficient_scope` (RFC 6750).",
  "docs.verify.refuse":
    'A ogni altro token rispondi con 401 e `WWW-Authenticate: Bearer error="invalid_token"`, senza dire perché.',
  "docs.verify.example": "Esempi",
  "docs.verify.exampleNote":
    "Gli esempi leggono `ACCESS_TOKEN` dall’ambiente. Nella tua API arriva nell’intestazione `Authorization: Bearer …` di ogni richiesta.",
  "docs.verify.claims": "Claim",
  "docs.verify.optional":
    "`scope`, `gid` e `auth_time` possono mancare: un token può essere senza scope, o del client stesso.",
  "docs.verify.token": "Un token decodificato",
  "docs.verify.keys": "Chiavi",
  "docs.verify.cache":
    "Conserva le chiavi per {maxAge}. Ricaricale per un `kid` che non conosci, ma non a ogni token di questo tipo.",
  "docs.verify.rotation":
    "Le chiavi cambiano da sole: non scriverne nessuna nel tuo programma. Una nuova chiave è pubblicata {maxAge} prima di firmare.",
  "docs.verify.outage": "Se le chiavi non si possono caricare, continua con quelle che hai.",
  "docs.verify.revoked": "Token revocati",
  "docs.verify.feed":
    "`@regrant/verify` segue le revoche di questo servizio e rifiuta un token revocato circa un secondo dopo. Gli serve un client che il fornitore ha contrassegnato come resource server.",
  "docs.verify.ask":
    "In PHP e in altri linguaggi, chiedi con l’introspezione dove un token revocato non deve essere accettato.",
  "docs.verify.passport": "Token con i claim di Laravel Passport",
  "docs.verify.passportNote":
    'I client trasferiti qui da Laravel Passport possono ricevere token con questi claim: senza `iss`, e con il client in `aud`. `@regrant/verify` li legge con `profile: "passport"`.',
  "docs.claim.iss": "Il servizio che ha emesso il token.",
  "docs.claim.aud": "L’API a cui è destinato il token.",
  "docs.claim.sub": "L’utente per cui vale il token, o il client stesso.",
  "docs.claim.client_id": "Il client per cui il token è stato emesso.",
  "docs.claim.iat": "Quando il token è stato emesso, in secondi dal 1970.",
  "docs.claim.nbf": "Da quando il token è valido: lo stesso valore di `iat`.",
  "docs.claim.exp": "Quando il token scade, in secondi dal 1970.",
  "docs.claim.scope": "Gli scope, separati da spazi.",
  "docs.claim.scopes": "Gli scope, come elenco.",
  "docs.claim.gid": "La sessione da cui viene il token. Un rinnovo non la cambia.",
  "docs.claim.auth_time": "Quando l’utente ha fatto l’accesso, in secondi dal 1970.",
  "docs.claim.jti": "L’ID del token.",
  "docs.claim.acr": "Come si è autenticato l’utente, se è noto.",
  "docs.claim.authorization_details": "Ciò che è stato concesso oltre agli scope (RFC 9396).",
  "docs.claim.act": "Chi agisce per l’utente, se è qualcun altro.",
  "docs.claim.cnf": "La chiave a cui il token è legato, se lo è: la sua impronta.",
};
