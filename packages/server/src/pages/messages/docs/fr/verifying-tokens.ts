import type { verifyingTokensEn } from "../en/verifying-tokens.ts";

/** The messages of the page on verifying tokens, in French. */
export const verifyingTokensFr: Readonly<Record<keyof typeof verifyingTokensEn, string>> = {
  "docs.verify.title": "Vérifier les jetons",
  "docs.verify.lead":
    "Pour les API\u00a0: vérifiez vous-même les jetons d’accès, sans une requête pour chacun.",
  "docs.verify.values": "Valeurs de ce service",
  "docs.verify.issuerName": "Émetteur (`iss`)",
  "docs.verify.jwks": "Clés publiques (JWKS)",
  "docs.verify.metadata": "Métadonnées (RFC 8414)",
  "docs.verify.audience": "Destinataire (`aud`)",
  "docs.verify.algorithms": "Algorithmes (`alg`)",
  "docs.verify.typ": "Type (`typ`)",
  "docs.verify.audienceNote":
    "Votre API peut avoir son propre destinataire\u00a0: demandez au fournisseur. Refusez les jetons qui en ont un autre\u00a0: ils sont pour d’autres API.",
  "docs.verify.resourceNote":
    "Un client peut demander le destinataire de votre API avec `resource` (RFC 8707).",
  "docs.verify.checks": "Ce qu’il faut vérifier",
  "docs.verify.signature":
    "La signature, avec la clé que l’en-tête nomme dans `kid`. N’acceptez que les algorithmes ci-dessus.",
  "docs.verify.type":
    "`typ` dans l’en-tête est {type}. Aucun autre JWT de ce service n’est un jeton d’accès.",
  "docs.verify.issuer": "`iss` et `aud` sont exactement les valeurs ci-dessus.",
  "docs.verify.times": "`exp` n’est pas passé. Admettez {seconds} d’écart entre les horloges.",
  "docs.verify.scope":
    "`scope` contient le scope dont la requête a besoin. Sinon, répondez par 403 et `insufficient_scope` (RFC 6750).",
  "docs.verify.refuse":
    'À tout autre jeton, répondez par 401 et `WWW-Authenticate: Bearer error="invalid_token"`, sans dire pourquoi.',
  "docs.verify.example": "Exemples",
  "docs.verify.exampleNote":
    "Les exemples lisent `ACCESS_TOKEN` dans l’environnement. Dans votre API, il arrive dans l’en-tête `Authorization: Bearer …` de chaque requête.",
  "docs.verify.claims": "Claims",
  "docs.verify.optional":
    "`scope`, `gid` et `auth_time` peuvent manquer\u00a0: un jeton peut être sans scope, ou celui du client lui-même.",
  "docs.verify.token": "Un jeton décodé",
  "docs.verify.keys": "Clés",
  "docs.verify.cache":
    "Gardez les clés pendant {maxAge}. Rechargez-les pour un `kid` que vous ne connaissez pas, mais pas à chaque jeton de ce genre.",
  "docs.verify.rotation":
    "Les clés changent d’elles-mêmes\u00a0: n’en écrivez aucune dans votre programme. Une nouvelle clé est publiée {maxAge} avant de signer.",
  "docs.verify.outage": "Si les clés ne peuvent pas être chargées, continuez avec celles que vous avez.",
  "docs.verify.revoked": "Jetons révoqués",
  "docs.verify.feed":
    "`@regrant/verify` suit les révocations de ce service et refuse un jeton révoqué environ une seconde après. Il lui faut un client que le fournisseur a marqué comme serveur de ressources.",
  "docs.verify.ask":
    "En PHP et dans d’autres langages, demandez par introspection là où un jeton révoqué ne doit pas être accepté.",
  "docs.verify.passport": "Jetons avec les claims de Laravel Passport",
  "docs.verify.passportNote":
    'Les clients venus de Laravel Passport peuvent recevoir des jetons avec ces claims\u00a0: sans `iss`, et avec le client dans `aud`. `@regrant/verify` les lit avec `profile: "passport"`.',
  "docs.claim.iss": "Le service qui a émis le jeton.",
  "docs.claim.aud": "L’API à laquelle le jeton est destiné.",
  "docs.claim.sub": "L’utilisateur pour lequel le jeton vaut, ou le client lui-même.",
  "docs.claim.client_id": "Le client pour lequel le jeton a été émis.",
  "docs.claim.iat": "Quand le jeton a été émis, en secondes depuis 1970.",
  "docs.claim.nbf": "À partir de quand le jeton est valable\u00a0: la même valeur que `iat`.",
  "docs.claim.exp": "Quand le jeton expire, en secondes depuis 1970.",
  "docs.claim.scope": "Les scopes, séparés par des espaces.",
  "docs.claim.scopes": "Les scopes, sous forme de liste.",
  "docs.claim.gid": "La session dont vient le jeton. Un renouvellement ne la change pas.",
  "docs.claim.auth_time": "Quand l’utilisateur s’est connecté, en secondes depuis 1970.",
  "docs.claim.jti": "L’identifiant du jeton.",
  "docs.claim.acr": "Comment l’utilisateur s’est authentifié, si on le sait.",
  "docs.claim.authorization_details": "Ce qui a été accordé en plus des scopes (RFC 9396).",
  "docs.claim.act": "Qui agit pour l’utilisateur, si c’est quelqu’un d’autre.",
  "docs.claim.cnf": "La clé à laquelle le jeton est lié, s’il l’est\u00a0: son empreinte.",
};
