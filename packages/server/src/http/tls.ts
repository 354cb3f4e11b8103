import { constants, createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { TlsOptions } from "node:tls";
import { certificatesOf } from "../certificates/pem.ts";
import type { Config } from "../config/resolve-config.ts";
import { WatchedFiles } from "../config/watched-files.ts";
import type { Log } from "../log.ts";

/** A certificate chain and its key, in PEM. */
interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** TLS of a listener. */
export interface ListenerTls {
  readonly certificate: WatchedFiles<KeyPair>;
  /** Clients are asked for a certificate. It stays optional: who it is is decided by what it is used for. */
  readonly asksClients: boolean;
}

/**
 * TLS 1.3, and 1.2 with the cipher suites that RFC 9325 §4.2 recommends, as FAPI 2.0 §5.2.1 requires. Each has forward
 * secrecy.
 */
const PROTOCOL = {
  minVersion: "TLSv1.2",
  ciphers: [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
  ].join(":"),
} as const;

/**
 * Opens the certificate of the settings; null: the service speaks plain HTTP.
 *
 * @throws ConfigError the files cannot be used together
 */
export function openCertificate(
  { tlsCertificate, tlsKey }: Pick<Config, "tlsCertificate" | "tlsKey">,
  log: Pick<Log, "info" | "warn">,
): ListenerTls["certificate"] | null {
  if (tlsCertificate === null || tlsKey === null) return null;
  return new WatchedFiles({ files: { tlsCertificate, tlsKey }, make: keyPair, log });
}

/**
 * Node.js refuses a passphrase, and what is no PEM; but takes an empty text for none, and a key of another type than the
 * certificate's.
 */
function keyPair(cert: string, key: string): KeyPair {
  const [own] = certificatesOf(cert);
  if (own === undefined) throw new TypeError("there is no certificate in PEM");
  if (!key.includes("PRIVATE KEY")) throw new TypeError("there is no private key in PEM");
  createSecureContext({ ...PROTOCOL, cert, key });
  if (!new X509Certificate(own).checkPrivateKey(createPrivateKey(key))) {
    throw new TypeError("the key is not that of the first certificate: key values mismatch");
  }
  return { cert, key };
}

/** The options of a listener's server. @param handshakeTimeout ms */
export function serverTls({ certificate, asksClients }: ListenerTls, handshakeTimeout: number): TlsOptions {
  return {
    ...contextOptions(certificate.current, asksClients),
    handshakeTimeout,
    requestCert: asksClients,
    // RFC 8705 §2.2: certificates may be self-signed. What one proves is checked where it is used.
    rejectUnauthorized: false,
  };
}

/**
 * The part that `setSecureContext` replaces. A session that is resumed by a ticket would come without the authorities that
 * the client sent along, so a listener that asks for certificates gives none.
 */
export function contextOptions(pair: KeyPair, asksClients: boolean) {
  return { ...PROTOCOL, ...pair, ...(asksClients && { secureOptions: constants.SSL_OP_NO_TICKET }) };
}
