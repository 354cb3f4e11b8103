import type { retryRuleEn } from "../en/retry-rule.ts";

/** The messages of the page on the retry rule, in French. */
export const retryRuleFr: Readonly<Record<keyof typeof retryRuleEn, string>> = {
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
  "docs.rule.lead":
    "Chaque renouvellement remplace votre jeton d’actualisation. Avec cette règle, ni une réponse perdue ni un second processus ne mettent fin à la session.",
  "docs.rule.short": "La règle en bref",
  "docs.rule.storing": "Quoi enregistrer, et quand",
  "docs.rule.lock":
    "Laissez un seul processus à la fois renouveler, avec un verrou. Lisez le jeton d’actualisation une fois le verrou obtenu\u00a0: un autre processus a pu le remplacer entre-temps.",
  "docs.rule.together":
    "Enregistrez ensemble le nouveau jeton d’actualisation, le jeton d’accès et son expiration.",
  "docs.rule.keep": "Gardez l’ancien jeton d’actualisation jusqu’à ce que le nouveau soit enregistré.",
  "docs.rule.storeFailed":
    "Si l’enregistrement échoue, renvoyez la même requête\u00a0: dans un délai de {window}, elle reçoit les mêmes jetons.",
  "docs.rule.lost": "Quand une réponse se perd",
  "docs.rule.lostNote":
    "Votre programme a le jeton d’actualisation A. Le service le remplace par B, et la réponse n’arrive pas.",
  "docs.rule.time": "Quand",
  "docs.rule.sent": "Votre programme",
  "docs.rule.start": "Au début",
  "docs.rule.sendsA": "envoie A",
  "docs.rule.lostB": "`200`\u00a0: B, qui se perd",
  "docs.rule.within": "Dans un délai de {window}",
  "docs.rule.repeatsA": "renvoie A",
  "docs.rule.getsB": "`200`\u00a0: B à nouveau",
  "docs.rule.unused": "Plus tard, si B n’a jamais servi",
  "docs.rule.getsBOnce": "`200`\u00a0: B une dernière fois. Ne comptez pas dessus.",
  "docs.rule.used": "Après {double}, si B a servi",
  "docs.rule.ended": "{error}\u00a0: la session prend fin",
  "docs.rule.processes": "Plusieurs processus",
  "docs.rule.oneStore":
    "Les programmes qui partagent un jeton partagent un stockage et le lisent avant chaque renouvellement.",
  "docs.rule.sameMoment":
    "Si deux d’entre eux renouvellent avec le même jeton, les deux reçoivent les mêmes nouveaux jetons. Dans un délai de {window}, c’est sans conséquence.",
  "docs.rule.ownSignIn":
    "Les programmes qui ne peuvent pas partager de stockage ont besoin chacun de leur propre connexion.",
  "docs.rule.repeat": "Quand répéter une requête",
  "docs.rule.none": "Aucune, ou la connexion a été coupée",
  "docs.rule.againAtOnce": "Renvoyez la même requête aussitôt, puis après 1, 2, 4… secondes.",
  "docs.rule.others": "Tout autre 400",
  "docs.rule.library": "En JavaScript, `@regrant/client` suit cette règle de lui-même.",
};
