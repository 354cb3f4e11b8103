import type { retryRuleEn } from "../en/retry-rule.ts";

/** The messages of the page on the retry rule, in Italian. */
export const retryRuleIt: Readonly<Record<keyof typeof retryRuleEn, string>> = {
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
  "docs.rule.lead":
    "Ogni rinnovo sostituisce il tuo refresh token. Con questa regola né una risposta persa né un secondo processo terminano la sessione.",
  "docs.rule.short": "La regola in breve",
  "docs.rule.storing": "Che cosa salvare, e quando",
  "docs.rule.lock":
    "Fai rinnovare un solo processo alla volta, con un lock. Leggi il refresh token quando hai il lock: un altro processo può averlo sostituito nel frattempo.",
  "docs.rule.together": "Salva insieme il nuovo refresh token, l’access token e la sua scadenza.",
  "docs.rule.keep": "Conserva il vecchio refresh token finché il nuovo non è salvato.",
  "docs.rule.storeFailed":
    "Se il salvataggio fallisce, invia di nuovo la stessa richiesta: entro {window} riceve gli stessi token.",
  "docs.rule.lost": "Quando una risposta va persa",
  "docs.rule.lostNote":
    "Il tuo programma ha il refresh token A. Il servizio lo sostituisce con B, e la risposta non arriva.",
  "docs.rule.time": "Quando",
  "docs.rule.sent": "Il tuo programma",
  "docs.rule.start": "All’inizio",
  "docs.rule.sendsA": "invia A",
  "docs.rule.lostB": "`200`: B, che va perso",
  "docs.rule.within": "Entro {window}",
  "docs.rule.repeatsA": "invia di nuovo A",
  "docs.rule.getsB": "`200`: di nuovo B",
  "docs.rule.unused": "Più tardi, se B non è mai stato usato",
  "docs.rule.getsBOnce": "`200`: B un’ultima volta. Non contarci.",
  "docs.rule.used": "Dopo {double}, se B è stato usato",
  "docs.rule.ended": "{error}: la sessione termina",
  "docs.rule.processes": "Più processi",
  "docs.rule.oneStore":
    "I programmi che condividono un token condividono un archivio e lo leggono prima di ogni rinnovo.",
  "docs.rule.sameMoment":
    "Se due di essi rinnovano con lo stesso token, entrambi ricevono gli stessi nuovi token. Entro {window} non fa danni.",
  "docs.rule.ownSignIn":
    "I programmi che non possono condividere un archivio hanno bisogno ciascuno di un proprio accesso.",
  "docs.rule.repeat": "Quando ripetere una richiesta",
  "docs.rule.none": "Nessuna, o la connessione si è interrotta",
  "docs.rule.againAtOnce": "Invia di nuovo la stessa richiesta subito, poi dopo 1, 2, 4… secondi.",
  "docs.rule.others": "Qualsiasi altro 400",
  "docs.rule.library": "In JavaScript, `@regrant/client` segue questa regola da solo.",
};
