import type { errorsEn } from "../en/errors.ts";

/** The messages of the page on errors, in French. */
export const errorsFr: Readonly<Record<keyof typeof errorsEn, string>> = {
  "docs.errorsNote":
    "La réponse à une requête refusée est en JSON. Elle contient `error`, un code pour votre programme, et le plus souvent `error_description`, un texte pour vous.",
  "docs.errors.lead": "Ce que chaque erreur signifie pour votre programme, et que faire.",
  "docs.errors.format": "À quoi ressemble une erreur",
  "docs.errorMember.error": "Le code d’après lequel votre programme décide.",
  "docs.errorMember.error_description":
    "Ce qui ne va pas, en anglais, pour vous. La formulation peut changer\u00a0: ne la comparez pas.",
  "docs.errorMember.error_reason":
    "Pourquoi un jeton a été refusé\u00a0: `expired`, `revoked`, `reused` ou `invalid`. Seulement avec `invalid_grant`.",
  "docs.errorMember.hint": "Ce qui ne va pas exactement.",
  "docs.errorMember.message": "La même valeur que `error_description`.",
  "docs.errors.headers":
    "Un 401 a l’en-tête `WWW-Authenticate`. Un 429 et un 503 ont `Retry-After`\u00a0: le nombre de secondes à attendre.",
  "docs.errors.everywhere": "À tous les points d’accès",
  "docs.errors.redirect": "À votre redirect URI",
  "docs.errors.redirectNote":
    "Si une requête d’autorisation est refusée, le navigateur apporte `error` et `error_description` à votre `redirect_uri`, à la place de `code`.",
  "docs.errors.page": "Sur une page du navigateur",
  "docs.errors.push": "Envoyer au préalable une requête d’autorisation",
  "docs.errors.device": "Démarrage sur un appareil",
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
    "Vérifiez l’identifiant et le secret du client, et si votre client est public. Votre jeton d’actualisation reste valable\u00a0: renvoyez la requête quand ils sont justes.",
  "docs.error.assertion.meaning": "L’assertion du client n’est pas valable.",
  "docs.error.assertion.action":
    "Créez une nouvelle assertion pour chaque requête\u00a0: `aud` est l’émetteur sous forme de texte, `exp` est proche, `jti` est nouveau. `error_description` indique l’erreur. Votre jeton d’actualisation reste valable.",
  "docs.error.request.meaning":
    "La requête est illisible, ou un paramètre manque, est répété ou n’est pas pris en charge.",
  "docs.error.request.action": "Corrigez la requête. `error_description` indique l’erreur.",
  "docs.error.body.meaning": "Le service ne lit pas ce `Content-Type`.",
  "docs.error.body.action": "Envoyez un formulaire ou du JSON, sans `Content-Encoding`.",
  "docs.error.grantType.meaning":
    "Le service ne connaît pas ce grant type, ou votre client n’a pas le droit de l’utiliser.",
  "docs.error.grantType.action":
    "Vérifiez `grant_type`, ou demandez au fournisseur de l’autoriser pour votre client.",
  "docs.error.proof.meaning": "La preuve DPoP manque, n’est pas valide ou a déjà servi.",
  "docs.error.proof.action":
    "Créez une nouvelle preuve pour chaque requête, avec la méthode et l’URL de ce point d’accès et l’heure actuelle. `error_description` dit ce qui ne va pas.",
  "docs.error.nonce.meaning": "La preuve DPoP n’a pas de nonce de ce service, ou en a un ancien.",
  "docs.error.nonce.action":
    "Répétez la requête avec une nouvelle preuve qui porte le nonce de l’en-tête de réponse `DPoP-Nonce`.",
  "docs.error.scope.meaning":
    "Vous avez demandé un scope inconnu ou qui n’a pas été accordé. Un jeton d’actualisation reste valable.",
  "docs.error.scope.action": "Omettez `scope`, ou demandez moins de scopes.",
  "docs.error.tooMany.meaning":
    "Trop de requêtes ou de tentatives infructueuses sont venues de votre adresse.",
  "docs.error.tooMany.action":
    "Attendez le nombre de secondes de `Retry-After`. Vérifiez l’identifiant et le secret du client.",
  "docs.error.busy.meaning": "Le service est surchargé. Rien n’est perdu.",
  "docs.error.busy.action": "Renvoyez la même requête après le nombre de secondes de `Retry-After`.",
  "docs.error.server.meaning": "Une erreur inattendue s’est produite dans le service.",
  "docs.error.server.action": "Renvoyez la même requête plus tard.",
  "docs.error.otherClient.meaning": "Le jeton a été émis pour un autre client.",
  "docs.error.otherClient.action": "Révoquez-le avec le client pour lequel il a été émis.",
  "docs.error.code.meaning":
    "Le code a expiré, a servi ou vient d’une autre requête\u00a0: `redirect_uri` ou `code_verifier` ne correspond pas.",
  "docs.error.code.action":
    "Faites recommencer l’utilisateur. Échangez chaque code aussitôt, et une seule fois.",
  "docs.error.pending.meaning":
    "L’utilisateur n’a pas encore répondu, ou votre programme demande trop souvent (`slow_down`).",
  "docs.error.pending.action":
    "Redemandez après le nombre de secondes de `interval`\u00a0; après chaque `slow_down`, 5 secondes plus tard qu’avant.",
  "docs.error.exchange.meaning": "Le jeton ne peut pas être échangé contre cela, ou pas par ce client.",
  "docs.error.exchange.action":
    "Envoyez un jeton actif. Demandez au fournisseur ce que ce client peut échanger.",
  "docs.error.grantAssertion.meaning":
    "L’assertion du fournisseur d’identité n’est pas valide, a servi, ou n’est pas pour ce client ou cet utilisateur.",
  "docs.error.grantAssertion.action":
    "Obtenez-en une nouvelle, pour ce client et ce service. Utilisez-la une seule fois.",
  "docs.error.deviceCode.meaning": "Le code d’appareil a expiré, a servi ou appartient à un autre client.",
  "docs.error.deviceCode.action": "Demandez de nouveaux codes, et montrez le nouveau à l’utilisateur.",
  "docs.error.denied.meaning": "L’utilisateur n’a pas autorisé l’accès.",
  "docs.error.denied.action": "Dites-le à l’utilisateur. Ne recommencez que s’il le souhaite.",
  "docs.error.password.meaning": "Le nom d’utilisateur ou le mot de passe est incorrect.",
  "docs.error.password.action":
    "Faites ressaisir les deux à l’utilisateur. Ne répétez pas de vous-même\u00a0: après plusieurs échecs, il faut attendre.",
  "docs.error.prompt.meaning":
    "Vous avez demandé avec `prompt=none`, et l’utilisateur doit se connecter ou donner son accord.",
  "docs.error.prompt.action": "Renvoyez la requête sans `prompt=none`.",
  "docs.error.authentication.meaning":
    "L’utilisateur ne s’est pas connecté comme `acr_values` ou `max_age` l’exige, ou personne ne le peut ici.",
  "docs.error.authentication.action":
    "Demandez un autre `acr`, ou dites à l’utilisateur que cette connexion ne suffit pas.",
  "docs.error.redirectUri.meaning": "L’adresse `redirect_uri` n’est pas enregistrée pour votre client.",
  "docs.error.redirectUri.action":
    "Envoyez une adresse enregistrée, exactement telle quelle, ou demandez au fournisseur d’ajouter la vôtre.",
  "docs.error.requestUri.meaning": "La valeur `request_uri` a expiré, a servi ou est inconnue.",
  "docs.error.requestUri.action":
    "Envoyez de nouveau la requête au préalable, et redirigez le navigateur avec la nouvelle valeur `request_uri`.",
  "docs.error.notPushed.meaning": "Votre client doit envoyer au préalable ses requêtes d’autorisation.",
  "docs.error.notPushed.action":
    "Envoyez d’abord les paramètres au point d’accès des requêtes préalables (RFC 9126).",
  "docs.error.document.meaning":
    "Le document que désigne votre identifiant de client est illisible ou n’est pas valable.",
  "docs.error.document.action": "Corrigez le document. L’erreur indique le champ.",
  "docs.error.publicClient.meaning": "Un client public n’a pas le droit d’interroger des jetons.",
  "docs.error.publicClient.action": "Utilisez un client qui a un secret.",
  "docs.error.resource.meaning":
    "La valeur `resource` que vous avez demandée est inconnue, ou vos jetons ne sont pas pour elle.",
  "docs.error.resource.action":
    "Omettez `resource`, ou envoyez une valeur que le fournisseur vous a indiquée.",
  "docs.error.size.meaning": "La requête est trop grande.",
  "docs.error.size.action":
    "Envoyez les paramètres dans le corps, pas dans l’URL, et seulement ceux du point d’accès.",
};
