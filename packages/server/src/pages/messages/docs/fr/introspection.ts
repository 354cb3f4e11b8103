import type { introspectionEn } from "../en/introspection.ts";

/** The messages of the page on introspection, in French. */
export const introspectionFr: Readonly<Record<keyof typeof introspectionEn, string>> = {
  "docs.introspect.title": "Introspection",
  "docs.introspect.lead": "Demandez au service si un jeton est valable maintenant, et pour quoi.",
  "docs.introspect.token": "Le jeton d’accès ou d’actualisation sur lequel porte la question.",
  "docs.introspect.client_secret":
    "Le secret de client que vous avez reçu. Un client public n’en a pas et ne peut pas demander.",
  "docs.introspect.active": "Si le jeton est valable maintenant. Sinon, la réponse ne contient rien d’autre.",
  "docs.introspect.token_use": "Ce que c’est\u00a0: `access_token` ou `refresh_token`.",
  "docs.introspect.members": "Ce qu’un jeton n’a pas manque dans la réponse.",
  "docs.introspect.inactive":
    "La seconde réponse est celle de tout autre jeton\u00a0: expiré, révoqué, inconnu ou d’un autre client.",
  "docs.introspect.limits": "Ce que vous pouvez demander",
  "docs.introspect.own": "Votre client n’apprend quelque chose que sur ses propres jetons.",
  "docs.introspect.resourceServer":
    "Une API qui accepte les jetons d’autres clients a besoin d’un client que le fournisseur a marqué comme serveur de ressources.",
  "docs.introspect.spent":
    "Un jeton d’actualisation remplacé n’est pas actif, même tant qu’un renouvellement répété recevrait les mêmes jetons.",
  "docs.introspect.noUse":
    "Demander n’est pas utiliser le jeton\u00a0: rien n’est prolongé et rien ne prend fin.",
  "docs.introspect.verify":
    "Une API qui contrôle chaque requête est plus rapide si elle vérifie elle-même les jetons d’accès.",
};
