import { Certificate, EXTENSION } from "./client-certificate.ts";
import type { ClientCertificate } from "./client-certificate.ts";
import { readDer, readOne, TAG } from "./der.ts";
import { certificatesOf } from "./pem.ts";

/** Why a certificate is not accepted; for the log. */
export type CertificateFault =
  "expired" | "not yet valid" | "not issued by a configured authority" | "weak key";

/** RSA and ECDSA with SHA-256, 384 or 512, RSASSA-PSS, Ed25519, Ed448. SHA-1 and MD5 are not among them. */
const SIGNATURES = new Set([
  "1.2.840.113549.1.1.10",
  "1.2.840.113549.1.1.11",
  "1.2.840.113549.1.1.12",
  "1.2.840.113549.1.1.13",
  "1.2.840.10045.4.3.2",
  "1.2.840.10045.4.3.3",
  "1.2.840.10045.4.3.4",
  "1.3.101.112",
  "1.3.101.113",
]);

/** RFC 5280 §6.1: a critical extension that is not processed refuses the certificate; so name constraints do. */
const PROCESSED: ReadonlySet<string> = new Set(Object.values(EXTENSION));

/** `id-kp-clientAuth` and `anyExtendedKeyUsage` (RFC 5280 §4.2.1.12). */
const CLIENT_USES: ReadonlySet<string> = new Set(["1.3.6.1.5.5.7.3.2", "2.5.29.37.0"]);

/** Authorities that may be between a client's certificate and a configured one. */
const MAX_INTERMEDIATES = 5;
/** Signatures that are checked for one certificate: a client may send many authorities of one name. */
const MAX_SIGNATURES = 16;

/** The certificate authorities whose certificates authenticate clients (setting `clientCertificateAuthorities`). */
export class CertificateAuthorities {
  readonly #anchors: readonly Certificate[];

  /**
   * @param pem certificates of authorities, each trusted for itself, be it a root or not
   * @throws {TypeError} there is none, or one cannot be used; the message completes the file's name
   */
  constructor(pem: string) {
    this.#anchors = certificatesOf(pem).map((der, index) => readAnchor(der, index + 1));
    if (this.#anchors.length === 0) throw new TypeError("holds no certificate in PEM");
  }

  /**
   * Validates the path from a client's certificate to one of these authorities (RFC 5280 §6.1): signatures, validity,
   * `basicConstraints`, key usages. Revocation is not checked.
   *
   * @param now ms
   * @returns undefined: the certificate is valid
   */
  faultOf(certificate: ClientCertificate, now: number): CertificateFault | undefined {
    const validity = validityFault(certificate, now);
    if (validity !== undefined) return validity;
    if (isWeak(certificate)) return "weak key";
    if (!isForClients(certificate)) return "not issued by a configured authority";
    const intermediates = readIntermediates(certificate, now);
    const search = { anchors: this.#anchors, now, left: MAX_SIGNATURES };
    return isIssued(certificate, intermediates, 0, search)
      ? undefined
      : "not issued by a configured authority";
  }
}

interface Search {
  readonly anchors: readonly Certificate[];
  readonly now: number;
  /** How many signatures may still be checked. */
  left: number;
}

/**
 * Signatures are checked from the anchor down: an authority's key verifies nothing before it is known whose it is, since a
 * stranger could choose one that makes a verification slow.
 *
 * @param below how many authorities there are between this one and the client's certificate, this one included
 */
function isIssued(
  certificate: Certificate,
  intermediates: readonly Certificate[],
  below: number,
  search: Search,
): boolean {
  const anchors = search.anchors.filter((anchor) => validityFault(anchor, search.now) === undefined);
  const isOf = (issuer: Certificate) => mayHaveIssued(issuer, certificate, below);
  if (anchors.some((anchor) => isOf(anchor) && isSigned(certificate, anchor, search))) return true;
  return intermediates.some((one) => {
    if (!isOf(one)) return false;
    const others = intermediates.filter((other) => other !== one);
    return isIssued(one, others, below + 1, search) && isSigned(certificate, one, search);
  });
}

/** `checkIssued` compares names and key identifiers, and asks for the key usage `keyCertSign`. */
function mayHaveIssued(issuer: Certificate, certificate: Certificate, below: number): boolean {
  return issuer.x509.ca && pathLength(issuer) >= below && certificate.x509.checkIssued(issuer.x509);
}

function isSigned(certificate: Certificate, issuer: Certificate, search: Search): boolean {
  if (!SIGNATURES.has(certificate.signatureAlgorithm) || search.left === 0) return false;
  search.left -= 1;
  return certificate.x509.verify(issuer.publicKey);
}

/** What the client sent along, without what is no valid authority. */
function readIntermediates({ intermediates }: ClientCertificate, now: number): Certificate[] {
  return intermediates.slice(0, MAX_INTERMEDIATES).flatMap((der) => {
    const certificate = parsed(der);
    if (certificate === undefined || validityFault(certificate, now) !== undefined) return [];
    return isForClients(certificate) && !isWeak(certificate) ? [certificate] : [];
  });
}

function parsed(der: Buffer): Certificate | undefined {
  try {
    return new Certificate(der);
  } catch {
    return undefined;
  }
}

/** Whether a certificate is within its dates. @param now ms */
export function validityFault({ x509 }: Certificate, now: number): CertificateFault | undefined {
  if (now < x509.validFromDate.getTime()) return "not yet valid";
  return now > x509.validToDate.getTime() ? "expired" : undefined;
}

function isForClients({ x509, extensions }: Certificate): boolean {
  if (hasUnknownCritical(extensions)) return false;
  // Node.js calls the extended key usages so; undefined: there is no restriction.
  const uses = x509.keyUsage as readonly string[] | undefined;
  return uses === undefined || uses.some((use) => CLIENT_USES.has(use));
}

function hasUnknownCritical(extensions: Certificate["extensions"]): boolean {
  return [...extensions].some(([type, { critical }]) => critical && !PROCESSED.has(type));
}

/** RSA below 2048 bits; elliptic curves below 256. */
function isWeak({ publicKey }: Certificate): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  if (type === "rsa" || type === "rsa-pss") return (details?.modulusLength ?? 0) < 2048;
  if (type === "ec") return !/256|384|521/.test(details?.namedCurve ?? "");
  return type !== "ed25519" && type !== "ed448";
}

/** How many authorities may follow (RFC 5280 §4.2.1.9). */
function pathLength({ extensions }: Certificate): number {
  const constraints = extensions.get(EXTENSION.basicConstraints);
  if (constraints === undefined) return Number.POSITIVE_INFINITY;
  const length = readDer(readOne(constraints.value).contents).find(({ tag }) => tag === TAG.integer);
  if (length === undefined) return Number.POSITIVE_INFINITY;
  return length.contents.length === 1 ? length.contents.readUInt8(0) : Number.POSITIVE_INFINITY;
}

function readAnchor(der: Buffer, position: number): Certificate {
  const certificate = parsed(der);
  if (certificate === undefined)
    throw new TypeError(`holds a certificate that cannot be read: number ${position}`);
  if (!certificate.x509.ca) throw new TypeError(`holds a certificate of no authority: number ${position}`);
  if (hasUnknownCritical(certificate.extensions)) {
    const what =
      "holds an authority with a critical extension that is not supported, such as name constraints";
    throw new TypeError(`${what}: number ${position}`);
  }
  return certificate;
}
