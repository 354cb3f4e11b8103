import type { commonEn } from "../en/common.ts";

/** The messages of what all pages of the documentation portal share, in Italian. */
export const commonIt: Readonly<Record<keyof typeof commonEn, string>> = {
  "docs.title": "Documentazione",
  "docs.lead": "Come il tuo programma ottiene l’accesso a {provider} e lo mantiene.",
  "docs.contents": "In questa pagina",
  "docs.copy": "Copia",
  "docs.copied": "Copiato",
  "docs.method": "Metodo",
  "docs.uri": "URI",
  "docs.parameter": "Parametro",
  "docs.type": "Tipo",
  "docs.description": "Descrizione",
  "docs.required": "Obbligatorio",
  "docs.yes": "Sì",
  "docs.no": "No",
  "docs.confidential": "Sì, a meno che il client sia pubblico",
  "docs.endpoint": "Indirizzo",
  "docs.request": "Parametri della richiesta",
  "docs.response": "Parametri della risposta",
  "docs.example": "Esempio di richiesta",
  "docs.languages": "Linguaggio dell’esempio",
  "docs.exampleResponse": "Esempio di risposta",
  "docs.errors": "Errori",
  "docs.errorResponse": "Risposta",
  "docs.meaning": "Significato",
  "docs.action": "Che cosa fare",
};
