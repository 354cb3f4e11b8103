import type { introspectionEn } from "../en/introspection.ts";

/** The messages of the page on introspection, in Italian. */
export const introspectionIt: Readonly<Record<keyof typeof introspectionEn, string>> = {
  "docs.introspect.title": "Introspezione",
  "docs.introspect.lead": "Chiedi al servizio se un token è valido ora e per che cosa.",
  "docs.introspect.token": "L’access token o il refresh token su cui chiedi.",
  "docs.introspect.client_secret":
    "Il client secret che hai ricevuto. Un client pubblico non ne ha e non può chiedere.",
  "docs.introspect.active": "Se il token è valido ora. Se non lo è, la risposta non contiene altro.",
  "docs.introspect.token_use": "Che cos’è: `access_token` o `refresh_token`.",
  "docs.introspect.members": "Ciò che un token non ha manca nella risposta.",
  "docs.introspect.inactive":
    "La seconda risposta è quella per ogni altro token: scaduto, revocato, sconosciuto o di un altro client.",
  "docs.introspect.limits": "Che cosa puoi chiedere",
  "docs.introspect.own": "Il tuo client riceve informazioni solo sui propri token.",
  "docs.introspect.resourceServer":
    "Un’API che accetta token di altri client ha bisogno di un client che il fornitore ha contrassegnato come resource server.",
  "docs.introspect.spent":
    "Un refresh token sostituito non è attivo, anche finché un rinnovo ripetuto riceverebbe gli stessi token.",
  "docs.introspect.noUse": "Chiedere non è usare il token: non prolunga e non termina nulla.",
  "docs.introspect.verify":
    "Un’API che controlla ogni richiesta è più veloce se verifica da sé gli access token.",
};
