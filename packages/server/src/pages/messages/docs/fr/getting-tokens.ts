import type { gettingTokensEn } from "../en/getting-tokens.ts";

/** The messages of the page on getting tokens, in French. */
export const gettingTokensFr: Readonly<Record<keyof typeof gettingTokensEn, string>> = {
  "docs.get.title": "Obtenir des jetons",
  "docs.get.lead":
    "Obtenez le premier jeton d’accès et, avec lui, le jeton d’actualisation. La manière dépend de ce qu’est votre programme.",
  "docs.get.choose": "Quel grant type",
  "docs.get.program": "Votre programme est",
  "docs.get.use": "Utilisez",
  "docs.get.program.server": "une application web avec son propre serveur",
  "docs.get.use.server": "`authorization_code`, avec le secret de client et PKCE",
  "docs.get.program.app": "une page web sans serveur, ou une application sur l’appareil de l’utilisateur",
  "docs.get.use.app": "`authorization_code` avec PKCE, en client public\u00a0: il n’a pas de secret",
  "docs.get.program.device": "un appareil ou un programme en ligne de commande sans navigateur",
  "docs.get.use.device":
    "le code d’appareil\u00a0: l’utilisateur se connecte sur un téléphone ou un ordinateur",
  "docs.get.program.service": "un programme qui travaille pour lui-même, sans utilisateur",
  "docs.get.use.service": "`client_credentials`\u00a0: un jeton d’accès, sans jeton d’actualisation",
  "docs.get.program.password": "un programme existant qui demande leur mot de passe à ses utilisateurs",
  "docs.get.use.password": "`password`, jusqu’à ce qu’il puisse utiliser `authorization_code`",
  "docs.get.chooseNote":
    "{provider} décide quels grant types votre client peut utiliser. Pour tout autre, la réponse est {error}\u00a0: demandez-le alors.",
  "docs.get.before":
    "Il vous faut un identifiant de client et, sauf si votre client est public, un secret de client. {provider} vous les donne\u00a0; c’est là aussi que vous enregistrez votre redirect URI.",
  "docs.get.authorize": "Authorization code\u00a0: la requête",
  "docs.get.authorizeText":
    "L’utilisateur se connecte chez {provider}, et votre programme reçoit un code, qu’il échange contre des jetons. Il ne voit jamais le mot de passe. Pour commencer, redirigez le navigateur de l’utilisateur vers le point d’accès d’autorisation, avec ces paramètres dans la query.",
  "docs.get.verifier":
    "PKCE (RFC 7636)\u00a0: pour chaque requête, créez un nouveau `code_verifier` aléatoire de 43 à 128 lettres et chiffres, et gardez-le dans la session de l’utilisateur. `code_challenge` est son SHA-256 en base64url, sans remplissage. Un code volé est inutile sans le verifier.",
  "docs.get.state":
    "Créez aussi un `state` aléatoire et gardez-le dans la session\u00a0: il vous permet de reconnaître qu’une réponse appartient à votre propre requête.",
  "docs.get.redirectUri":
    "`redirect_uri` doit être enregistrée pour votre client, et identique au caractère près. Seul le port d’une adresse de bouclage comme `http://127.0.0.1` peut différer.",
  "docs.get.authorizeNote":
    "Les programmes lisent `CLIENT_ID` et `REDIRECT_URI` et affichent le code verifier, le state et l’URL à ouvrir dans un navigateur. Votre application web garde les deux premiers dans la session et redirige vers l’URL.",
  "docs.get.authorize.request":
    "Tous les paramètres sous forme d’un JWT signé par votre client (RFC 9101). Les autres sont alors ignorés, sauf `client_id`.",
  "docs.get.authorize.request_uri":
    "Désigne une requête que vous avez envoyée au préalable (RFC 9126). Seul `client_id` est envoyé avec elle.",
  "docs.get.authorize.response_type": "La valeur est `code`.",
  "docs.get.authorize.response_mode":
    "Comment la réponse revient\u00a0: `query`, par défaut, ou `form_post`, en formulaire que le navigateur envoie.",
  "docs.get.authorize.redirect_uri": "Où l’utilisateur revient.",
  "docs.get.authorize.scope":
    "Les scopes dont vous avez besoin, séparés par des espaces. Par défaut tous ceux que votre client peut avoir.",
  "docs.get.authorize.state": "Revient inchangé avec la réponse.",
  "docs.get.authorize.code_challenge": "Le SHA-256 du code verifier, en base64url.",
  "docs.get.authorize.code_challenge_method": "La valeur est `S256`.",
  "docs.get.authorize.dpop_jkt":
    "L’empreinte de votre clé DPoP\u00a0: le code ne sert alors qu’avec une preuve de cette clé.",
  "docs.get.authorize.prompt":
    "`login`\u00a0: l’utilisateur se connecte de nouveau. `consent`\u00a0: son accord est de nouveau demandé. `none`\u00a0: aucune page n’est affichée, et ce qui en demanderait une est une erreur.",
  "docs.get.authorize.max_age":
    "Depuis combien de temps, au plus, l’utilisateur peut s’être connecté, en secondes.",
  "docs.get.authorize.acr_values":
    "Comment l’utilisateur doit se connecter\u00a0: l’une de ces valeurs d’`acr`, séparées par des espaces.",
  "docs.get.authorize.login_hint": "Le nom de l’utilisateur, prérempli sur la page de connexion.",
  "docs.get.authorize.ui_locales": "Les langues des pages, comme `it en`, la préférée en premier.",
  "docs.get.pkceRequired": "Oui pour les clients publics, recommandé pour tous",
  "docs.get.ifSeveral": "Si plusieurs sont enregistrées",
  "docs.get.ifSent": "Si la requête d’autorisation la contenait",
  "docs.get.unlessPushed": "Oui, sauf si la requête a été envoyée au préalable",
  "docs.get.recommended": "Recommandé",
  "docs.get.redirect": "Authorization code\u00a0: la réponse",
  "docs.get.redirectText":
    "Quand l’utilisateur a autorisé l’accès, le navigateur revient à votre redirect URI, avec ces paramètres dans la query.",
  "docs.get.redirect.code": "Le code. Il est valable {lifetime}, et une seule fois.",
  "docs.get.redirect.state":
    "Le `state` de votre requête. Si ce n’est pas celui de la session de l’utilisateur, arrêtez.",
  "docs.get.redirect.iss":
    "Qui répond\u00a0: `{issuer}`. Si c’est un autre, arrêtez\u00a0: la réponse peut venir du serveur d’un attaquant (RFC 9207).",
  "docs.get.redirect.error":
    "À la place de `code`, si vous n’en recevez pas. `error_description` est un texte pour vous.",
  "docs.get.shownError":
    "Si l’identifiant de client ou la redirect URI est incorrect, le navigateur ne revient pas\u00a0: l’utilisateur voit une page avec l’erreur.",
  "docs.get.exchange": "Authorization code\u00a0: l’échange",
  "docs.get.exchangeText":
    "Échangez aussitôt le code contre des jetons. Si un code revient une seconde fois, ses jetons sont révoqués, car il a peut-être été volé.",
  "docs.get.exchangeNote":
    "Les programmes lisent `CLIENT_ID`, `CLIENT_SECRET`, `CODE`, `REDIRECT_URI` et `CODE_VERIFIER` dans l’environnement. Si votre client est public, laissez `CLIENT_SECRET` vide. Pour essayer à la main, copiez le code depuis la barre d’adresse du navigateur.",
  "docs.get.exchangePage":
    "Les exemples pour les pages web sont ceux d’un client public. Une telle page trouve le code dans sa propre URL, et le code verifier dans `sessionStorage`, où l’exemple de la requête l’a gardé.",
  "docs.get.param.code": "Le `code` de la réponse.",
  "docs.get.param.redirect_uri": "La même que dans la requête d’autorisation.",
  "docs.get.param.code_verifier": "Le code verifier de la session de l’utilisateur.",
  "docs.get.param.device_code": "Le `device_code` de la réponse.",
  "docs.get.param.username": "Le nom de l’utilisateur.",
  "docs.get.param.password": "Le mot de passe de l’utilisateur.",
  "docs.get.device": "Code d’appareil",
  "docs.get.deviceText":
    "L’appareil demande deux codes, montre l’un à l’utilisateur, et interroge avec l’autre jusqu’à ce que l’utilisateur ait autorisé l’accès dans un navigateur (RFC 8628).",
  "docs.get.deviceShow":
    "Montrez à l’utilisateur `verification_uri` et `user_code`, et `verification_uri_complete` en code QR. Interrogez ensuite le point d’accès des jetons toutes les {interval}, jusqu’à obtenir des jetons ou une autre erreur que `authorization_pending` et `slow_down`\u00a0:",
  "docs.get.device.device_code":
    "Pour vos requêtes au point d’accès des jetons. L’utilisateur ne le voit jamais.",
  "docs.get.device.user_code": "Ce que l’utilisateur saisit.",
  "docs.get.device.verification_uri": "Où l’utilisateur le saisit.",
  "docs.get.device.verification_uri_complete": "La même page, avec le code prérempli.",
  "docs.get.device.expires_in": "Combien de temps les deux codes sont valables, en secondes.",
  "docs.get.device.interval": "Combien de temps attendre entre deux requêtes, en secondes.",
  "docs.get.service": "Client credentials",
  "docs.get.serviceText":
    "Un jeton pour votre programme lui-même. Il faut un client avec un secret, et il n’y a pas de jeton d’actualisation\u00a0: quand le jeton d’accès expire, envoyez de nouveau la même requête.",
  "docs.get.service.client_secret":
    "Le secret de client que vous avez reçu. Un client public n’en a pas et ne peut pas utiliser ce grant type.",
  "docs.get.serviceNote": "Les programmes lisent `CLIENT_ID` et `CLIENT_SECRET` dans l’environnement.",
  "docs.get.password": "Mot de passe",
  "docs.get.passwordText":
    "Ne l’utilisez pas dans un nouveau programme\u00a0: la RFC 9700 l’interdit. Votre programme voit le mot de passe, les utilisateurs s’habituent à le saisir hors de la page de connexion, et un second facteur est impossible. Il est pour les programmes qui l’utilisent déjà.",
  "docs.get.response": "La réponse",
  "docs.get.responseNote":
    "Envoyez le jeton d’accès à l’API dans l’en-tête `Authorization: Bearer …`. Enregistrez le jeton d’actualisation là où seul votre programme peut le lire\u00a0: il vaut autant qu’un mot de passe. Si la réponse n’en a pas, votre client ne peut pas renouveler les jetons.",
  "docs.get.member.access_token": "Le jeton d’accès.",
  "docs.get.member.refresh_token":
    "Le jeton d’actualisation, si votre client peut renouveler les jetons. Enregistrez-le.",
  "docs.get.scopes": "Scopes",
  "docs.get.scopesNote":
    "Un scope est quelque chose qu’un jeton autorise. {provider} décide lesquels votre client peut avoir\u00a0; sans `scope`, vous les recevez tous.",
  "docs.get.scope": "Scope",
  "docs.get.scope.offline_access":
    "Accès en l’absence de l’utilisateur. Vous pouvez le demander\u00a0; qu’il y ait un jeton d’actualisation dépend de votre client.",
};
