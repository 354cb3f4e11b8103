import type { errorsEn } from "../en/errors.ts";

/** The messages of the page on errors, in Spanish. */
export const errorsEs: Readonly<Record<keyof typeof errorsEn, string>> = {
  "docs.errorsNote":
    "La respuesta a una solicitud rechazada es JSON. Contiene `error`, un código para su programa, y casi siempre `error_description`, un texto para usted.",
  "docs.errors.lead": "Qué significa cada error para su programa y qué hacer.",
  "docs.errors.format": "Cómo es un error",
  "docs.errorMember.error": "El código por el que decide su programa.",
  "docs.errorMember.error_description":
    "Qué está mal, en inglés, para usted. La redacción puede cambiar: no la compare.",
  "docs.errorMember.error_reason":
    "Por qué se rechazó un token: `expired`, `revoked`, `reused` o `invalid`. Solo con `invalid_grant`.",
  "docs.errorMember.hint": "Qué está mal exactamente.",
  "docs.errorMember.message": "Lo mismo que `error_description`.",
  "docs.errors.headers":
    "Un 401 lleva el encabezado `WWW-Authenticate`. Un 429 y un 503 llevan `Retry-After`: los segundos de espera.",
  "docs.errors.everywhere": "En todos los puntos de acceso",
  "docs.errors.redirect": "En su URI de redirección",
  "docs.errors.redirectNote":
    "Si se rechaza una solicitud de autorización, el navegador lleva `error` y `error_description` a su `redirect_uri`, en lugar de `code`.",
  "docs.errors.page": "En una página del navegador",
  "docs.errors.push": "Enviar por adelantado una solicitud de autorización",
  "docs.errors.device": "Inicio en un dispositivo",
  "docs.error.expired.meaning":
    "El token de actualización no se usó a tiempo, o ha pasado el tiempo concedido desde el inicio de sesión.",
  "docs.error.expired.action": "Haga que el usuario vuelva a iniciar sesión. Renueve antes de que caduque.",
  "docs.error.revoked.meaning": "El usuario, su programa o el proveedor ha retirado este acceso.",
  "docs.error.revoked.action": "Haga que el usuario vuelva a iniciar sesión.",
  "docs.error.reused.meaning":
    "El token de actualización ya se había sustituido y hay uno más reciente en uso. Puede ser robado, por eso la sesión ha terminado.",
  "docs.error.reused.action":
    "Haga que el usuario vuelva a iniciar sesión. Guarde cada nuevo token de actualización antes de usarlo, en un almacén común a todos los procesos.",
  "docs.error.invalid.meaning": "El token de actualización no se emitió aquí, o pertenece a otro cliente.",
  "docs.error.invalid.action":
    "Compruebe que envía el token completo, con el cliente para el que se emitió. Si no, haga que el usuario vuelva a iniciar sesión.",
  "docs.error.client.meaning":
    "El ID o el secreto del cliente no es correcto, o el cliente está desactivado.",
  "docs.error.client.action":
    "Compruebe el ID y el secreto del cliente, y si su cliente es público. Su token de actualización sigue siendo válido: envíe de nuevo la solicitud cuando sean correctos.",
  "docs.error.assertion.meaning": "La aserción del cliente no es válida.",
  "docs.error.assertion.action":
    "Cree una aserción nueva para cada solicitud: `aud` es el emisor como texto, `exp` es próximo y `jti` es nuevo. `error_description` indica el error. Su token de actualización sigue siendo válido.",
  "docs.error.request.meaning":
    "La solicitud no se puede leer, o falta un parámetro, está repetido o no se admite.",
  "docs.error.request.action": "Corrija la solicitud. `error_description` indica el error.",
  "docs.error.body.meaning": "El servicio no lee este `Content-Type`.",
  "docs.error.body.action": "Envíe un formulario o JSON, sin `Content-Encoding`.",
  "docs.error.grantType.meaning": "El servicio no conoce este grant type, o su cliente no puede usarlo.",
  "docs.error.grantType.action": "Revise `grant_type`, o pida al proveedor que lo permita para su cliente.",
  "docs.error.proof.meaning": "La prueba DPoP falta, no es válida o ya se usó.",
  "docs.error.proof.action":
    "Cree una prueba nueva para cada solicitud, con el método y la URL de este endpoint y la hora actual. `error_description` dice qué falla.",
  "docs.error.nonce.meaning": "La prueba DPoP no tiene un nonce de este servicio, o tiene uno antiguo.",
  "docs.error.nonce.action":
    "Repita la solicitud con una prueba nueva que lleve el nonce de la cabecera de respuesta `DPoP-Nonce`.",
  "docs.error.scope.meaning":
    "Ha solicitado un ámbito desconocido o que no se concedió. Un token de actualización sigue siendo válido.",
  "docs.error.scope.action": "Omita `scope`, o pida menos ámbitos.",
  "docs.error.tooMany.meaning": "Desde su dirección llegaron demasiadas solicitudes o intentos fallidos.",
  "docs.error.tooMany.action":
    "Espere los segundos que indica `Retry-After`. Compruebe el ID y el secreto del cliente.",
  "docs.error.busy.meaning": "El servicio está saturado. No se ha perdido nada.",
  "docs.error.busy.action": "Envíe de nuevo la misma solicitud tras los segundos que indica `Retry-After`.",
  "docs.error.server.meaning": "Se produjo un error inesperado en el servicio.",
  "docs.error.server.action": "Envíe de nuevo la misma solicitud más tarde.",
  "docs.error.otherClient.meaning": "El token se emitió para otro cliente.",
  "docs.error.otherClient.action": "Revóquelo con el cliente para el que se emitió.",
  "docs.error.code.meaning":
    "El código ha caducado, se ha usado o es de otra solicitud: `redirect_uri` o `code_verifier` no corresponde.",
  "docs.error.code.action":
    "Haga que el usuario empiece de nuevo. Canjee cada código enseguida, y solo una vez.",
  "docs.error.pending.meaning":
    "El usuario todavía no ha respondido, o su programa pregunta demasiado a menudo (`slow_down`).",
  "docs.error.pending.action":
    "Pregunte de nuevo tras los segundos de `interval`; después de cada `slow_down`, 5 segundos más tarde que antes.",
  "docs.error.exchange.meaning": "El token no se puede intercambiar por esto, o no por este cliente.",
  "docs.error.exchange.action":
    "Envíe un token activo. Pregunte al proveedor qué puede intercambiar este cliente.",
  "docs.error.grantAssertion.meaning":
    "La aserción del proveedor de identidad no es válida, se ha usado o no es para este cliente o usuario.",
  "docs.error.grantAssertion.action":
    "Obtenga una nueva, para este cliente y este servicio. Úsela una sola vez.",
  "docs.error.deviceCode.meaning":
    "El código de dispositivo ha caducado, se ha usado o pertenece a otro cliente.",
  "docs.error.deviceCode.action": "Pida códigos nuevos y muestre al usuario el nuevo.",
  "docs.error.denied.meaning": "El usuario no ha permitido el acceso.",
  "docs.error.denied.action": "Dígaselo al usuario. Empiece de nuevo solo si él lo quiere.",
  "docs.error.password.meaning": "El nombre de usuario o la contraseña no son correctos.",
  "docs.error.password.action":
    "Haga que el usuario vuelva a escribir ambos. No repita por su cuenta: tras varios fallos hay una espera.",
  "docs.error.prompt.meaning":
    "Ha preguntado con `prompt=none`, y el usuario tiene que iniciar sesión o dar su consentimiento.",
  "docs.error.prompt.action": "Envíe de nuevo la solicitud sin `prompt=none`.",
  "docs.error.authentication.meaning":
    "El usuario no ha iniciado sesión como exige `acr_values` o `max_age`, o aquí nadie puede hacerlo.",
  "docs.error.authentication.action":
    "Pida otro `acr`, o diga al usuario que este inicio de sesión no basta.",
  "docs.error.redirectUri.meaning": "El `redirect_uri` no está registrado para su cliente.",
  "docs.error.redirectUri.action":
    "Envíe uno registrado, exactamente como está allí, o pida al proveedor que añada el suyo.",
  "docs.error.requestUri.meaning": "El `request_uri` ha caducado, se ha usado o es desconocido.",
  "docs.error.requestUri.action":
    "Envíe de nuevo la solicitud por adelantado y redirija el navegador con el nuevo `request_uri`.",
  "docs.error.notPushed.meaning": "Su cliente debe enviar por adelantado sus solicitudes de autorización.",
  "docs.error.notPushed.action":
    "Envíe antes los parámetros al punto de acceso para solicitudes por adelantado (RFC 9126).",
  "docs.error.document.meaning":
    "El documento al que apunta su ID de cliente no se puede leer o no es válido.",
  "docs.error.document.action": "Corrija el documento. El error indica el campo.",
  "docs.error.publicClient.meaning": "Un cliente público no puede consultar tokens.",
  "docs.error.publicClient.action": "Use un cliente que tenga un secreto.",
  "docs.error.resource.meaning":
    "El `resource` que ha solicitado es desconocido, o sus tokens no son para él.",
  "docs.error.resource.action": "Omita `resource`, o envíe uno que le haya indicado el proveedor.",
  "docs.error.size.meaning": "La solicitud es demasiado grande.",
  "docs.error.size.action":
    "Envíe los parámetros en el cuerpo, no en la URL, y solo los del punto de acceso.",
};
