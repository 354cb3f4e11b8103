import type { revokingTokensEn } from "../en/revoking-tokens.ts";

/** The messages of the page on revoking tokens, in French. */
export const revokingTokensFr: Readonly<Record<keyof typeof revokingTokensEn, string>> = {
  "docs.revoke.title": "Révoquer des jetons",
  "docs.revoke.lead":
    "Mettez fin à un accès qui n’est plus nécessaire\u00a0: quand un utilisateur déconnecte votre programme ou s’en déconnecte.",
  "docs.revoke.token":
    "Le jeton auquel mettre fin\u00a0: le dernier jeton d’actualisation que vous avez enregistré, ou un jeton d’accès.",
  "docs.param.token_type_hint": "Inutile\u00a0: le service reconnaît le type du jeton.",
  "docs.revoke.effect": "Ce qui prend fin",
  "docs.revoke.session":
    "Un jeton d’actualisation met fin à toute la session\u00a0: à tous les jetons d’actualisation et d’accès de cette connexion.",
  "docs.revoke.access": "Un jeton d’accès prend fin seul. Le jeton d’actualisation reste valable.",
  "docs.revoke.unknown":
    "Un jeton inconnu ou qui n’est plus valable n’est pas une erreur\u00a0: la réponse est la même.",
  "docs.revoke.delay":
    "Une API qui ne vérifie que la signature accepte un jeton d’accès révoqué jusqu’à son expiration\u00a0: pendant {lifetime} au plus.",
  "docs.revoke.forget": "Supprimez les jetons que vous avez enregistrés.",
  "docs.revoke.response": "Le statut est 200. Si aucune réponse n’arrive, renvoyez la requête.",
};
