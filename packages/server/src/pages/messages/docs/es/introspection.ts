import type { introspectionEn } from "../en/introspection.ts";

/** The messages of the page on introspection, in Spanish. */
export const introspectionEs: Readonly<Record<keyof typeof introspectionEn, string>> = {
  "docs.introspect.title": "Introspección",
  "docs.introspect.lead": "Pregunte al servicio si un token es válido ahora y para qué.",
  "docs.introspect.token": "El token de acceso o de actualización por el que pregunta.",
  "docs.introspect.client_secret":
    "El secreto de cliente que ha recibido. Un cliente público no tiene ninguno y no puede preguntar.",
  "docs.introspect.active": "Si el token es válido ahora. Si no lo es, la respuesta no contiene nada más.",
  "docs.introspect.token_use": "Qué es: `access_token` o `refresh_token`.",
  "docs.introspect.members": "Lo que un token no tiene falta en la respuesta.",
  "docs.introspect.inactive":
    "La segunda respuesta es la de cualquier otro token: caducado, revocado, desconocido o de otro cliente.",
  "docs.introspect.limits": "Qué puede preguntar",
  "docs.introspect.own": "Su cliente solo recibe información sobre sus propios tokens.",
  "docs.introspect.resourceServer":
    "Una API que acepta tokens de otros clientes necesita un cliente que el proveedor haya marcado como servidor de recursos.",
  "docs.introspect.spent":
    "Un token de actualización sustituido no está activo, aunque una renovación repetida todavía reciba los mismos tokens.",
  "docs.introspect.noUse": "Preguntar no es usar el token: no prolonga ni termina nada.",
  "docs.introspect.verify":
    "Una API que comprueba cada solicitud es más rápida si verifica ella misma los tokens de acceso.",
};
