import { validityFault } from "../../certificates/authorities.ts";
import { ACCEPTED } from "./method.ts";
import type { AuthenticationMethod } from "./method.ts";

/**
 * `self_signed_tls_client_auth` (RFC 8705 §2.2): the certificate's key is one of the client's keys (`jwks`, `jwks_uri`).
 * Who signed it does not count; its dates do.
 */
export const selfSignedTlsClientAuth: AuthenticationMethod = {
  judge(client, { credentials, certificate }, now) {
    if (credentials.method !== "none") return "auth_method_mismatch";
    const shown = certificate();
    if (shown === null) return "certificate_missing";
    if (validityFault(shown, now) !== undefined) return "certificate_not_trusted";
    return async ({ clientKeys }) => {
      const verdict = await clientKeys.holds(client, shown.publicKey);
      if (verdict === "keys_unavailable") return "client_keys_unavailable";
      return verdict === "held" ? ACCEPTED : "certificate_key_mismatch";
    };
  },
};
