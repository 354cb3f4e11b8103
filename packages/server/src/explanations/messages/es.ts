import type { ExplanationKey } from "./en.ts";

/** What a client is told of its refresh token, in Spanish. "el" stands before an instant. */
export const explanationsEs: Readonly<Record<ExplanationKey, string>> = {
  "explain.legacy":
    "Este token lo emitió el servicio que el proveedor usaba antes; su sesión se ha trasladado aquí.",
  "explain.active": "La sesión está activa: termina a más tardar el {end}.",
  "explain.activeUnless":
    "La sesión está activa: termina a más tardar el {end}, y ya el {unused} si el token no se renueva.",
  "explain.failedResponse":
    "La última renovación no se pudo responder por un fallo del servidor (503). No se perdió nada.",
  "explain.noRefresh": "Este cliente ya no puede usar tokens de actualización.",
  "explain.shared":
    "Se presentan una y otra vez tokens consumidos de la sesión: dos programas la renuevan sin compartir lo que guardan.",
  "explain.ahead":
    "Este token es más reciente que lo que el servidor sabe de la sesión, que se restauró de una copia de seguridad.",
  "explain.newest": "Este es el token más reciente de su sesión: se emitió el {issued} y {used}.",
  "explain.spent": "Este token se consumió el {at} con {by}; su sucesor se emitió y {used}.",
  "explain.spentOnce":
    "Este token se consumió con {by}, a más tardar el {at}; desde entonces la sesión se renovó una vez más, la última el {last}.",
  "explain.spentOften":
    "Este token se consumió con {by}, a más tardar el {at}; desde entonces la sesión se renovó {count} veces más, la última el {last}.",
  "explain.byYou": "su propia renovación",
  "explain.byClient": "una renovación de este cliente",
  "explain.used": "se usó por última vez el {at}",
  "explain.neverUsed": "no se ha usado nunca",
  "explain.thisToken": "Este token",
  "explain.previousToken": "Un token anterior de la sesión, una generación por detrás del más reciente,",
  "explain.olderToken": "Un token anterior de la sesión, {count} generaciones por detrás del más reciente,",
  "explain.retried":
    "{token} se presentó de nuevo el {at}, dentro del plazo de reintento ({window}), y se respondió con el token más reciente.",
  "explain.retriedLate":
    "{token} se presentó de nuevo el {at}, después del plazo de reintento ({window}), y se respondió una vez más, porque la respuesta podía haberse perdido.",
  "explain.retriedOften":
    "{token} se presentó de nuevo el {at}, como en muchos plazos de reintento anteriores, y se respondió con el token más reciente.",
  "explain.refused":
    "{token} se presentó de nuevo el {at}, {age} después de emitirse su último sucesor, y se rechazó.",
  "explain.reused":
    "{token} se presentó de nuevo el {at}, {age} después de emitirse el token más reciente; eso terminó la sesión para todos los que tienen un token de ella, porque un token consumido que vuelve puede ser robado.",
  "explain.reusedPrevious":
    "{token} se presentó de nuevo el {at}, {age} después de emitirse su sucesor; eso terminó la sesión para todos los que tienen un token de ella, porque un token consumido que vuelve puede ser robado.",
  "explain.reusedUnseen": "Un token consumido se presentó de nuevo el {at}; eso terminó la sesión.",
  "explain.concurrentUse":
    "{token} se presentó de nuevo el {at}, como en muchos plazos de reintento anteriores: dos programas renovaban la sesión sin compartir lo que guardaban. Eso terminó la sesión.",
  "explain.revoked_by_subject": "El usuario retiró el acceso a este cliente el {at}.",
  "explain.revoked_by_client":
    "El cliente revocó la sesión el {at}, con una solicitud al punto de acceso de revocación.",
  "explain.revoked_by_operator": "El proveedor revocó la sesión el {at}.",
  "explain.account_disabled":
    "El proveedor desactivó la cuenta del usuario el {at}, lo que terminó la sesión.",
  "explain.client_disabled": "El proveedor desactivó este cliente el {at}, lo que terminó sus sesiones.",
  "explain.clientEnabled":
    "El proveedor desactivó este cliente el {at}, lo que terminó sus sesiones. El cliente vuelve a estar activado; esas sesiones siguen terminadas.",
  "explain.parent_ended": "La sesión por la que se intercambió esta terminó; esta terminó con ella el {at}.",
  "explain.code_reused":
    "El código de autorización con el que empezó la sesión se presentó por segunda vez el {at}; eso terminó la sesión, porque el código puede ser robado.",
  "explain.idle_lifetime": "El token más reciente no se usó durante {unused} y caducó el {at}.",
  "explain.absolute_lifetime":
    "La sesión llegó al final de su duración el {at}, {lifetime} después de empezar. Ninguna renovación aplaza ese final.",
  "explain.next.contact": "Pregunte al proveedor.",
  "explain.next.useNewest":
    "No presente más este token: se rechaza. Use el token que trajo la última renovación o, si se ha perdido, haga que el usuario vuelva a iniciar sesión.",
  "explain.next.useNewestOrEnd":
    "No presente más este token: se rechaza, y eso termina la sesión. Use el token que trajo la última renovación o, si se ha perdido, haga que el usuario vuelva a iniciar sesión.",
  "explain.next.retry":
    "Una renovación con este token se responde con el token más reciente hasta el {until}: guárdelo y úselo a partir de entonces.",
  "explain.next.retryOnce":
    "Una renovación con este token se responde una vez más con el token más reciente: guárdelo y úselo a partir de entonces.",
  "explain.next.refresh": "Renueve con él y guarde el nuevo token antes de usarlo.",
  "explain.next.signIn": "Haga que el usuario vuelva a iniciar sesión.",
  "explain.next.signInForEach":
    "Haga que el usuario inicie sesión una vez para cada programa, o dé a todos un almacén común, con un bloqueo para la renovación.",
  "explain.next.signInAndShare":
    "Haga que el usuario vuelva a iniciar sesión. Todos los programas que usan una sesión deben leer su token de un almacén común, con un bloqueo para la renovación, y no se debe restaurar ninguna copia antigua de ese almacén: cada token sirve una vez.",
  "explain.next.signInAndStore":
    "Haga que el usuario vuelva a iniciar sesión y guarde el nuevo token antes de usarlo. Si se pierde la respuesta a una renovación, repita la solicitud dentro del plazo de reintento ({window}).",
  "explain.unknown":
    "No se conoce ningún token de actualización de este cliente como este: está incompleto o no es un token de actualización, se emitió para otro cliente o por otro servicio, o su sesión terminó hace más de 7 días.",
  "explain.next.check":
    "Compruebe que el token está completo y que procede de este servidor y de este cliente; si no, haga que el usuario vuelva a iniciar sesión.",
  "explain.unknownOfPublic":
    "De este token no se comunica nada: no es un token de actualización completo emitido para este cliente, o su sesión sigue activa, o terminó hace más de 7 días.",
  "explain.next.tryPublic":
    "Renueve con él para ver si la sesión está activa. Si el token se rechaza, haga que el usuario vuelva a iniciar sesión.",
};
