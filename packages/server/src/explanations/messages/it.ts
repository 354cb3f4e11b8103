import type { ExplanationKey } from "./en.ts";

/** What a client is told of its refresh token, in Italian. "in data" stands before an instant, since an article depends on the day. */
export const explanationsIt: Readonly<Record<ExplanationKey, string>> = {
  "explain.legacy":
    "Questo token è stato emesso dal servizio che il fornitore usava prima; la sua sessione è stata trasferita qui.",
  "explain.active": "La sessione è attiva: termina al più tardi in data {end}.",
  "explain.activeUnless":
    "La sessione è attiva: termina al più tardi in data {end}, e già in data {unused} se il token non viene rinnovato.",
  "explain.failedResponse":
    "All’ultimo rinnovo non è stato possibile rispondere, per un guasto del server (503). Non è andato perso nulla.",
  "explain.noRefresh": "Questo client non può più usare refresh token.",
  "explain.shared":
    "Token consumati della sessione vengono presentati di continuo: due programmi la rinnovano senza condividere ciò che salvano.",
  "explain.ahead":
    "Questo token è più recente di ciò che il server sa della sessione, ripristinata da un backup.",
  "explain.newest":
    "Questo è il token più recente della sua sessione: è stato emesso in data {issued} e {used}.",
  "explain.spent":
    "Questo token è stato consumato in data {at} con {by}; il suo successore è stato emesso e {used}.",
  "explain.spentOnce":
    "Questo token è stato consumato con {by}, al più tardi in data {at}; da allora la sessione è stata rinnovata ancora una volta, l’ultima in data {last}.",
  "explain.spentOften":
    "Questo token è stato consumato con {by}, al più tardi in data {at}; da allora la sessione è stata rinnovata altre {count} volte, l’ultima in data {last}.",
  "explain.byYou": "un tuo rinnovo",
  "explain.byClient": "un rinnovo di questo client",
  "explain.used": "è stato usato l’ultima volta in data {at}",
  "explain.neverUsed": "non è mai stato usato",
  "explain.thisToken": "Questo token",
  "explain.previousToken": "Un token precedente della sessione, una generazione prima del più recente,",
  "explain.olderToken": "Un token precedente della sessione, {count} generazioni prima del più recente,",
  "explain.retried":
    "{token} è stato presentato di nuovo in data {at}, entro l’intervallo per ripetere la richiesta ({window}), e ha ricevuto in risposta il token più recente.",
  "explain.retriedLate":
    "{token} è stato presentato di nuovo in data {at}, dopo l’intervallo per ripetere la richiesta ({window}), e ha ricevuto ancora una risposta, perché la prima poteva essere andata persa.",
  "explain.retriedOften":
    "{token} è stato presentato di nuovo in data {at}, come in molti intervalli precedenti, e ha ricevuto in risposta il token più recente.",
  "explain.refused":
    "{token} è stato presentato di nuovo in data {at}, {age} dopo l’emissione del suo ultimo successore, e rifiutato.",
  "explain.reused":
    "{token} è stato presentato di nuovo in data {at}, {age} dopo l’emissione del token più recente; questo ha terminato la sessione per tutti quelli che ne hanno un token, perché un token consumato che ritorna può essere rubato.",
  "explain.reusedPrevious":
    "{token} è stato presentato di nuovo in data {at}, {age} dopo l’emissione del suo successore; questo ha terminato la sessione per tutti quelli che ne hanno un token, perché un token consumato che ritorna può essere rubato.",
  "explain.reusedUnseen":
    "Un token consumato è stato presentato di nuovo in data {at}; questo ha terminato la sessione.",
  "explain.concurrentUse":
    "{token} è stato presentato di nuovo in data {at}, come in molti intervalli precedenti: due programmi rinnovavano la sessione senza condividere ciò che salvavano. Questo ha terminato la sessione.",
  "explain.revoked_by_subject": "L’utente ha rimosso l’accesso di questo client in data {at}.",
  "explain.revoked_by_client":
    "Il client ha revocato la sessione in data {at}, con una richiesta all’endpoint di revoca.",
  "explain.revoked_by_operator": "Il fornitore ha revocato la sessione in data {at}.",
  "explain.account_disabled":
    "Il fornitore ha disattivato l’account dell’utente in data {at}; questo ha terminato la sessione.",
  "explain.client_disabled":
    "Il fornitore ha disattivato questo client in data {at}; questo ha terminato le sue sessioni.",
  "explain.clientEnabled":
    "Il fornitore ha disattivato questo client in data {at}; questo ha terminato le sue sessioni. Il client è di nuovo attivo; quelle sessioni restano terminate.",
  "explain.parent_ended":
    "La sessione con cui questa è stata scambiata è terminata; questa è terminata con essa in data {at}.",
  "explain.code_reused":
    "Il codice di autorizzazione con cui è iniziata la sessione è stato presentato una seconda volta in data {at}; questo ha terminato la sessione, perché il codice può essere rubato.",
  "explain.idle_lifetime": "Il token più recente non è stato usato per {unused} ed è scaduto in data {at}.",
  "explain.absolute_lifetime":
    "La sessione ha raggiunto la fine della sua durata in data {at}, {lifetime} dopo l’inizio. Nessun rinnovo sposta questa fine.",
  "explain.next.contact": "Chiedi al fornitore.",
  "explain.next.useNewest":
    "Non presentare più questo token: viene rifiutato. Usa il token che ha portato l’ultimo rinnovo o, se è andato perso, fai accedere di nuovo l’utente.",
  "explain.next.useNewestOrEnd":
    "Non presentare più questo token: viene rifiutato, e questo termina la sessione. Usa il token che ha portato l’ultimo rinnovo o, se è andato perso, fai accedere di nuovo l’utente.",
  "explain.next.retry":
    "Un rinnovo con questo token riceve il token più recente fino a questo momento: {until}. Salvalo, e usalo da allora in poi.",
  "explain.next.retryOnce":
    "Un rinnovo con questo token riceve ancora una volta il token più recente: salvalo, e usalo da allora in poi.",
  "explain.next.refresh": "Rinnova con questo token, e salva il nuovo token prima di usarlo.",
  "explain.next.signIn": "Fai accedere di nuovo l’utente.",
  "explain.next.signInForEach":
    "Fai accedere l’utente una volta per ogni programma, o dai a tutti un archivio comune, con un blocco per il rinnovo.",
  "explain.next.signInAndShare":
    "Fai accedere di nuovo l’utente. Tutti i programmi che usano una sessione devono leggerne il token da un archivio comune, con un blocco per il rinnovo, e nessuna vecchia copia di quell’archivio va ripristinata: ogni token vale una volta.",
  "explain.next.signInAndStore":
    "Fai accedere di nuovo l’utente, e salva il nuovo token prima di usarlo. Se la risposta a un rinnovo va persa, ripeti la richiesta entro l’intervallo ({window}).",
  "explain.unknown":
    "Non è noto alcun refresh token di questo client come questo: è incompleto o non è un refresh token, è stato emesso per un altro client o da un altro servizio, o la sua sessione è terminata più di 7 giorni fa.",
  "explain.next.check":
    "Controlla che il token sia completo, e che provenga da questo server e da questo client; altrimenti fai accedere di nuovo l’utente.",
  "explain.unknownOfPublic":
    "Di questo token non si dice nulla: non è un refresh token completo emesso per questo client, o la sua sessione è ancora attiva, o è terminata più di 7 giorni fa.",
  "explain.next.tryPublic":
    "Rinnova con questo token per vedere se la sessione è attiva. Se viene rifiutato, fai accedere di nuovo l’utente.",
};
