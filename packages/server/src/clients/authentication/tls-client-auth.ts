import { sameAlternativeName } from "../../certificates/alternative-names.ts";
import type { AlternativeNameKind } from "../../certificates/alternative-names.ts";
import type { ClientCertificate } from "../../certificates/client-certificate.ts";
import { nameText, parseName, sameName } from "../../certificates/distinguished-name.ts";
import type { DistinguishedName } from "../../certificates/distinguished-name.ts";
import type { Client } from "../../store/store.ts";
import { ACCEPTED } from "./method.ts";
import type { AuthenticationMethod } from "./method.ts";

/**
 * `tls_client_auth` (RFC 8705 §2.1): the certificate is of a configured authority, and has the one name that the client is
 * registered with.
 */
export const tlsClientAuth: AuthenticationMethod = {
  judge(client, { credentials, certificate }, now) {
    if (credentials.method !== "none") return "auth_method_mismatch";
    const shown = certificate();
    if (shown === null) return "certificate_missing";
    return async ({ mutualTls, log }, isFresh) => {
      const fault = mutualTls.authorities?.current.faultOf(shown, now);
      if (mutualTls.authorities !== null && fault === undefined && isNamed(client, shown)) return ACCEPTED;
      const subject = nameText(shown.subject);
      if (isFresh) log.info({ client_id: client.id, subject, fault }, "a client certificate is not accepted");
      return fault === undefined ? "certificate_name_mismatch" : "certificate_not_trusted";
    };
  },
};

/** Names that are compared as text, with the kind of the certificate's name. */
const ALTERNATIVES = [
  ["tlsSanDns", "dns"],
  ["tlsSanUri", "uri"],
  ["tlsSanIp", "ip"],
  ["tlsSanEmail", "email"],
] as const satisfies [keyof Client, AlternativeNameKind][];

/** RFC 8705 §2.1.2: exactly one name is registered. Two of them would be two chances, so none counts. */
function isNamed(client: Client, certificate: ClientCertificate): boolean {
  const names = ALTERNATIVES.flatMap(([key, kind]) => {
    const value = client[key];
    return value === null ? [] : [{ kind, value }];
  });
  const [name, ...others] = names;
  if (client.tlsSubject !== null)
    return name === undefined && isSubject(client.tlsSubject, certificate.subject);
  if (name === undefined || others.length > 0) return false;
  return certificate.alternativeNames.some(
    ({ kind, value }) => kind === name.kind && sameAlternativeName(kind, value, name.value),
  );
}

function isSubject(registered: string, subject: DistinguishedName): boolean {
  const name = parseName(registered);
  return name !== undefined && sameName(name, subject);
}
