import { mtlsAlias } from "../clients/mutual-tls.ts";

/** The endpoints at which a client authenticates or gets tokens, and so shows its certificate (RFC 8705 §5). */
const ALIASED = [
  "token_endpoint",
  "revocation_endpoint",
  "introspection_endpoint",
  "pushed_authorization_request_endpoint",
  "device_authorization_endpoint",
  "explanation_endpoint",
];

/**
 * `mtls_endpoint_aliases` (RFC 8705 §5): the same endpoints at the origin that asks for certificates.
 *
 * @param origin null: it is the issuer's, so there are none
 */
export function mtlsAliases(
  metadata: Readonly<Record<string, unknown>>,
  origin: string | null,
): Record<string, unknown> {
  if (origin === null) return metadata;
  const aliases = ALIASED.flatMap((name) => {
    const url = metadata[name];
    return typeof url === "string" ? [[name, mtlsAlias(url, origin)]] : [];
  });
  return { ...metadata, mtls_endpoint_aliases: Object.fromEntries(aliases) };
}
