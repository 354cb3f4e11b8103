import { explanationsFr } from "../../explanations/messages/fr.ts";
import { docsFr } from "./docs/fr.ts";
import type { MessageKey } from "./en.ts";

/** The pages' messages in French. The user is addressed as "vous"; apostrophes and the spaces before punctuation are typographic. */
export const fr: Readonly<Record<MessageKey, string>> = {
  // Sign-in.
  "signIn.title": "Connexion",
  "signIn.for": "pour continuer vers {client}",
  "signIn.username": "Nom d’utilisateur",
  "signIn.password": "Mot de passe",
  "signIn.showPassword": "Afficher le mot de passe",
  "signIn.submit": "Se connecter",
  "signIn.missing": "Saisissez votre nom d’utilisateur et votre mot de passe.",
  "signIn.wrong": "Le nom d’utilisateur ou le mot de passe est incorrect.",
  "signIn.tooMany": "Trop de tentatives infructueuses. Réessayez dans {seconds} secondes.",
  "signIn.unavailable":
    "Nous ne pouvons pas vérifier votre mot de passe pour le moment. Votre compte n’est pas en cause\u00a0: réessayez dans un instant.",
  "signIn.forgotPassword": "Mot de passe oublié\u202f?",
  "signIn.signUp": "Créer un compte",
  "signIn.expired":
    "Cette page est restée ouverte trop longtemps, ou votre navigateur bloque les cookies. Réessayez.",
  // Consent. `consent.scopes` introduces a list of descriptions.
  "consent.title": "Autoriser l’accès\u202f?",
  "consent.asks": "{client} souhaite accéder à votre compte.",
  "consent.scopes": "Si vous l’autorisez, cette application pourra\u00a0:",
  "consent.noScopes": "Cette application demande seulement à savoir qui vous êtes.",
  "consent.details": "Elle demande aussi ceci :",
  "consent.returns": "Vous reviendrez ensuite sur {place}.",
  "consent.allow": "Autoriser",
  "consent.deny": "Ne pas autoriser",
  "consent.signedInAs": "Vous utilisez le compte {name}.",
  "consent.other": "Utiliser un autre compte",
  "consent.website": "Site web",
  "consent.policy": "Politique de confidentialité",
  "consent.terms": "Conditions d’utilisation",
  "consent.selfRegistered":
    "Cette application s’est enregistrée elle-même. {provider} n’a vérifié ni l’application ni son nom.",
  "consent.documented":
    "Cette application provient de {place}. {provider} n’a vérifié ni l’application ni son nom.",
  // Devices.
  "device.title": "Connecter un appareil",
  "device.enter": "Saisissez le code affiché par votre appareil.",
  "device.code": "Code",
  "device.next": "Continuer",
  "device.wrong": "Ce code est incorrect ou a expiré. Vérifiez le code sur votre appareil.",
  "device.tooMany": "Trop de codes incorrects. Réessayez dans {seconds} secondes.",
  "device.confirmTitle": "Connecter cet appareil\u202f?",
  "device.asks": "{client}, sur votre appareil, souhaite accéder à votre compte.",
  "device.same": "Votre appareil doit afficher ce code\u00a0:",
  "device.warning":
    "N’autorisez l’accès que si vous avez l’appareil avec vous et y avez lancé cette opération vous-même. {provider} n’envoie jamais de codes\u00a0: si quelqu’un vous a envoyé celui-ci, cette personne cherche à entrer dans votre compte.",
  "device.allow": "Autoriser",
  "device.allowedTitle": "Votre appareil est connecté",
  "device.allowedText":
    "Retournez à votre appareil\u00a0: il continue de lui-même. Vous pouvez fermer cette page.",
  "device.deniedTitle": "Votre appareil n’a pas été connecté",
  "device.deniedText": "Il n’a pas accès à votre compte. Vous pouvez fermer cette page.",
  // Authorized applications.
  "apps.title": "Applications connectées",
  "apps.text":
    "Ces applications peuvent accéder à votre compte. Retirez l’accès à celles que vous n’utilisez plus.",
  "apps.none": "Aucune application n’a accès à votre compte.",
  "apps.since": "Depuis le",
  "apps.used": "dernière utilisation le",
  "apps.unused": "inutilisée actuellement",
  "apps.until": "accès jusqu’au",
  "apps.scopes": "Elle peut\u00a0:",
  "apps.noScopes": "Elle sait seulement qui vous êtes.",
  "apps.extend": "Prolonger l’accès jusqu’au {date}",
  "apps.extendOf": "Prolonger l’accès jusqu’au {date}\u00a0: {client}",
  "apps.extended": "L’accès a été prolongé.",
  "apps.revoke": "Retirer l’accès",
  "apps.revokeOf": "Retirer l’accès\u00a0: {client}",
  "apps.revoked": "L’accès a été retiré.",
  // Pages that lead to the client or the login page.
  "redirect.title": "Un instant",
  "redirect.text": "Nous vous ramenons à {client}.",
  "redirect.untrusted":
    "{client} a envoyé une demande qui ne fonctionne pas. Si vous connaissez {place}, vous pouvez y retourner\u202f; sinon, fermez cette page.",
  "redirect.toLogin": "Nous vous dirigeons vers la page de connexion.",
  "redirect.link": "Continuer",
  // Sign-out.
  "signOut.title": "Se déconnecter\u202f?",
  "signOut.submit": "Se déconnecter",
  "signedOut.title": "Votre session est fermée",
  "signedOut.text": "Vous pouvez fermer cette page.",
  // The page at the issuer's URL.
  "home.title": "Vue d’ensemble",
  "home.apps": "Voyez quelles applications peuvent accéder à votre compte, et retirez-leur l’accès.",
  "page.navigation": "Pages",
  "page.menu": "Menu",
  "page.skip": "Aller au texte",
  "page.languages": "Langues",
  // Errors.
  "error.title": "Une erreur s’est produite",
  "error.client": "L’application d’où vous venez est inconnue ou a été désactivée.",
  "error.redirect":
    "L’application nous a demandé de vous diriger vers une adresse qui n’est pas enregistrée pour elle. Nous ne l’avons pas fait.",
  "error.request":
    "L’application d’où vous venez a commis une erreur. Retournez-y et réessayez. Si cela se reproduit, prévenez ses développeurs.",
  "error.expired": "Cette demande a expiré ou a déjà été utilisée. Retournez à l’application et recommencez.",
  "error.browser":
    "Vous avez commencé la connexion dans un autre navigateur, ou votre navigateur bloque les cookies. Retournez à l’application et recommencez.",
  "error.foreign": "Ce formulaire n’a pas été envoyé depuis ce site\u00a0: rien n’a été modifié.",
  "error.tooLarge":
    "Votre navigateur a envoyé plus de données que ce service n’en accepte. Supprimez les cookies de ce site, puis retournez à l’application et recommencez.",
  "error.busy": "Le service est surchargé. Rechargez cette page dans un instant.",
  "error.server": "Un problème inattendu est survenu. Réessayez plus tard.",
  "error.details": "Pour les développeurs de l’application\u00a0: {details}",
  cancel: "Annuler",
  help: "Aide",
  // The documentation portal.
  ...docsFr,
  // What a client is told of its refresh token.
  ...explanationsFr,
};
