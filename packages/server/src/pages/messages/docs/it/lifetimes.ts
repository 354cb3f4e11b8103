import type { lifetimesEn } from "../en/lifetimes.ts";

/** The messages of the page on lifetimes, in Italian. */
export const lifetimesIt: Readonly<Record<keyof typeof lifetimesEn, string>> = {
  "docs.lifetimes": "Durate",
  "docs.lifetimeOf": "Token",
  "docs.lifetime": "Durata",
  "docs.lifetime.access": "Access token",
  "docs.lifetime.idle": "Refresh token inutilizzato",
  "docs.lifetime.max": "Tutti i token di un accesso, per quanto spesso tu rinnovi",
  "docs.lifetimesNote":
    "Queste sono le durate dei nuovi client. Il tuo può averne altre: le indica la risposta.",
  "docs.lifetimes.lead":
    "Per quanto sono validi token e codici, che cosa cambia con un rinnovo e come il tuo programma conosce le durate del tuo client.",
  "docs.lifetimes.tokens": "Token",
  "docs.lifetimes.others": "Codici e accessi",
  "docs.lifetime.code": "Authorization code",
  "docs.lifetime.pushed": "Richiesta di autorizzazione inviata in anticipo",
  "docs.lifetime.signIn": "Accesso di un utente in un browser, al massimo",
  "docs.lifetime.window": "Ripetizione di un rinnovo, almeno",
  "docs.lifetimes.refresh": "Che cosa cambia con un rinnovo",
  "docs.lifetimes.renewed":
    "L’access token è nuovo, e il refresh token può restare inutilizzato per {idle} da quel momento.",
  "docs.lifetimes.fixed":
    "Il tempo dall’accesso continua a scorrere: dopo {max} l’utente accede di nuovo. Nessun token dura di più.",
  "docs.lifetimes.repeated": "Una richiesta ripetuta che riceve gli stessi token non prolunga nulla.",
  "docs.lifetimes.ownTokens":
    "L’access token del client stesso (`client_credentials`) non ha un refresh token: chiedine uno nuovo quando scade.",
  "docs.lifetimes.rarely": "Se il tuo programma gira di rado",
  "docs.lifetimes.timer":
    "Un refresh token che non è usato per {idle} scade. Se il tuo programma gira meno spesso, fai rinnovare in tempo da un’attività pianificata.",
  "docs.lifetimes.own": "Le durate del tuo client",
  "docs.lifetimes.read":
    "Leggile in ogni risposta con i token, e non scriverne nessuna nel tuo programma. I tempi contano dalla risposta.",
  "docs.lifetimes.introspect": "L’introspezione dice quanto resta a un refresh token, senza usarlo.",
};
