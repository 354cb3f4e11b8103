import type { diagnoseEn } from "../en/diagnose.ts";

/** The messages of the page that explains a refused refresh token, in Italian. */
export const diagnoseIt: Readonly<Record<keyof typeof diagnoseEn, string>> = {
  "docs.diagnose.title": "Perché la mia integrazione si è fermata?",
  "docs.diagnose.lead":
    "Inserisci un refresh token rifiutato e leggi che cosa ne è stato: quando è stato consumato, che cosa ha terminato la sessione e che cosa fare.",
  "docs.diagnose.clientId": "ID del client",
  "docs.diagnose.secret": "Secret del client",
  "docs.diagnose.secretHint": "Lascialo vuoto se il tuo client è pubblico.",
  "docs.diagnose.token": "Refresh token",
  "docs.diagnose.tokenHint": "Quello rifiutato o un altro della stessa sessione. La domanda non lo consuma.",
  "docs.diagnose.submit": "Spiega",
  "docs.diagnose.private":
    "Il secret e il token vengono inviati solo a questo server, e non vengono né salvati né registrati nei log. Di un client pubblico vengono spiegate solo le sessioni terminate.",
  "docs.diagnose.missing": "Inserisci l’ID del client e il refresh token.",
  "docs.diagnose.client":
    "L’ID o il secret del client è errato. Lascia vuoto il secret solo se il tuo client è pubblico.",
  "docs.diagnose.tooMany": "Troppi tentativi. Riprova tra {seconds} secondi.",
  "docs.diagnose.answer": "Che cosa ne è stato di questo refresh token.",
  "docs.diagnose.state.active": "Sessione attiva",
  "docs.diagnose.state.expired": "Sessione scaduta",
  "docs.diagnose.state.revoked": "Sessione terminata",
  "docs.diagnose.state.unknown": "Token sconosciuto",
  "docs.diagnose.support": "Per una domanda all’assistenza",
  "docs.diagnose.supportNote":
    "Invia questo con la tua domanda a {provider}. Non contiene né token né secret.",
  "docs.diagnose.again": "Chiedi di un altro token",
  "docs.diagnose.programs": "Da un programma o da un terminale",
  "docs.diagnose.programsNote":
    "Lo stesso in JSON, che il tuo programma può registrare quando un rinnovo viene rifiutato. `ui_locales` sceglie la lingua delle frasi.",
  "docs.diagnose.commandNote": "Se hai effettuato l’accesso con `regrant login`:",
  "docs.diagnose.clientNote":
    "Con `@regrant/client`, l’errore di un rinnovo rifiutato contiene allora le frasi in `description`:",
};
