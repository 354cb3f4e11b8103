import type { retryRuleEn } from "../en/retry-rule.ts";

/** The messages of the page on the retry rule, in Spanish. */
export const retryRuleEs: Readonly<Record<keyof typeof retryRuleEn, string>> = {
  "docs.rule": "Regla de reintento",
  "docs.rule.store": "Guarde el nuevo token de actualización antes de usar el nuevo token de acceso.",
  "docs.rule.retry":
    "Si no llega ninguna respuesta, envíe de nuevo la misma solicitud. Durante al menos {window} recibe de nuevo los mismos tokens.",
  "docs.rule.own":
    "Su cliente puede tener otro tiempo: lo indica `refresh_token_retry_window` en la respuesta.",
  "docs.rule.late":
    "Un token de actualización que llega más tarde, cuando ya se ha usado uno más reciente, puede ser robado: la sesión termina y el usuario vuelve a iniciar sesión.",
  "docs.rule.busy":
    "Tras un estado 429 o 503, espere los segundos que indica `Retry-After` y envíe de nuevo la misma solicitud. Su token de actualización sigue siendo válido.",
  "docs.rule.lead":
    "Cada renovación sustituye su token de actualización. Con esta regla, ni una respuesta perdida ni un segundo proceso terminan la sesión.",
  "docs.rule.short": "La regla en breve",
  "docs.rule.storing": "Qué guardar y cuándo",
  "docs.rule.lock":
    "Deje que renueve un solo proceso a la vez, con un bloqueo. Lea el token de actualización cuando tenga el bloqueo: otro proceso puede haberlo sustituido entretanto.",
  "docs.rule.together": "Guarde juntos el nuevo token de actualización, el token de acceso y su caducidad.",
  "docs.rule.keep": "Conserve el token de actualización anterior hasta que el nuevo esté guardado.",
  "docs.rule.storeFailed":
    "Si no se puede guardar, envíe de nuevo la misma solicitud: en un plazo de {window} recibe los mismos tokens.",
  "docs.rule.lost": "Cuando se pierde una respuesta",
  "docs.rule.lostNote":
    "Su programa tiene el token de actualización A. El servicio lo sustituye por B y la respuesta no llega.",
  "docs.rule.time": "Cuándo",
  "docs.rule.sent": "Su programa",
  "docs.rule.start": "Al principio",
  "docs.rule.sendsA": "envía A",
  "docs.rule.lostB": "`200`: B, que se pierde",
  "docs.rule.within": "En un plazo de {window}",
  "docs.rule.repeatsA": "envía A de nuevo",
  "docs.rule.getsB": "`200`: B de nuevo",
  "docs.rule.unused": "Más tarde, si B nunca se ha usado",
  "docs.rule.getsBOnce": "`200`: B una última vez. No cuente con ello.",
  "docs.rule.used": "Pasados {double}, si B se ha usado",
  "docs.rule.ended": "{error}: la sesión termina",
  "docs.rule.processes": "Varios procesos",
  "docs.rule.oneStore":
    "Los programas que comparten un token comparten un almacén y lo leen antes de cada renovación.",
  "docs.rule.sameMoment":
    "Si dos de ellos renuevan con el mismo token, ambos reciben los mismos tokens nuevos. En un plazo de {window} no pasa nada.",
  "docs.rule.ownSignIn":
    "Los programas que no pueden compartir un almacén necesitan cada uno su propio inicio de sesión.",
  "docs.rule.repeat": "Cuándo repetir una solicitud",
  "docs.rule.none": "Ninguna, o se cortó la conexión",
  "docs.rule.againAtOnce": "Envíe de nuevo la misma solicitud enseguida, y después a los 1, 2, 4… segundos.",
  "docs.rule.others": "Cualquier otro 400",
  "docs.rule.library": "En JavaScript, `@regrant/client` cumple esta regla por sí solo.",
};
