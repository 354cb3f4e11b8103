import { z } from "zod";
import type { Setting } from "./setting.ts";
import { httpsOrigin, onOrHostPortOrOff } from "./values.ts";

const pemFile = z.string({ error: "must be the path of a file" }).min(1, { error: "must not be empty" });

/** A field name (RFC 9110 §5.1). */
const headerName = z
  .string({ error: "must be the name of a header" })
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, { error: "must be the name of a header" });

/** TLS of the service's own, and clients' certificates (RFC 8705). */
export const TLS_SETTINGS = {
  tlsCertificate: {
    group: "TLS and client certificates",
    schema: pemFile,
    form: "text",
    defaultText: "none: plain HTTP, for a proxy that does TLS",
    description:
      "Certificate chain in PEM with which the service speaks https itself, relative to the working directory. Needs " +
      "`tlsKey`. A renewed file is taken within 10 s.",
  },
  tlsKey: {
    group: "TLS and client certificates",
    schema: pemFile,
    form: "text",
    defaultText: "none",
    description: "Private key of `tlsCertificate` in PEM, without a passphrase.",
  },
  mtls: {
    group: "TLS and client certificates",
    schema: onOrHostPortOrOff,
    form: "text",
    default: "off",
    description:
      "Where the service's own TLS asks clients for a certificate, which stays optional: `off`; `HOST:PORT`, on a further " +
      "port, so that browsers at the issuer are not asked; or `on`, at the service's own address. Needs `tlsCertificate`.",
  },
  mtlsUrl: {
    group: "TLS and client certificates",
    schema: httpsOrigin,
    form: "text",
    defaultText: "the issuer's host with the port of `mtls`; without one, none",
    description:
      "Public origin at which clients show their certificate, where it is not the issuer's, such as " +
      "`https://mtls.auth.example.com`: the metadata name it in `mtls_endpoint_aliases` (RFC 8705 section 5).",
  },
  // Empty by default, as trustedProxies: otherwise anyone could write it.
  clientCertificateHeader: {
    group: "TLS and client certificates",
    schema: headerName,
    form: "text",
    defaultText: "none",
    description:
      "Header in which the `trustedProxies` pass on the client's certificate, such as `Client-Cert` (RFC 9440): the proxy " +
      "must set or remove it in every request. Read in the forms of RFC 9440, nginx, Envoy, HAProxy, Caddy and Apache.",
  },
  clientCertificateAuthorities: {
    group: "TLS and client certificates",
    schema: pemFile,
    form: "text",
    defaultText: "none: `tls_client_auth` is not offered",
    description:
      "Certificates in PEM of the authorities whose certificates authenticate clients by `tls_client_auth`, relative to the " +
      "working directory. A changed file is taken within 10 s.",
  },
} as const satisfies Record<string, Setting>;
