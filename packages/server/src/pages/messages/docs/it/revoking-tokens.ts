import type { revokingTokensEn } from "../en/revoking-tokens.ts";

/** The messages of the page on revoking tokens, in Italian. */
export const revokingTokensIt: Readonly<Record<keyof typeof revokingTokensEn, string>> = {
  "docs.revoke.title": "Revocare i token",
  "docs.revoke.lead":
    "Termina un accesso che non serve più: quando un utente scollega il tuo programma o ne esce.",
  "docs.revoke.token":
    "Il token da terminare: il refresh token più recente che hai salvato, o un access token.",
  "docs.param.token_type_hint": "Non serve: il servizio riconosce il tipo di token.",
  "docs.revoke.effect": "Che cosa termina",
  "docs.revoke.session":
    "Un refresh token termina l’intera sessione: tutti i refresh token e gli access token di questo accesso.",
  "docs.revoke.access": "Un access token termina da solo. Il refresh token resta valido.",
  "docs.revoke.unknown": "Un token sconosciuto o non più valido non è un errore: la risposta è la stessa.",
  "docs.revoke.delay":
    "Un’API che controlla solo la firma accetta un access token revocato finché non scade: per {lifetime} al massimo.",
  "docs.revoke.forget": "Elimina i token che hai salvato.",
  "docs.revoke.response": "Lo stato è 200. Se non arriva alcuna risposta, invia di nuovo la richiesta.",
};
