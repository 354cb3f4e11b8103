import type { diagnoseEn } from "../en/diagnose.ts";

/** The messages of the page that explains a refused refresh token, in French. */
export const diagnoseFr: Readonly<Record<keyof typeof diagnoseEn, string>> = {
  "docs.diagnose.title": "Pourquoi mon intégration s’est-elle arrêtée\u202f?",
  "docs.diagnose.lead":
    "Saisissez un jeton d’actualisation refusé, et lisez ce qu’il est devenu\u00a0: quand il a été consommé, ce qui a mis fin à la session, et ce qu’il faut faire.",
  "docs.diagnose.clientId": "Identifiant du client",
  "docs.diagnose.secret": "Secret du client",
  "docs.diagnose.secretHint": "Laissez ce champ vide si votre client est public.",
  "docs.diagnose.token": "Jeton d’actualisation",
  "docs.diagnose.tokenHint":
    "Le jeton refusé, ou un autre de la même session. La question ne le consomme pas.",
  "docs.diagnose.submit": "Expliquer",
  "docs.diagnose.private":
    "Le secret et le jeton ne sont envoyés qu’à ce serveur, et ne sont ni enregistrés ni journalisés. Pour un client public, seules les sessions terminées sont expliquées.",
  "docs.diagnose.missing": "Saisissez l’identifiant du client et le jeton d’actualisation.",
  "docs.diagnose.client":
    "L’identifiant ou le secret du client est faux. Ne laissez le secret vide que si votre client est public.",
  "docs.diagnose.tooMany": "Trop de tentatives. Réessayez dans {seconds} secondes.",
  "docs.diagnose.answer": "Ce que ce jeton d’actualisation est devenu.",
  "docs.diagnose.state.active": "Session active",
  "docs.diagnose.state.expired": "Session expirée",
  "docs.diagnose.state.revoked": "Session terminée",
  "docs.diagnose.state.unknown": "Jeton inconnu",
  "docs.diagnose.support": "Pour une question à l’assistance",
  "docs.diagnose.supportNote": "Joignez ceci à votre question à {provider}. Il n’y a là ni jeton ni secret.",
  "docs.diagnose.again": "Interroger sur un autre jeton",
  "docs.diagnose.programs": "Depuis un programme ou un terminal",
  "docs.diagnose.programsNote":
    "La même chose en JSON, que votre programme peut journaliser quand un renouvellement est refusé. `ui_locales` choisit la langue des phrases.",
  "docs.diagnose.commandNote": "Si vous vous êtes connecté avec `regrant login`\u00a0:",
  "docs.diagnose.clientNote":
    "Avec `@regrant/client`, l’erreur d’un renouvellement refusé a alors ces phrases dans `description`\u00a0:",
};
