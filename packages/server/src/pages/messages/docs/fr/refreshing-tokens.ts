import type { refreshingTokensEn } from "../en/refreshing-tokens.ts";

/** The messages of the page on refreshing tokens, in French. */
export const refreshingTokensFr: Readonly<Record<keyof typeof refreshingTokensEn, string>> = {
  "docs.refresh.title": "Renouveler les jetons",
  "docs.refresh.lead":
    "Échangez votre jeton d’actualisation contre un nouveau jeton d’accès et un nouveau jeton d’actualisation. L’utilisateur n’a pas à se reconnecter.",
  "docs.requestNote":
    "Envoyez les paramètres sous forme de formulaire (`application/x-www-form-urlencoded` ou `multipart/form-data`) ou de `application/json`. L’identifiant et le secret du client peuvent aussi être envoyés par HTTP Basic. Ne les mettez jamais dans l’URL.",
  "docs.keyNote":
    "Un client qui a une clé au lieu d’un secret envoie `client_assertion` et `client_assertion_type` à la place de `client_secret` : un JWT qu’il signe pour cette seule requête, avec l’émetteur de ce service comme `aud` (`private_key_jwt`, RFC 7523). Un client qui a un certificat envoie seulement `client_id`, par TLS avec ce certificat (RFC 8705).",
  "docs.param.grant_type": "La valeur est `{value}`.",
  "docs.param.client_id": "L’identifiant de client que vous avez reçu.",
  "docs.param.client_secret":
    "Le secret de client que vous avez reçu. Une page web ou une application sur l’appareil d’un utilisateur ne peut pas garder de secret\u00a0: demandez un client public, qui n’en a pas.",
  "docs.param.refresh_token": "Le dernier jeton d’actualisation que vous avez enregistré.",
  "docs.param.scope":
    "Moins de scopes pour ce jeton d’accès, séparés par des espaces. Par défaut, tous ceux qui ont été accordés.",
  "docs.param.authorization_details":
    "Ce que votre client demande en plus des scopes (RFC 9396)\u00a0: un tableau JSON d’objets avec un `type`.",
  "docs.param.resource":
    "L’API à laquelle le jeton d’accès est destiné, si votre client la choisit (RFC 8707).",
  "docs.member.token_type":
    "`Bearer`, ou `DPoP` si la requête du jeton avait une preuve DPoP (RFC 9449) dans l’en-tête `DPoP` : le jeton est lié à la clé de cette preuve, et chaque requête à l’API en demande une aussi.",
  "docs.member.expires_in": "Durée de validité du jeton d’accès, en secondes.",
  "docs.member.access_token": "Le nouveau jeton d’accès.",
  "docs.member.refresh_token":
    "Le nouveau jeton d’actualisation. Il remplace celui que vous avez envoyé\u00a0: enregistrez-le.",
  "docs.member.scope": "Les scopes du jeton d’accès, s’ils diffèrent de ceux que vous avez demandés.",
  "docs.member.refresh_token_expires_in": "La même valeur que `refresh_token_timeout`.",
  "docs.member.refresh_token_timeout":
    "Combien de temps le jeton d’actualisation peut rester inutilisé, en secondes.",
  "docs.member.authorization_expires_in":
    "Combien de temps vous pouvez encore renouveler, en secondes. Ensuite, l’utilisateur se reconnecte.",
  "docs.member.refresh_token_retry_window":
    "Combien de temps une requête répétée reçoit encore les mêmes jetons, en secondes.",
  "docs.exampleNote":
    "Les exemples lisent `CLIENT_ID`, `CLIENT_SECRET` et `REFRESH_TOKEN` dans l’environnement. Dans les exemples pour pages web, remplacez-les dans le texte. Si votre client est public, laissez `CLIENT_SECRET` vide.",
};
