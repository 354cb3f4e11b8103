import type { commonEn } from "../en/common.ts";

/** The messages of what all pages of the documentation portal share, in Spanish. */
export const commonEs: Readonly<Record<keyof typeof commonEn, string>> = {
  "docs.title": "Documentación",
  "docs.lead": "Cómo su programa obtiene acceso a {provider} y lo conserva.",
  "docs.contents": "En esta página",
  "docs.copy": "Copiar",
  "docs.copied": "Copiado",
  "docs.method": "Método",
  "docs.uri": "URI",
  "docs.parameter": "Parámetro",
  "docs.type": "Tipo",
  "docs.description": "Descripción",
  "docs.required": "Obligatorio",
  "docs.yes": "Sí",
  "docs.no": "No",
  "docs.confidential": "Sí, salvo que el cliente sea público",
  "docs.endpoint": "Punto de acceso",
  "docs.request": "Parámetros de la solicitud",
  "docs.response": "Parámetros de la respuesta",
  "docs.example": "Ejemplo de solicitud",
  "docs.languages": "Lenguaje del ejemplo",
  "docs.exampleResponse": "Ejemplo de respuesta",
  "docs.errors": "Errores",
  "docs.errorResponse": "Respuesta",
  "docs.meaning": "Significado",
  "docs.action": "Qué hacer",
};
