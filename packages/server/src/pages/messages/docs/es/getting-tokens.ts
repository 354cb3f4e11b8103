import type { gettingTokensEn } from "../en/getting-tokens.ts";

/** The messages of the page on getting tokens, in Spanish. */
export const gettingTokensEs: Readonly<Record<keyof typeof gettingTokensEn, string>> = {
  "docs.get.title": "Obtener tokens",
  "docs.get.lead":
    "Obtenga el primer token de acceso y, con él, el token de actualización. El modo depende de qué es su programa.",
  "docs.get.choose": "Qué grant type",
  "docs.get.program": "Su programa es",
  "docs.get.use": "Utilice",
  "docs.get.program.server": "una aplicación web con servidor propio",
  "docs.get.use.server": "`authorization_code`, con el secreto del cliente y PKCE",
  "docs.get.program.app": "una página web sin servidor, o una aplicación en el dispositivo del usuario",
  "docs.get.use.app": "`authorization_code` con PKCE, como cliente público: no tiene secreto",
  "docs.get.program.device": "un dispositivo o un programa de línea de comandos sin navegador",
  "docs.get.use.device": "el código de dispositivo: el usuario inicia sesión en un teléfono o un ordenador",
  "docs.get.program.service": "un programa que trabaja para sí mismo, sin usuario",
  "docs.get.use.service": "`client_credentials`: un token de acceso, sin token de actualización",
  "docs.get.program.password": "un programa existente que pide la contraseña a sus usuarios",
  "docs.get.use.password": "`password`, hasta que pueda usar `authorization_code`",
  "docs.get.chooseNote":
    "{provider} decide qué grant types puede usar su cliente. Con cualquier otro la respuesta es {error}: en ese caso, solicítelo.",
  "docs.get.before":
    "Necesita un ID de cliente y, salvo que su cliente sea público, un secreto. Se los da {provider}, donde también registra su URI de redirección.",
  "docs.get.authorize": "Authorization code: la solicitud",
  "docs.get.authorizeText":
    "El usuario inicia sesión en {provider} y su programa recibe un código, que canjea por tokens. Nunca ve la contraseña. Para empezar, redirija el navegador del usuario al punto de acceso de autorización, con estos parámetros en la query.",
  "docs.get.verifier":
    "PKCE (RFC 7636): para cada solicitud, cree un nuevo `code_verifier` aleatorio de 43 a 128 letras y cifras, y guárdelo en la sesión del usuario. `code_challenge` es su SHA-256 en base64url, sin relleno. Un código robado no sirve sin el verifier.",
  "docs.get.state":
    "Cree también un `state` aleatorio y guárdelo en la sesión: por él reconoce que una respuesta pertenece a su propia solicitud.",
  "docs.get.redirectUri":
    "`redirect_uri` debe estar registrada para su cliente y ser igual carácter por carácter. Solo puede cambiar el puerto de una dirección de bucle local como `http://127.0.0.1`.",
  "docs.get.authorizeNote":
    "Los programas leen `CLIENT_ID` y `REDIRECT_URI` y muestran el code verifier, el state y la URL que se abre en un navegador. Su aplicación web guarda los dos primeros en la sesión y redirige a la URL.",
  "docs.get.authorize.request":
    "Todos los parámetros como un JWT firmado por su cliente (RFC 9101). Los demás se ignoran entonces, salvo `client_id`.",
  "docs.get.authorize.request_uri":
    "Representa una solicitud que envió por adelantado (RFC 9126). Con ella solo se envía `client_id`.",
  "docs.get.authorize.response_type": "El valor es `code`.",
  "docs.get.authorize.response_mode":
    "Cómo vuelve la respuesta: `query`, el valor por defecto, o `form_post`, como formulario que envía el navegador.",
  "docs.get.authorize.redirect_uri": "Adónde vuelve el usuario.",
  "docs.get.authorize.scope":
    "Los ámbitos que necesita, separados por espacios. Por defecto, todos los que su cliente puede tener.",
  "docs.get.authorize.state": "Vuelve sin cambios con la respuesta.",
  "docs.get.authorize.code_challenge": "El SHA-256 del code verifier, en base64url.",
  "docs.get.authorize.code_challenge_method": "El valor es `S256`.",
  "docs.get.authorize.dpop_jkt":
    "La huella de su clave DPoP: el código solo sirve entonces con una prueba de esa clave.",
  "docs.get.authorize.prompt":
    "`login`: el usuario inicia sesión de nuevo. `consent`: se pregunta de nuevo al usuario. `none`: no se muestra ninguna página, y lo que necesitaría una es un error.",
  "docs.get.authorize.max_age":
    "Cuánto tiempo hace, como máximo, que el usuario pudo iniciar sesión, en segundos.",
  "docs.get.authorize.acr_values":
    "Cómo tiene que iniciar sesión el usuario: uno de estos valores de `acr`, separados por espacios.",
  "docs.get.authorize.login_hint": "El nombre del usuario, ya escrito en la página de inicio de sesión.",
  "docs.get.authorize.ui_locales": "Los idiomas de las páginas, como `it en`, primero el preferido.",
  "docs.get.pkceRequired": "Sí para clientes públicos, recomendado para todos",
  "docs.get.ifSeveral": "Si hay varias registradas",
  "docs.get.ifSent": "Si la solicitud de autorización la tenía",
  "docs.get.unlessPushed": "Sí, salvo que la solicitud se enviara por adelantado",
  "docs.get.recommended": "Recomendado",
  "docs.get.redirect": "Authorization code: la respuesta",
  "docs.get.redirectText":
    "Cuando el usuario ha permitido el acceso, el navegador vuelve a su URI de redirección, con estos parámetros en la query.",
  "docs.get.redirect.code": "El código. Es válido durante {lifetime}, y una sola vez.",
  "docs.get.redirect.state": "El `state` de su solicitud. Si no es el de la sesión del usuario, deténgase.",
  "docs.get.redirect.iss":
    "Quién responde: `{issuer}`. Si es otro, deténgase: la respuesta puede venir del servidor de un atacante (RFC 9207).",
  "docs.get.redirect.error":
    "En lugar de `code`, si no recibe ninguno. `error_description` es un texto para usted.",
  "docs.get.shownError":
    "Si el ID de cliente o la URI de redirección es incorrecta, el navegador no vuelve: el usuario ve una página con el error.",
  "docs.get.exchange": "Authorization code: el canje",
  "docs.get.exchangeText":
    "Canjee el código por tokens enseguida. Si un código llega por segunda vez, sus tokens se revocan, porque puede ser robado.",
  "docs.get.exchangeNote":
    "Los programas leen `CLIENT_ID`, `CLIENT_SECRET`, `CODE`, `REDIRECT_URI` y `CODE_VERIFIER` del entorno. Si su cliente es público, deje `CLIENT_SECRET` vacío. Para probar a mano, copie el código de la barra de direcciones del navegador.",
  "docs.get.exchangePage":
    "Los ejemplos para páginas web son de un cliente público. Una página así encuentra el código en su propia URL, y el code verifier en `sessionStorage`, donde lo guardó el ejemplo de la solicitud.",
  "docs.get.param.code": "El `code` de la respuesta.",
  "docs.get.param.redirect_uri": "La misma que en la solicitud de autorización.",
  "docs.get.param.code_verifier": "El code verifier de la sesión del usuario.",
  "docs.get.param.device_code": "El `device_code` de la respuesta.",
  "docs.get.param.username": "El nombre del usuario.",
  "docs.get.param.password": "La contraseña del usuario.",
  "docs.get.device": "Código de dispositivo",
  "docs.get.deviceText":
    "El dispositivo pide dos códigos, muestra uno al usuario y consulta con el otro hasta que el usuario ha permitido el acceso en un navegador (RFC 8628).",
  "docs.get.deviceShow":
    "Muestre al usuario `verification_uri` y `user_code`, y `verification_uri_complete` como código QR. Después consulte el punto de acceso de tokens cada {interval}, hasta que haya tokens u otro error que no sea `authorization_pending` ni `slow_down`:",
  "docs.get.device.device_code":
    "Para sus solicitudes en el punto de acceso de tokens. El usuario no lo ve nunca.",
  "docs.get.device.user_code": "Lo que escribe el usuario.",
  "docs.get.device.verification_uri": "Dónde lo escribe el usuario.",
  "docs.get.device.verification_uri_complete": "La misma página, con el código ya escrito.",
  "docs.get.device.expires_in": "Cuánto tiempo son válidos ambos códigos, en segundos.",
  "docs.get.device.interval": "Cuánto esperar entre dos solicitudes, en segundos.",
  "docs.get.service": "Client credentials",
  "docs.get.serviceText":
    "Un token para su propio programa. Hace falta un cliente con secreto, y no hay token de actualización: cuando el token de acceso caduca, envíe de nuevo la misma solicitud.",
  "docs.get.service.client_secret":
    "El secreto de cliente que ha recibido. Un cliente público no tiene ninguno y no puede usar este grant type.",
  "docs.get.serviceNote": "Los programas leen `CLIENT_ID` y `CLIENT_SECRET` del entorno.",
  "docs.get.password": "Contraseña",
  "docs.get.passwordText":
    "No lo use en un programa nuevo: RFC 9700 lo prohíbe. Su programa ve la contraseña, los usuarios se acostumbran a escribirla fuera de la página de inicio de sesión, y un segundo factor es imposible. Es para programas que ya lo usan.",
  "docs.get.response": "La respuesta",
  "docs.get.responseNote":
    "Envíe el token de acceso a la API en la cabecera `Authorization: Bearer …`. Guarde el token de actualización donde solo su programa pueda leerlo: vale tanto como una contraseña. Si la respuesta no lo tiene, su cliente no puede renovar tokens.",
  "docs.get.member.access_token": "El token de acceso.",
  "docs.get.member.refresh_token": "El token de actualización, si su cliente puede renovar tokens. Guárdelo.",
  "docs.get.scopes": "Ámbitos",
  "docs.get.scopesNote":
    "Un ámbito es algo que un token permite. {provider} decide cuáles puede tener su cliente; sin `scope` los recibe todos.",
  "docs.get.scope": "Ámbito",
  "docs.get.scope.offline_access":
    "Acceso mientras el usuario está ausente. Puede pedirlo; que haya un token de actualización depende de su cliente.",
};
