import { explanationsIt } from "../../explanations/messages/it.ts";
import { docsIt } from "./docs/it.ts";
import type { MessageKey } from "./en.ts";

/** The pages' messages in Italian. The user is addressed as "tu"; apostrophes are typographic. */
export const it: Readonly<Record<MessageKey, string>> = {
  // Sign-in.
  "signIn.title": "Accedi",
  "signIn.for": "per continuare su {client}",
  "signIn.username": "Nome utente",
  "signIn.password": "Password",
  "signIn.showPassword": "Mostra la password",
  "signIn.submit": "Accedi",
  "signIn.missing": "Inserisci il nome utente e la password.",
  "signIn.wrong": "Il nome utente o la password non è corretto.",
  "signIn.tooMany": "Troppi tentativi falliti. Riprova tra {seconds} secondi.",
  "signIn.unavailable":
    "Al momento non possiamo verificare la password. Il tuo account non ha problemi: riprova tra poco.",
  "signIn.forgotPassword": "Hai dimenticato la password?",
  "signIn.signUp": "Crea un account",
  "signIn.expired": "Questa pagina è rimasta aperta troppo a lungo, o il browser blocca i cookie. Riprova.",
  // Consent. `consent.scopes` introduces a list of descriptions.
  "consent.title": "Consentire l’accesso?",
  "consent.asks": "{client} vuole accedere al tuo account.",
  "consent.scopes": "Se lo consenti, potrà:",
  "consent.noScopes": "Chiede soltanto di sapere chi sei.",
  "consent.details": "Chiede anche questo:",
  "consent.returns": "Tornerai su {place}.",
  "consent.allow": "Consenti",
  "consent.deny": "Non consentire",
  "consent.signedInAs": "Hai effettuato l’accesso come {name}.",
  "consent.other": "Usa un altro account",
  "consent.website": "Sito web",
  "consent.policy": "Informativa sulla privacy",
  "consent.terms": "Condizioni d’uso",
  "consent.selfRegistered":
    "Questa app si è registrata da sola. {provider} non ha verificato né l’app né il suo nome.",
  "consent.documented":
    "Questa app proviene da {place}. {provider} non ha verificato né l’app né il suo nome.",
  // Devices.
  "device.title": "Collega un dispositivo",
  "device.enter": "Inserisci il codice mostrato dal tuo dispositivo.",
  "device.code": "Codice",
  "device.next": "Continua",
  "device.wrong": "Questo codice è errato o scaduto. Controlla il codice sul dispositivo.",
  "device.tooMany": "Troppi codici errati. Riprova tra {seconds} secondi.",
  "device.confirmTitle": "Collegare questo dispositivo?",
  "device.asks": "{client}, sul tuo dispositivo, vuole accedere al tuo account.",
  "device.same": "Il tuo dispositivo deve mostrare questo codice:",
  "device.warning":
    "Consenti soltanto se hai il dispositivo con te e hai iniziato tu su di esso. {provider} non invia mai codici: se qualcuno ti ha mandato questo, vuole entrare nel tuo account.",
  "device.allow": "Consenti",
  "device.allowedTitle": "Il dispositivo è collegato",
  "device.allowedText": "Torna al dispositivo: prosegue da solo. Puoi chiudere questa pagina.",
  "device.deniedTitle": "Il dispositivo non è stato collegato",
  "device.deniedText": "Non ha accesso al tuo account. Puoi chiudere questa pagina.",
  // Authorized applications.
  "apps.title": "App collegate",
  "apps.text": "Queste app possono accedere al tuo account. Rimuovi l’accesso di quelle che non usi più.",
  "apps.none": "Nessuna app ha accesso al tuo account.",
  "apps.since": "Dal",
  "apps.used": "ultimo uso",
  "apps.unused": "al momento non in uso",
  "apps.until": "accesso fino al",
  "apps.scopes": "Può:",
  "apps.noScopes": "Sa soltanto chi sei.",
  "apps.extend": "Prolunga l’accesso fino al {date}",
  "apps.extendOf": "Prolunga l’accesso fino al {date}: {client}",
  "apps.extended": "Accesso prolungato.",
  "apps.revoke": "Rimuovi l’accesso",
  "apps.revokeOf": "Rimuovi l’accesso: {client}",
  "apps.revoked": "Accesso rimosso.",
  // Pages that lead to the client or the login page.
  "redirect.title": "Un momento",
  "redirect.text": "Ti riportiamo su {client}.",
  "redirect.untrusted":
    "{client} ha inviato una richiesta che non funziona. Se conosci {place}, puoi tornarci; altrimenti chiudi questa pagina.",
  "redirect.toLogin": "Ti portiamo alla pagina di accesso.",
  "redirect.link": "Continua",
  // Sign-out.
  "signOut.title": "Vuoi uscire?",
  "signOut.submit": "Esci",
  "signedOut.title": "Sei uscito dal tuo account",
  "signedOut.text": "Puoi chiudere questa pagina.",
  // The page at the issuer's URL.
  "home.title": "Panoramica",
  "home.apps": "Vedi quali app possono accedere al tuo account e rimuovi il loro accesso.",
  "page.navigation": "Pagine",
  "page.menu": "Menu",
  "page.skip": "Vai al testo",
  "page.languages": "Lingue",
  // Errors.
  "error.title": "Qualcosa non ha funzionato",
  "error.client": "L’app da cui provieni è sconosciuta o è stata disattivata.",
  "error.redirect":
    "L’app voleva inviarti a un indirizzo che non è registrato a suo nome: non ti abbiamo inviato lì.",
  "error.request":
    "L’app da cui provieni ha commesso un errore. Torna indietro e riprova. Se si ripete, avvisa chi la sviluppa.",
  "error.expired": "Questa richiesta è scaduta o è già stata usata. Torna all’app e ricomincia.",
  "error.browser":
    "Hai iniziato l’accesso in un altro browser, o il tuo browser blocca i cookie. Torna all’app e ricomincia.",
  "error.foreign": "Questo modulo non è stato inviato da questo sito: non è stato modificato nulla.",
  "error.tooLarge":
    "Il tuo browser ha inviato più dati di quanti ne accetti questo servizio. Elimina i cookie di questo sito, poi torna all’app e ricomincia.",
  "error.busy": "Il servizio è occupato. Ricarica la pagina tra poco.",
  "error.server": "Si è verificato un imprevisto. Riprova più tardi.",
  "error.details": "Per chi sviluppa l’app: {details}",
  cancel: "Annulla",
  help: "Assistenza",
  // The documentation portal.
  ...docsIt,
  // What a client is told of its refresh token.
  ...explanationsIt,
};
