import type { diagnoseEn } from "../en/diagnose.ts";

/** The messages of the page that explains a refused refresh token, in Spanish. */
export const diagnoseEs: Readonly<Record<keyof typeof diagnoseEn, string>> = {
  "docs.diagnose.title": "¿Por qué dejó de funcionar mi integración?",
  "docs.diagnose.lead":
    "Introduzca un token de actualización rechazado y lea qué ha sido de él: cuándo se consumió, qué terminó la sesión y qué hacer.",
  "docs.diagnose.clientId": "ID de cliente",
  "docs.diagnose.secret": "Secreto de cliente",
  "docs.diagnose.secretHint": "Déjelo vacío si su cliente es público.",
  "docs.diagnose.token": "Token de actualización",
  "docs.diagnose.tokenHint": "El rechazado u otro de la misma sesión. La consulta no lo consume.",
  "docs.diagnose.submit": "Explicar",
  "docs.diagnose.private":
    "El secreto y el token solo se envían a este servidor, y no se guardan ni se registran. De un cliente público solo se explican las sesiones terminadas.",
  "docs.diagnose.missing": "Introduzca el ID de cliente y el token de actualización.",
  "docs.diagnose.client":
    "El ID o el secreto del cliente no es correcto. Deje el secreto vacío solo si su cliente es público.",
  "docs.diagnose.tooMany": "Demasiados intentos. Inténtelo de nuevo dentro de {seconds} segundos.",
  "docs.diagnose.answer": "Qué ha sido de este token de actualización.",
  "docs.diagnose.state.active": "Sesión activa",
  "docs.diagnose.state.expired": "Sesión caducada",
  "docs.diagnose.state.revoked": "Sesión terminada",
  "docs.diagnose.state.unknown": "Token desconocido",
  "docs.diagnose.support": "Para una consulta al soporte",
  "docs.diagnose.supportNote":
    "Envíe esto con su pregunta a {provider}. No contiene ningún token ni ningún secreto.",
  "docs.diagnose.again": "Preguntar por otro token",
  "docs.diagnose.programs": "Desde un programa o un terminal",
  "docs.diagnose.programsNote":
    "Lo mismo en JSON, que su programa puede registrar cuando se rechaza una renovación. `ui_locales` elige el idioma de las frases.",
  "docs.diagnose.commandNote": "Si inició sesión con `regrant login`:",
  "docs.diagnose.clientNote":
    "Con `@regrant/client`, el error de una renovación rechazada tiene entonces las frases en `description`:",
};
