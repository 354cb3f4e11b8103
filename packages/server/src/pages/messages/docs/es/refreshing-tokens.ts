import type { refreshingTokensEn } from "../en/refreshing-tokens.ts";

/** The messages of the page on refreshing tokens, in Spanish. */
export const refreshingTokensEs: Readonly<Record<keyof typeof refreshingTokensEn, string>> = {
  "docs.refresh.title": "Renovar tokens",
  "docs.refresh.lead":
    "Cambie su token de actualización por un nuevo token de acceso y un nuevo token de actualización. El usuario no tiene que volver a iniciar sesión.",
  "docs.requestNote":
    "Envíe los parámetros como formulario (`application/x-www-form-urlencoded` o `multipart/form-data`) o como `application/json`. El ID y el secreto del cliente también se pueden enviar con HTTP Basic. No los ponga nunca en la URL.",
  "docs.param.grant_type": "El valor es `refresh_token`.",
  "docs.param.client_id": "El ID de cliente que ha recibido.",
  "docs.param.client_secret":
    "El secreto de cliente que ha recibido. Una página web o una aplicación en el dispositivo de un usuario no puede guardar un secreto: pida un cliente público, que no tiene ninguno.",
  "docs.param.refresh_token": "El token de actualización más reciente que ha guardado.",
  "docs.param.scope":
    "Menos ámbitos para este token de acceso, separados por espacios. Si falta, todos los concedidos.",
  "docs.param.resource": "La API a la que se destina el token de acceso, si su cliente la elige (RFC 8707).",
  "docs.member.token_type": "El valor es `Bearer`.",
  "docs.member.expires_in": "Cuánto tiempo es válido el token de acceso, en segundos.",
  "docs.member.access_token": "El nuevo token de acceso.",
  "docs.member.refresh_token": "El nuevo token de actualización. Sustituye al que ha enviado: guárdelo.",
  "docs.member.scope": "Los ámbitos del token de acceso, si no son los que ha solicitado.",
  "docs.member.refresh_token_expires_in": "Lo mismo que `refresh_token_timeout`.",
  "docs.member.refresh_token_timeout":
    "Cuánto tiempo puede quedar sin usar el token de actualización, en segundos.",
  "docs.member.authorization_expires_in":
    "Cuánto tiempo puede seguir renovando, en segundos. Después, el usuario vuelve a iniciar sesión.",
  "docs.member.refresh_token_retry_window":
    "Cuánto tiempo una solicitud repetida recibe de nuevo los mismos tokens, en segundos.",
  "docs.exampleNote":
    "Los ejemplos leen `CLIENT_ID`, `CLIENT_SECRET` y `REFRESH_TOKEN` del entorno. En los ejemplos para páginas web, sustitúyalos en el texto. Si su cliente es público, deje `CLIENT_SECRET` vacío.",
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
  "docs.lifetimes": "Duraciones",
  "docs.lifetimeOf": "Token",
  "docs.lifetime": "Duración",
  "docs.lifetime.access": "Token de acceso",
  "docs.lifetime.idle": "Token de actualización sin usar",
  "docs.lifetime.max": "Todos los tokens de un inicio de sesión, por mucho que renueve",
  "docs.lifetimesNote":
    "Estas son las duraciones de los clientes nuevos. El suyo puede tener otras: las indica la respuesta.",
  "docs.errorsNote":
    "La respuesta a una solicitud rechazada es JSON. Contiene `error`, un código para su programa, y casi siempre `error_description`, un texto para usted.",
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
    "Compruebe ambos, y si su cliente es público. Su token de actualización sigue siendo válido: envíe de nuevo la solicitud cuando sean correctos.",
  "docs.error.request.meaning": "La solicitud no se puede leer, o un parámetro falta o está repetido.",
  "docs.error.request.action": "Corrija la solicitud. `error_description` indica el error.",
  "docs.error.body.meaning": "El `Content-Type` no es ninguno de los indicados arriba.",
  "docs.error.body.action": "Envíe un formulario o JSON, sin `Content-Encoding`.",
  "docs.error.grantType.meaning": "Su cliente no puede renovar tokens.",
  "docs.error.grantType.action": "Pida al proveedor que permita el grant type `refresh_token`.",
  "docs.error.scope.meaning":
    "Ha pedido un ámbito que no se concedió. El token de actualización sigue siendo válido.",
  "docs.error.scope.action": "Omita `scope`, o pida menos ámbitos.",
  "docs.error.tooMany.meaning": "Desde su dirección llegaron demasiados intentos fallidos.",
  "docs.error.tooMany.action":
    "Espere los segundos que indica `Retry-After`. Compruebe el ID y el secreto del cliente.",
  "docs.error.busy.meaning": "El servicio está saturado. No se ha perdido nada.",
  "docs.error.busy.action": "Envíe de nuevo la misma solicitud tras los segundos que indica `Retry-After`.",
  "docs.error.server.meaning": "Se produjo un error inesperado en el servicio.",
  "docs.error.server.action": "Envíe de nuevo la misma solicitud más tarde.",
};
