import type { lifetimesEn } from "../en/lifetimes.ts";

/** The messages of the page on lifetimes, in Spanish. */
export const lifetimesEs: Readonly<Record<keyof typeof lifetimesEn, string>> = {
  "docs.lifetimes": "Duraciones",
  "docs.lifetimeOf": "Token",
  "docs.lifetime": "Duración",
  "docs.lifetime.access": "Token de acceso",
  "docs.lifetime.idle": "Token de actualización sin usar",
  "docs.lifetime.max": "Todos los tokens de un inicio de sesión, por mucho que renueve",
  "docs.lifetimesNote":
    "Estas son las duraciones de los clientes nuevos. El suyo puede tener otras: las indica la respuesta.",
  "docs.lifetimes.lead":
    "Cuánto tiempo son válidos los tokens y los códigos, qué cambia al renovar y cómo conoce su programa las duraciones de su cliente.",
  "docs.lifetimes.tokens": "Tokens",
  "docs.lifetimes.others": "Códigos e inicios de sesión",
  "docs.lifetime.code": "Authorization code",
  "docs.lifetime.pushed": "Solicitud de autorización enviada por adelantado",
  "docs.lifetime.signIn": "Inicio de sesión de un usuario en un navegador, como máximo",
  "docs.lifetime.window": "Repetición de una renovación, como mínimo",
  "docs.lifetimes.refresh": "Qué cambia al renovar",
  "docs.lifetimes.renewed":
    "El token de acceso es nuevo, y el token de actualización puede quedar sin usar {idle} desde entonces.",
  "docs.lifetimes.fixed":
    "El tiempo desde el inicio de sesión sigue corriendo: pasados {max}, el usuario vuelve a iniciar sesión. Ningún token dura más.",
  "docs.lifetimes.repeated": "Una solicitud repetida que recibe los mismos tokens no prolonga nada.",
  "docs.lifetimes.ownTokens":
    "El token de acceso del propio cliente (`client_credentials`) no tiene token de actualización: pida uno nuevo cuando caduque.",
  "docs.lifetimes.rarely": "Si su programa se ejecuta pocas veces",
  "docs.lifetimes.timer":
    "Un token de actualización que no se usa durante {idle} caduca. Si su programa se ejecuta con menos frecuencia, haga que una tarea programada renueve a tiempo.",
  "docs.lifetimes.own": "Las duraciones de su cliente",
  "docs.lifetimes.read":
    "Léalas en cada respuesta con tokens y no escriba ninguna en su programa. Los tiempos cuentan desde la respuesta.",
  "docs.lifetimes.introspect":
    "La introspección dice cuánto le queda a un token de actualización, sin usarlo.",
};
