import type { CertificateAuthorities } from "../certificates/authorities.ts";
import { AUTH_METHODS, credentialOf } from "../client-settings/auth-methods.ts";
import type { AuthMethod } from "../client-settings/auth-methods.ts";
import type { Config } from "../config/resolve-config.ts";

/** What the service knows of clients' certificates (RFC 8705). */
export interface MutualTls {
  /** A client can show a certificate. */
  readonly offered: boolean;
  /** Whose certificates `tls_client_auth` accepts; null: the method is not offered. */
  readonly authorities: { readonly current: CertificateAuthorities } | null;
  /** Origin at which clients show their certificate; null: the issuer's. */
  readonly url: string | null;
}

/** An endpoint's URL at the origin where clients show their certificate (RFC 8705 §5). */
export function mtlsAlias(url: string, origin: string): string {
  return origin + new URL(url).pathname;
}

/** What the settings say of it. */
export function mutualTls(
  { clientCertificateHeader, mtls, mtlsUrl }: Pick<Config, "clientCertificateHeader" | "mtls" | "mtlsUrl">,
  authorities: MutualTls["authorities"],
): MutualTls {
  const offered = offersCertificates({ clientCertificateHeader, mtls });
  return { offered, authorities: offered ? authorities : null, url: mtlsUrl };
}

/** Whether a client can show a certificate: to a proxy, or to a listener of the service. */
export function offersCertificates({
  clientCertificateHeader,
  mtls,
}: Pick<Config, "clientCertificateHeader" | "mtls">): boolean {
  return clientCertificateHeader !== null || mtls !== null;
}

/** The methods of client authentication that can be used here, the default first. */
export function offeredAuthMethods({ offered, authorities }: MutualTls): [AuthMethod, ...AuthMethod[]] {
  const [first, ...others] = AUTH_METHODS;
  const isOffered = (method: AuthMethod) =>
    method === "tls_client_auth" ? authorities !== null : offered || credentialOf(method) !== "certificate";
  return [first, ...others.filter(isOffered)];
}
