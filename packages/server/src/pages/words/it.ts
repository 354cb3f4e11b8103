import type { WordKey } from "./en.ts";

export const it: Readonly<Record<WordKey, string>> = {
  "signIn.title": "Accedi",
  "signIn.for": "per continuare su {client}",
  "signIn.username": "Nome utente",
  "signIn.password": "Password",
  "signIn.submit": "Accedi",
  "signIn.missing": "Inserisci il nome utente e la password.",
  "signIn.wrong": "Il nome utente o la password non è corretto.",
  "signIn.tooMany": "Troppi tentativi falliti. Riprova tra {seconds} secondi.",
  "signIn.unavailable":
    "Al momento non è possibile verificare la password. Il tuo account non ha problemi: riprova tra poco.",
  "signIn.expired":
    "Questa pagina è rimasta aperta troppo a lungo, o il browser non accetta i cookie. Riprova.",
  "consent.title": "Consentire l’accesso?",
  "consent.asks": "{client} chiede di accedere al tuo account.",
  "consent.scopes": "Se lo consenti, potrà:",
  "consent.noScopes": "Non chiede alcun diritto particolare, soltanto di sapere chi sei.",
  "consent.returns": "Tornerai su {place}.",
  "consent.allow": "Consenti",
  "consent.deny": "Non consentire",
  "consent.signedInAs": "Hai effettuato l’accesso come {name}.",
  "consent.other": "Usa un altro account",
  "consent.website": "Sito web",
  "consent.policy": "Informativa sulla privacy",
  "consent.terms": "Condizioni d’uso",
  "leave.title": "Un momento",
  "leave.text": "Stai tornando su {client}.",
  "leave.link": "Continua",
  "signOut.title": "Vuoi uscire?",
  "signOut.submit": "Esci",
  "signedOut.title": "Sei uscito dal tuo account",
  "signedOut.text": "Puoi chiudere questa pagina.",
  "error.title": "Qualcosa non ha funzionato",
  "error.client": "L’applicazione da cui provieni è sconosciuta o è stata disattivata.",
  "error.redirect":
    "L’applicazione voleva inviarti a un indirizzo che non è registrato a suo nome. Non ti abbiamo inviato lì.",
  "error.request":
    "L’applicazione da cui provieni ha commesso un errore. Torna indietro e riprova; se si ripete, avvisa chi la gestisce.",
  "error.expired":
    "Questa richiesta è troppo vecchia o è già stata usata. Torna all’applicazione e ricomincia.",
  "error.foreign": "I dati inviati non provengono da questa pagina, quindi non è stato fatto nulla.",
  "error.busy": "Il servizio è occupato. Ricarica la pagina tra poco.",
  "error.server": "Si è verificato un imprevisto. Riprova più tardi.",
  "error.details": "Per chi gestisce l’applicazione: {details}",
  cancel: "Annulla",
};
