import type { refreshingTokensEn } from "../en/refreshing-tokens.ts";

/** The messages of the page on refreshing tokens, in Spanish. */
export const refreshingTokensEs: Readonly<Record<keyof typeof refreshingTokensEn, string>> = {
  "docs.refresh.title": "Renovar tokens",
  "docs.refresh.lead":
    "Cambie su token de actualización por un nuevo token de acceso y un nuevo token de actualización. El usuario no tiene que volver a iniciar sesión.",
  "docs.requestNote":
    "Envíe los parámetros como formulario (`application/x-www-form-urlencoded` o `multipart/form-data`) o como `application/json`. El ID y el secreto del cliente también se pueden enviar con HTTP Basic. No los ponga nunca en la URL.",
  "docs.keyNote":
    "Un cliente que tiene una clave en lugar de un secreto envía `client_assertion` y `client_assertion_type` en vez de `client_secret`: un JWT que firma solo para esta solicitud, con el emisor de este servicio como `aud` (`private_key_jwt`, RFC 7523). Un cliente que tiene un certificado envía solo `client_id`, por TLS con ese certificado (RFC 8705).",
  "docs.param.grant_type": "El valor es `{value}`.",
  "docs.param.client_id": "El ID de cliente que ha recibido.",
  "docs.param.client_secret":
    "El secreto de cliente que ha recibido. Una página web o una aplicación en el dispositivo de un usuario no puede guardar un secreto: pida un cliente público, que no tiene ninguno.",
  "docs.param.refresh_token": "El token de actualización más reciente que ha guardado.",
  "docs.param.scope":
    "Menos ámbitos para este token de acceso, separados por espacios. Si falta, todos los concedidos.",
  "docs.param.authorization_details":
    "Lo que su cliente pide además de ámbitos (RFC 9396): una lista JSON de objetos con un `type`.",
  "docs.param.resource": "La API a la que se destina el token de acceso, si su cliente la elige (RFC 8707).",
  "docs.member.token_type":
    "`Bearer`, o `DPoP` si la solicitud del token llevaba una prueba DPoP (RFC 9449) en la cabecera `DPoP`: el token está vinculado a la clave de esa prueba, y cada solicitud a la API también necesita una.",
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
};
