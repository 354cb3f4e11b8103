import type { refreshingTokensEn } from "../en/refreshing-tokens.ts";

/** The messages of the page on refreshing tokens, in French. */
export const refreshingTokensFr: Readonly<Record<keyof typeof refreshingTokensEn, string>> = {
  "docs.refresh.title": "Renouveler les jetons",
  "docs.refresh.lead":
    "Échangez votre jeton d’actualisation contre un nouveau jeton d’accès et un nouveau jeton d’actualisation. L’utilisateur n’a pas à se reconnecter.",
  "docs.requestNote":
    "Envoyez les paramètres sous forme de formulaire (`application/x-www-form-urlencoded` ou `multipart/form-data`) ou de `application/json`. L’identifiant et le secret du client peuvent aussi être envoyés par HTTP Basic. Ne les mettez jamais dans l’URL.",
  "docs.param.grant_type": "La valeur est `refresh_token`.",
  "docs.param.client_id": "L’identifiant de client que vous avez reçu.",
  "docs.param.client_secret":
    "Le secret de client que vous avez reçu. Une page web ou une application sur l’appareil d’un utilisateur ne peut pas garder de secret\u00a0: demandez un client public, qui n’en a pas.",
  "docs.param.refresh_token": "Le dernier jeton d’actualisation que vous avez enregistré.",
  "docs.param.scope":
    "Moins de scopes pour ce jeton d’accès, séparés par des espaces. Par défaut, tous ceux qui ont été accordés.",
  "docs.param.resource":
    "L’API à laquelle le jeton d’accès est destiné, si votre client la choisit (RFC 8707).",
  "docs.member.token_type": "La valeur est `Bearer`.",
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
  "docs.rule": "Règle de répétition",
  "docs.rule.store":
    "Enregistrez le nouveau jeton d’actualisation avant d’utiliser le nouveau jeton d’accès.",
  "docs.rule.retry":
    "Si aucune réponse n’arrive, renvoyez la même requête. Pendant au moins {window}, elle reçoit les mêmes jetons.",
  "docs.rule.own":
    "Votre client peut avoir une autre durée\u00a0: `refresh_token_retry_window` l’indique dans la réponse.",
  "docs.rule.late":
    "Un jeton d’actualisation qui arrive plus tard, alors qu’un plus récent a déjà servi, est peut-être volé\u00a0: la session prend fin et l’utilisateur se reconnecte.",
  "docs.rule.busy":
    "Après un statut 429 ou 503, attendez le nombre de secondes de `Retry-After` et renvoyez la même requête. Votre jeton d’actualisation reste valable.",
  "docs.lifetimes": "Durées de vie",
  "docs.lifetimeOf": "Jeton",
  "docs.lifetime": "Durée",
  "docs.lifetime.access": "Jeton d’accès",
  "docs.lifetime.idle": "Jeton d’actualisation inutilisé",
  "docs.lifetime.max": "Tous les jetons d’une connexion, quel que soit le nombre de renouvellements",
  "docs.lifetimesNote":
    "Ce sont les durées des nouveaux clients. Le vôtre peut en avoir d’autres\u00a0: la réponse les indique.",
  "docs.errorsNote":
    "La réponse à une requête refusée est en JSON. Elle contient `error`, un code pour votre programme, et le plus souvent `error_description`, un texte pour vous.",
  "docs.error.expired.meaning":
    "Le jeton d’actualisation n’a pas servi à temps, ou le temps accordé depuis la connexion est écoulé.",
  "docs.error.expired.action": "Faites se reconnecter l’utilisateur. Renouvelez avant l’expiration.",
  "docs.error.revoked.meaning": "L’utilisateur, votre programme ou le fournisseur a mis fin à cet accès.",
  "docs.error.revoked.action": "Faites se reconnecter l’utilisateur.",
  "docs.error.reused.meaning":
    "Le jeton d’actualisation a déjà été remplacé, et un plus récent est utilisé. Il est peut-être volé\u00a0; la session a donc pris fin.",
  "docs.error.reused.action":
    "Faites se reconnecter l’utilisateur. Enregistrez chaque nouveau jeton d’actualisation avant de l’utiliser, dans un stockage commun à tous les processus.",
  "docs.error.invalid.meaning":
    "Le jeton d’actualisation ne vient pas d’ici, ou appartient à un autre client.",
  "docs.error.invalid.action":
    "Vérifiez que vous envoyez le jeton entier, avec le client pour lequel il a été émis. Sinon, faites se reconnecter l’utilisateur.",
  "docs.error.client.meaning": "L’identifiant ou le secret du client est faux, ou le client est désactivé.",
  "docs.error.client.action":
    "Vérifiez les deux, et si votre client est public. Votre jeton d’actualisation reste valable\u00a0: renvoyez la requête quand ils sont justes.",
  "docs.error.request.meaning": "La requête est illisible, ou un paramètre manque ou est répété.",
  "docs.error.request.action": "Corrigez la requête. `error_description` indique l’erreur.",
  "docs.error.body.meaning": "Le `Content-Type` n’est pas l’un de ceux indiqués plus haut.",
  "docs.error.body.action": "Envoyez un formulaire ou du JSON, sans `Content-Encoding`.",
  "docs.error.grantType.meaning": "Votre client n’a pas le droit de renouveler des jetons.",
  "docs.error.grantType.action": "Demandez au fournisseur d’autoriser le grant type `refresh_token`.",
  "docs.error.scope.meaning":
    "Vous avez demandé un scope qui n’a pas été accordé. Le jeton d’actualisation reste valable.",
  "docs.error.scope.action": "Omettez `scope`, ou demandez moins de scopes.",
  "docs.error.tooMany.meaning": "Trop de tentatives infructueuses sont venues de votre adresse.",
  "docs.error.tooMany.action":
    "Attendez le nombre de secondes de `Retry-After`. Vérifiez l’identifiant et le secret du client.",
  "docs.error.busy.meaning": "Le service est surchargé. Rien n’est perdu.",
  "docs.error.busy.action": "Renvoyez la même requête après le nombre de secondes de `Retry-After`.",
  "docs.error.server.meaning": "Une erreur inattendue s’est produite dans le service.",
  "docs.error.server.action": "Renvoyez la même requête plus tard.",
};
