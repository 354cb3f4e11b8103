import type { revokingTokensEn } from "../en/revoking-tokens.ts";

/** The messages of the page on revoking tokens, in Spanish. */
export const revokingTokensEs: Readonly<Record<keyof typeof revokingTokensEn, string>> = {
  "docs.revoke.title": "Revocar tokens",
  "docs.revoke.lead":
    "Termine un acceso que ya no se necesita: cuando un usuario desconecta su programa o cierra la sesión en él.",
  "docs.revoke.token":
    "El token que debe terminar: el token de actualización más reciente que ha guardado, o un token de acceso.",
  "docs.param.token_type_hint": "No hace falta: el servicio reconoce el tipo de token.",
  "docs.revoke.effect": "Qué termina",
  "docs.revoke.session":
    "Un token de actualización termina toda la sesión: todos los tokens de actualización y de acceso de este inicio de sesión.",
  "docs.revoke.access": "Un token de acceso termina solo. El token de actualización sigue siendo válido.",
  "docs.revoke.unknown":
    "Un token desconocido o que ya no es válido no es un error: la respuesta es la misma.",
  "docs.revoke.delay":
    "Una API que solo comprueba la firma acepta un token de acceso revocado hasta que caduca: durante {lifetime} como máximo.",
  "docs.revoke.forget": "Borre los tokens que ha guardado.",
  "docs.revoke.response": "El estado es 200. Si no llega ninguna respuesta, envíe de nuevo la solicitud.",
};
