import { hash } from "node:crypto";
import { certificatesOf, isCertificates } from "../certificates/pem.ts";
import { OAuthError } from "../errors/oauth-error.ts";

/** Certificates as DER: the client's own, and those of the authorities that it sent along. */
export interface SentCertificates {
  readonly own: Buffer;
  readonly chain: readonly Buffer[];
}

/** Longest value that is read, characters: a certificate and a chain of the usual lengths several times over. */
const MAX_LENGTH = 32 * 1024;
/** The most authorities that a client may send along, in a header or in a handshake. */
export const MAX_CHAIN = 10;

/** A byte sequence of a structured field (RFC 9651 §3.3.5). */
const BYTES = /^:([A-Za-z0-9+/]*={0,2}):$/;
/** Base64 alone, as HAProxy's `ssl_c_der,base64`. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** PEM, percent-encoded or not. */
const PEM = /^-----BEGIN(?:%20| )CERTIFICATE-----/;
/** One member of an element of Envoy's header: `Key=value`, or `Key="value"` with `\"` inside. */
const MEMBER = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;]*))(;|$)/y;
/** Members of Envoy's header that describe its one certificate. */
const ONCE: ReadonlySet<string> = new Set(["hash", "cert", "chain"]);

/**
 * Reads the client's certificate from the header of a trusted proxy, in any of these forms:
 *
 * - RFC 9440 `Client-Cert`: a byte sequence, with `Client-Cert-Chain` beside it;
 * - nginx's `$ssl_client_escaped_cert`, AWS's `X-Amzn-Mtls-Clientcert`: percent-encoded PEM, perhaps of several certificates;
 * - Apache's `SSL_CLIENT_CERT`: PEM with spaces for line ends;
 * - HAProxy's `ssl_c_der,base64`: base64 of the DER;
 * - Envoy's `X-Forwarded-Client-Cert` with the members `Cert` or `Chain`.
 *
 * @param value of the header; two headers of one name are joined by a comma, which no form has outside of quotes
 * @param chain of `Client-Cert-Chain`; null: the request has none
 * @returns null: the client showed no certificate
 * @throws OAuthError `invalid_request` if the header is malformed, or stands there twice
 */
export function readCertificateHeader(value: string, chain: string | null): SentCertificates | null {
  if (value.length + (chain?.length ?? 0) > MAX_LENGTH) throw malformed("it is too long");
  const bytes = BYTES.exec(value)?.[1];
  // Caddy writes `::`, and Apache `(null)`, where there is none.
  if (value === "" || bytes === "" || value === "(null)") return null;
  if (bytes !== undefined) return { own: decodeBase64(bytes), chain: readChain(chain) };
  if (PEM.test(value)) return readPem(value);
  if (BASE64.test(value)) return { own: decodeBase64(value), chain: [] };
  return readForwarded(value);
}

/** RFC 9440 §2.3: a list of byte sequences, without the client's own certificate. */
function readChain(value: string | null): Buffer[] {
  if (value === null || value === "") return [];
  const items = value.split(",");
  if (items.length > MAX_CHAIN) throw malformed("the chain is too long");
  return items.map((item) => {
    const bytes = BYTES.exec(item.trim())?.[1];
    if (bytes === undefined || bytes === "") throw malformed("the chain is not a list of byte sequences");
    return decodeBase64(bytes);
  });
}

function readPem(written: string): SentCertificates {
  const pem = decodePercent(written);
  const [own, ...chain] = certificatesOf(pem);
  if (own === undefined || !isCertificates(pem)) throw malformed("the PEM cannot be read");
  if (chain.length > MAX_CHAIN) throw malformed("the chain is too long");
  return { own, chain };
}

/**
 * Envoy, "x-forwarded-client-cert": members separated by semicolons. A second element would be another proxy's, so it
 * is refused: Envoy has to set the header (`SANITIZE_SET`), not to add to it.
 *
 * Envoy copies the URIs of the certificate without quotes, so a client can write further members into one of its own. Envoy
 * always writes `Hash` before them: it stands once, and the certificate must be the one that it names.
 */
function readForwarded(value: string): SentCertificates {
  const members = new Map<string, string>();
  for (MEMBER.lastIndex = 0; MEMBER.lastIndex < value.length;) {
    const [, name = "", quoted, bare = "", end] = MEMBER.exec(value) ?? [];
    if (end === undefined) throw malformed("its form is not known, or it holds several elements");
    const member = name.toLowerCase();
    // URI, DNS and By may stand there once for each name.
    if (ONCE.has(member) && members.has(member)) throw malformed(`it has ${name} twice`);
    members.set(member, quoted ?? bare);
  }
  const pem = members.get("chain") ?? members.get("cert");
  if (pem === undefined) throw malformed("the proxy sent no certificate in it, which it must be told to do");
  const sent = readPem(pem);
  if (members.get("hash")?.toLowerCase() !== hash("sha256", sent.own, "hex")) {
    throw malformed("its Hash is missing, or another certificate's");
  }
  return sent;
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed("its percent-encoding is wrong");
  }
}

/** Base64 with padding (RFC 4648 §4); Buffer.from would read up to the first character that is none. */
function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw malformed("its base64 is wrong");
  return bytes;
}

/** @param detail for the log: what is wrong with it */
export function malformed(detail: string, cause?: unknown): OAuthError {
  return new OAuthError("client_certificate_malformed", { detail, cause });
}
