import type { lifetimesEn } from "../en/lifetimes.ts";

/** The messages of the page on lifetimes, in French. */
export const lifetimesFr: Readonly<Record<keyof typeof lifetimesEn, string>> = {
  "docs.lifetimes": "Durées de vie",
  "docs.lifetimeOf": "Jeton",
  "docs.lifetime": "Durée",
  "docs.lifetime.access": "Jeton d’accès",
  "docs.lifetime.idle": "Jeton d’actualisation inutilisé",
  "docs.lifetime.max": "Tous les jetons d’une connexion, quel que soit le nombre de renouvellements",
  "docs.lifetimesNote":
    "Ce sont les durées des nouveaux clients. Le vôtre peut en avoir d’autres\u00a0: la réponse les indique.",
  "docs.lifetimes.lead":
    "Combien de temps les jetons et les codes sont valables, ce qu’un renouvellement change, et comment votre programme apprend les durées de votre client.",
  "docs.lifetimes.tokens": "Jetons",
  "docs.lifetimes.others": "Codes et connexions",
  "docs.lifetime.code": "Authorization code",
  "docs.lifetime.pushed": "Requête d’autorisation envoyée au préalable",
  "docs.lifetime.signIn": "Connexion d’un utilisateur dans un navigateur, au plus",
  "docs.lifetime.window": "Répétition d’un renouvellement, au moins",
  "docs.lifetimes.refresh": "Ce qu’un renouvellement change",
  "docs.lifetimes.renewed":
    "Le jeton d’accès est nouveau, et le jeton d’actualisation peut rester inutilisé {idle} à partir de là.",
  "docs.lifetimes.fixed":
    "Le temps écoulé depuis la connexion continue de courir\u00a0: après {max}, l’utilisateur se reconnecte. Aucun jeton ne dure plus longtemps.",
  "docs.lifetimes.repeated": "Une requête répétée qui reçoit les mêmes jetons ne prolonge rien.",
  "docs.lifetimes.ownTokens":
    "Le jeton d’accès du client lui-même (`client_credentials`) n’a pas de jeton d’actualisation\u00a0: demandez-en un nouveau à son expiration.",
  "docs.lifetimes.rarely": "Si votre programme tourne rarement",
  "docs.lifetimes.timer":
    "Un jeton d’actualisation qui n’a pas servi pendant {idle} expire. Si votre programme tourne moins souvent, faites renouveler à temps par une tâche planifiée.",
  "docs.lifetimes.own": "Les durées de votre client",
  "docs.lifetimes.read":
    "Lisez-les dans chaque réponse avec jetons, et n’en écrivez aucune dans votre programme. Les temps comptent à partir de la réponse.",
  "docs.lifetimes.introspect":
    "L’introspection dit ce qu’il reste à un jeton d’actualisation, sans l’utiliser.",
};
