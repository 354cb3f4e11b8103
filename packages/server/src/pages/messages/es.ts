import { explanationsEs } from "../../explanations/messages/es.ts";
import { docsEs } from "./docs/es.ts";
import type { MessageKey } from "./en.ts";

/** The pages' messages in Spanish. The user is addressed as "usted". */
export const es: Readonly<Record<MessageKey, string>> = {
  // Sign-in.
  "signIn.title": "Iniciar sesión",
  "signIn.for": "para continuar en {client}",
  "signIn.username": "Nombre de usuario",
  "signIn.password": "Contraseña",
  "signIn.showPassword": "Mostrar la contraseña",
  "signIn.submit": "Iniciar sesión",
  "signIn.missing": "Introduzca su nombre de usuario y su contraseña.",
  "signIn.wrong": "El nombre de usuario o la contraseña no son correctos.",
  "signIn.tooMany": "Demasiados intentos fallidos. Inténtelo de nuevo dentro de {seconds} segundos.",
  "signIn.unavailable":
    "En este momento no podemos comprobar su contraseña. Su cuenta no tiene ningún problema: inténtelo de nuevo en unos instantes.",
  "signIn.forgotPassword": "¿Ha olvidado su contraseña?",
  "signIn.signUp": "Crear una cuenta",
  "signIn.expired":
    "Esta página ha estado abierta demasiado tiempo o su navegador bloquea las cookies. Inténtelo de nuevo.",
  // Consent. `consent.scopes` introduces a list of descriptions.
  "consent.title": "¿Permitir el acceso?",
  "consent.asks": "{client} quiere acceder a su cuenta.",
  "consent.scopes": "Si lo permite, la aplicación podrá:",
  "consent.noScopes": "La aplicación solo quiere saber quién es usted.",
  "consent.details": "También pide lo siguiente:",
  "consent.returns": "Después volverá a {place}.",
  "consent.allow": "Permitir",
  "consent.deny": "No permitir",
  "consent.signedInAs": "Ha iniciado sesión como {name}.",
  "consent.other": "Usar otra cuenta",
  "consent.website": "Sitio web",
  "consent.policy": "Política de privacidad",
  "consent.terms": "Condiciones de uso",
  "consent.selfRegistered":
    "Esta aplicación se ha registrado por sí misma. {provider} no ha verificado ni la aplicación ni su nombre.",
  "consent.documented":
    "Esta aplicación procede de {place}. {provider} no ha verificado ni la aplicación ni su nombre.",
  // Devices.
  "device.title": "Conectar un dispositivo",
  "device.enter": "Introduzca el código que muestra su dispositivo.",
  "device.code": "Código",
  "device.next": "Continuar",
  "device.wrong": "Este código no es correcto o ha caducado. Compruebe el código en su dispositivo.",
  "device.tooMany": "Demasiados códigos incorrectos. Inténtelo de nuevo dentro de {seconds} segundos.",
  "device.confirmTitle": "¿Conectar este dispositivo?",
  "device.asks": "{client}, en su dispositivo, quiere acceder a su cuenta.",
  "device.same": "Su dispositivo debe mostrar este código:",
  "device.warning":
    "Permita el acceso solo si tiene el dispositivo consigo y fue usted quien inició esta operación en él. {provider} nunca envía códigos: si alguien le ha enviado este, quiere entrar en su cuenta.",
  "device.allow": "Permitir",
  "device.allowedTitle": "Su dispositivo está conectado",
  "device.allowedText": "Vuelva a su dispositivo: continuará por sí solo. Puede cerrar esta página.",
  "device.deniedTitle": "Su dispositivo no se ha conectado",
  "device.deniedText": "No tiene acceso a su cuenta. Puede cerrar esta página.",
  // Authorized applications.
  "apps.title": "Aplicaciones conectadas",
  "apps.text": "Estas aplicaciones pueden acceder a su cuenta. Retire el acceso a las que ya no use.",
  "apps.none": "Ninguna aplicación tiene acceso a su cuenta.",
  "apps.since": "Desde el",
  "apps.used": "último uso el",
  "apps.unused": "sin uso en este momento",
  "apps.until": "acceso hasta el",
  "apps.scopes": "Puede:",
  "apps.noScopes": "Solo sabe quién es usted.",
  "apps.extend": "Ampliar el acceso hasta el {date}",
  "apps.extendOf": "Ampliar el acceso hasta el {date}: {client}",
  "apps.extended": "Se ha ampliado el acceso.",
  "apps.revoke": "Retirar el acceso",
  "apps.revokeOf": "Retirar el acceso: {client}",
  "apps.revoked": "Se ha retirado el acceso.",
  // Pages that lead to the client or the login page.
  "redirect.title": "Un momento",
  "redirect.text": "Le llevamos de vuelta a {client}.",
  "redirect.untrusted":
    "{client} ha enviado una solicitud que no funciona. Si conoce {place}, puede volver allí; de lo contrario, cierre esta página.",
  "redirect.toLogin": "Le llevamos a la página de inicio de sesión.",
  "redirect.link": "Continuar",
  // Sign-out.
  "signOut.title": "¿Cerrar sesión?",
  "signOut.submit": "Cerrar sesión",
  "signedOut.title": "Ha cerrado la sesión",
  "signedOut.text": "Puede cerrar esta página.",
  // The page at the issuer's URL.
  "home.title": "Resumen",
  "home.apps": "Vea qué aplicaciones pueden acceder a su cuenta y retíreles el acceso.",
  "page.navigation": "Páginas",
  "page.menu": "Menú",
  "page.skip": "Ir al texto",
  "page.languages": "Idiomas",
  // Errors.
  "error.title": "Se ha producido un error",
  "error.client": "La aplicación de la que viene es desconocida o se ha desactivado.",
  "error.redirect":
    "La aplicación nos ha pedido que le enviemos a una dirección que no está registrada para ella, así que no lo hemos hecho.",
  "error.request":
    "La aplicación de la que viene ha cometido un error. Vuelva a ella e inténtelo de nuevo. Si vuelve a ocurrir, avise a sus desarrolladores.",
  "error.expired":
    "Esta solicitud ha caducado o ya se ha utilizado. Vuelva a la aplicación y empiece de nuevo.",
  "error.browser":
    "Ha empezado a iniciar sesión en otro navegador, o su navegador bloquea las cookies. Vuelva a la aplicación y empiece de nuevo.",
  "error.foreign": "Este formulario no se ha enviado desde este sitio, así que no se ha cambiado nada.",
  "error.tooLarge":
    "Su navegador ha enviado más datos de los que este servicio acepta. Borre las cookies de este sitio, vuelva después a la aplicación y empiece de nuevo.",
  "error.busy": "El servicio está saturado. Vuelva a cargar esta página en unos instantes.",
  "error.server": "Se ha producido un problema inesperado. Inténtelo de nuevo más tarde.",
  "error.details": "Para los desarrolladores de la aplicación: {details}",
  cancel: "Cancelar",
  help: "Ayuda",
  // The documentation portal.
  ...docsEs,
  // What a client is told of its refresh token.
  ...explanationsEs,
};
