import type { ExplanationKey } from "./en.ts";

/** What a client is told of its refresh token, in French. "le" stands before an instant. */
export const explanationsFr: Readonly<Record<ExplanationKey, string>> = {
  "explain.legacy":
    "Ce jeton a été émis par le service que le fournisseur utilisait auparavant\u202f; sa session a été transférée ici.",
  "explain.active": "La session est active\u00a0: elle prend fin au plus tard le {end}.",
  "explain.activeUnless":
    "La session est active\u00a0: elle prend fin au plus tard le {end}, et dès le {unused} si le jeton n’est pas renouvelé.",
  "explain.failedResponse":
    "Le dernier renouvellement n’a pas pu recevoir de réponse, à cause d’une défaillance du serveur (503). Rien n’a été perdu.",
  "explain.noRefresh": "Ce client n’a plus le droit d’utiliser de jetons d’actualisation.",
  "explain.shared":
    "Des jetons consommés de la session sont présentés sans cesse\u00a0: deux programmes la renouvellent sans partager ce qu’ils enregistrent.",
  "explain.ahead":
    "Ce jeton est plus récent que l’état de la session que connaît le serveur, restauré à partir d’une sauvegarde.",
  "explain.newest": "C’est le jeton le plus récent de sa session\u00a0: il a été émis le {issued} et {used}.",
  "explain.spent": "Ce jeton a été consommé le {at} par {by}\u202f; son successeur a été émis et {used}.",
  "explain.spentOnce":
    "Ce jeton a été consommé par {by}, au plus tard le {at}\u202f; depuis, la session a été renouvelée encore une fois, en dernier lieu le {last}.",
  "explain.spentOften":
    "Ce jeton a été consommé par {by}, au plus tard le {at}\u202f; depuis, la session a été renouvelée encore {count} fois, en dernier lieu le {last}.",
  "explain.byYou": "votre propre renouvellement",
  "explain.byClient": "un renouvellement de ce client",
  "explain.used": "a servi pour la dernière fois le {at}",
  "explain.neverUsed": "n’a jamais servi",
  "explain.thisToken": "Ce jeton",
  "explain.previousToken": "Un jeton plus ancien de la session, une génération avant le plus récent,",
  "explain.olderToken": "Un jeton plus ancien de la session, {count} générations avant le plus récent,",
  "explain.retried":
    "{token} a été présenté de nouveau le {at}, pendant le délai de répétition ({window}), et a reçu en réponse le jeton le plus récent.",
  "explain.retriedLate":
    "{token} a été présenté de nouveau le {at}, après le délai de répétition ({window}), et a reçu encore une réponse, car la première avait pu se perdre.",
  "explain.retriedOften":
    "{token} a été présenté de nouveau le {at}, comme pendant de nombreux délais de répétition auparavant, et a reçu en réponse le jeton le plus récent.",
  "explain.refused":
    "{token} a été présenté de nouveau le {at}, {age} après l’émission de son dernier successeur, et refusé.",
  "explain.reused":
    "{token} a été présenté de nouveau le {at}, {age} après l’émission du jeton le plus récent\u202f; cela a mis fin à la session pour tous ceux qui en détiennent un jeton, car un jeton consommé qui revient est peut-être volé.",
  "explain.reusedPrevious":
    "{token} a été présenté de nouveau le {at}, {age} après l’émission de son successeur\u202f; cela a mis fin à la session pour tous ceux qui en détiennent un jeton, car un jeton consommé qui revient est peut-être volé.",
  "explain.reusedUnseen":
    "Un jeton consommé a été présenté de nouveau le {at}\u202f; cela a mis fin à la session.",
  "explain.concurrentUse":
    "{token} a été présenté de nouveau le {at}, comme pendant de nombreux délais de répétition auparavant\u00a0: deux programmes renouvelaient la session sans partager ce qu’ils enregistraient. Cela a mis fin à la session.",
  "explain.revoked_by_subject": "L’utilisateur a retiré l’accès à ce client le {at}.",
  "explain.revoked_by_client":
    "Le client a révoqué la session le {at}, par une requête au point d’accès de révocation.",
  "explain.revoked_by_operator": "Le fournisseur a révoqué la session le {at}.",
  "explain.account_disabled":
    "Le fournisseur a désactivé le compte de l’utilisateur le {at}, ce qui a mis fin à la session.",
  "explain.client_disabled": "Le fournisseur a désactivé ce client le {at}, ce qui a mis fin à ses sessions.",
  "explain.clientEnabled":
    "Le fournisseur a désactivé ce client le {at}, ce qui a mis fin à ses sessions. Le client est de nouveau actif\u202f; ces sessions restent terminées.",
  "explain.parent_ended":
    "La session contre laquelle celle-ci a été échangée a pris fin ; celle-ci a pris fin avec elle le {at}.",
  "explain.code_reused":
    "Le code d’autorisation par lequel la session a commencé a été présenté une deuxième fois le {at}\u202f; cela a mis fin à la session, car le code est peut-être volé.",
  "explain.idle_lifetime":
    "Le jeton le plus récent n’a pas servi pendant une durée de {unused} et a expiré le {at}.",
  "explain.absolute_lifetime":
    "La session a atteint le {at} la fin de sa durée de vie, {lifetime} après son début. Aucun renouvellement ne repousse cette fin.",
  "explain.next.contact": "Adressez-vous au fournisseur.",
  "explain.next.useNewest":
    "Ne présentez plus ce jeton\u00a0: il est refusé. Utilisez le jeton que le dernier renouvellement a apporté, ou faites se reconnecter l’utilisateur s’il est perdu.",
  "explain.next.useNewestOrEnd":
    "Ne présentez plus ce jeton\u00a0: il est refusé, et cela met fin à la session. Utilisez le jeton que le dernier renouvellement a apporté, ou faites se reconnecter l’utilisateur s’il est perdu.",
  "explain.next.retry":
    "Un renouvellement avec ce jeton reçoit le jeton le plus récent jusqu’au {until}\u00a0: enregistrez celui-ci, et utilisez-le désormais.",
  "explain.next.retryOnce":
    "Un renouvellement avec ce jeton reçoit encore une fois le jeton le plus récent\u00a0: enregistrez celui-ci, et utilisez-le désormais.",
  "explain.next.refresh": "Renouvelez avec ce jeton, et enregistrez le nouveau jeton avant de l’utiliser.",
  "explain.next.signIn": "Faites se reconnecter l’utilisateur.",
  "explain.next.signInForEach":
    "Faites se connecter l’utilisateur une fois pour chaque programme, ou donnez à tous les programmes un stockage commun, avec un verrou pour le renouvellement.",
  "explain.next.signInAndShare":
    "Faites se reconnecter l’utilisateur. Tous les programmes qui utilisent une session doivent lire son jeton dans un stockage commun, avec un verrou pour le renouvellement, et aucune ancienne copie de ce stockage ne doit être restaurée\u00a0: chaque jeton sert une fois.",
  "explain.next.signInAndStore":
    "Faites se reconnecter l’utilisateur, et enregistrez le nouveau jeton avant de l’utiliser. Si la réponse à un renouvellement se perd, répétez la requête pendant le délai de répétition ({window}).",
  "explain.unknown":
    "Aucun jeton d’actualisation de ce client ne correspond\u00a0: celui-ci est incomplet ou n’est pas un jeton d’actualisation, il a été émis pour un autre client ou par un autre service, ou sa session a pris fin il y a plus de 7 jours.",
  "explain.next.check":
    "Vérifiez que le jeton est complet, et qu’il vient de ce serveur et de ce client\u202f; sinon, faites se reconnecter l’utilisateur.",
  "explain.unknownOfPublic":
    "Rien n’est communiqué sur ce jeton\u00a0: ce n’est pas un jeton d’actualisation complet émis pour ce client, ou sa session est encore active, ou elle a pris fin il y a plus de 7 jours.",
  "explain.next.tryPublic":
    "Renouvelez avec ce jeton pour voir si la session est active. S’il est refusé, faites se reconnecter l’utilisateur.",
};
