import type { commonEn } from "../en/common.ts";

/** The messages of what all pages of the documentation portal share, in French. */
export const commonFr: Readonly<Record<keyof typeof commonEn, string>> = {
  "docs.title": "Documentation",
  "docs.lead": "Comment votre programme obtient l’accès à {provider}, et le garde.",
  "docs.contents": "Sur cette page",
  "docs.copy": "Copier",
  "docs.copied": "Copié",
  "docs.method": "Méthode",
  "docs.uri": "URI",
  "docs.parameter": "Paramètre",
  "docs.type": "Type",
  "docs.description": "Description",
  "docs.required": "Obligatoire",
  "docs.yes": "Oui",
  "docs.no": "Non",
  "docs.confidential": "Oui, sauf si le client est public",
  "docs.endpoint": "Point d’accès",
  "docs.request": "Paramètres de la requête",
  "docs.response": "Paramètres de la réponse",
  "docs.example": "Exemple de requête",
  "docs.languages": "Langage de l’exemple",
  "docs.exampleResponse": "Exemple de réponse",
  "docs.errors": "Erreurs",
  "docs.errorResponse": "Réponse",
  "docs.meaning": "Signification",
  "docs.action": "Que faire",
};
