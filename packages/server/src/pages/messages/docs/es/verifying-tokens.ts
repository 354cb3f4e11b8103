import type { verifyingTokensEn } from "../en/verifying-tokens.ts";

/** The messages of the page on verifying tokens, in Spanish. */
export const verifyingTokensEs: Readonly<Record<keyof typeof verifyingTokensEn, string>> = {
  "docs.verify.title": "Verificar tokens",
  "docs.verify.lead": "Para API: compruebe usted mismo los tokens de acceso, sin una solicitud por cada uno.",
  "docs.verify.values": "Valores de este servicio",
  "docs.verify.issuerName": "Emisor (`iss`)",
  "docs.verify.jwks": "Claves públicas (JWKS)",
  "docs.verify.metadata": "Metadatos (RFC 8414)",
  "docs.verify.audience": "Destinatario (`aud`)",
  "docs.verify.algorithms": "Algoritmos (`alg`)",
  "docs.verify.typ": "Tipo (`typ`)",
  "docs.verify.audienceNote":
    "Su API puede tener su propio destinatario: pregunte al proveedor. Rechace los tokens con otro: son para otras API.",
  "docs.verify.resourceNote":
    "Un cliente puede solicitar el destinatario de su API con `resource` (RFC 8707).",
  "docs.verify.checks": "Qué comprobar",
  "docs.verify.signature":
    "La firma, con la clave que el encabezado nombra en `kid`. Acepte solo los algoritmos indicados arriba.",
  "docs.verify.type":
    "`typ` en el encabezado es {type}. Ningún otro JWT de este servicio es un token de acceso.",
  "docs.verify.issuer": "`iss` y `aud` son exactamente los valores indicados arriba.",
  "docs.verify.times": "`exp` no ha pasado. Permita {seconds} de diferencia entre los relojes.",
  "docs.verify.scope":
    "`scope` contiene el ámbito que la solicitud necesita. Si no, responda con 403 e `insufficient_scope` (RFC 6750).",
  "docs.verify.refuse":
    'A cualquier otro token responda con 401 y `WWW-Authenticate: Bearer error="invalid_token"`, sin decir el motivo.',
  "docs.verify.example": "Ejemplos",
  "docs.verify.exampleNote":
    "Los ejemplos leen `ACCESS_TOKEN` del entorno. En su API llega en el encabezado `Authorization: Bearer …` de cada solicitud.",
  "docs.verify.claims": "Claims",
  "docs.verify.optional":
    "`scope`, `gid` y `auth_time` pueden faltar: un token puede no tener ámbito o ser del propio cliente.",
  "docs.verify.token": "Un token decodificado",
  "docs.verify.keys": "Claves",
  "docs.verify.cache":
    "Conserve las claves durante {maxAge}. Cárguelas de nuevo si no conoce un `kid`, pero no con cada token así.",
  "docs.verify.rotation":
    "Las claves cambian solas: no escriba ninguna en su programa. Una clave nueva se publica {maxAge} antes de firmar.",
  "docs.verify.outage": "Si no se pueden cargar las claves, siga con las que tiene.",
  "docs.verify.revoked": "Tokens revocados",
  "docs.verify.feed":
    "`@regrant/verify` sigue las revocaciones de este servicio y rechaza un token revocado más o menos un segundo después. Necesita un cliente que el proveedor haya marcado como servidor de recursos.",
  "docs.verify.ask":
    "En PHP y otros lenguajes, pregunte por introspección donde no se deba aceptar un token revocado.",
  "docs.verify.passport": "Tokens con los claims de Laravel Passport",
  "docs.verify.passportNote":
    'Los clientes trasladados aquí desde Laravel Passport pueden recibir tokens con estos claims: sin `iss`, y con el cliente en `aud`. `@regrant/verify` los lee con `profile: "passport"`.',
  "docs.claim.iss": "El servicio que emitió el token.",
  "docs.claim.aud": "La API a la que se destina el token.",
  "docs.claim.sub": "El usuario al que corresponde el token, o el propio cliente.",
  "docs.claim.client_id": "El cliente para el que se emitió el token.",
  "docs.claim.iat": "Cuándo se emitió el token, en segundos desde 1970.",
  "docs.claim.nbf": "Desde cuándo es válido el token: lo mismo que `iat`.",
  "docs.claim.exp": "Cuándo caduca el token, en segundos desde 1970.",
  "docs.claim.scope": "Los ámbitos, separados por espacios.",
  "docs.claim.scopes": "Los ámbitos, en una lista.",
  "docs.claim.gid": "La sesión de la que procede el token. Una renovación no la cambia.",
  "docs.claim.auth_time": "Cuándo inició sesión el usuario, en segundos desde 1970.",
  "docs.claim.jti": "El ID del token.",
  "docs.claim.acr": "Cómo se ha autenticado el usuario, si se sabe.",
  "docs.claim.authorization_details": "Lo que se ha concedido además de los ámbitos (RFC 9396).",
  "docs.claim.act": "Quién actúa en nombre del usuario, si es otro.",
  "docs.claim.cnf": "La clave a la que está vinculado el token, si lo está: su huella.",
};
