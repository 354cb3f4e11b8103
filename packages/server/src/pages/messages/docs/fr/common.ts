import type { commonEn } from "../en/common.ts";

/** The messages of what all pages of the documentation portal share, in French. */
export const commonFr: Readonly<Record<keyof typeof commonEn, string>> = {
  "docs.title": "Documentation",
  "docs.lead": "Comment votre programme obtient l’accès à {provider}, et le garde.",
  "docs.contents": "Sur cette page",
  "docs.copy": "Copier",
  "docs.copied": "Copié",
  "docs.markdown": "Lire en Markdown",
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
  "docs.run": "Enregistrez-le sous `{file}` et exécutez `{command}`.",
  "docs.runInstalled": "Enregistrez-le sous `{file}`, exécutez `{install}` une fois, puis `{command}`.",
  "docs.runInPage":
    'Placez-le dans un `<script type="module">` de votre page web et remplacez les noms en majuscules.',
  "docs.environment":
    'Définissez d’abord chaque variable\u00a0: `export {name}=…`, dans PowerShell `$env:{name} = "…"`.',
  "docs.exampleResponse": "Exemple de réponse",
  "docs.errors": "Erreurs",
  "docs.errorResponse": "Réponse",
  "docs.meaning": "Signification",
  "docs.action": "Que faire",
  "docs.name": "Nom",
  "docs.value": "Valeur",
  "docs.more": "Voir aussi",
  "docs.tokenExampleNote":
    "Les programmes lisent `CLIENT_ID`, `CLIENT_SECRET` et `TOKEN` dans l’environnement.",
};
