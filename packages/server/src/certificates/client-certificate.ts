import { hash, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { decodeAlternativeNames } from "./alternative-names.ts";
import type { AlternativeName } from "./alternative-names.ts";
import { decodeName } from "./distinguished-name.ts";
import type { DistinguishedName } from "./distinguished-name.ts";
import { oidText, readDer, readOne, TAG } from "./der.ts";
import type { DerValue } from "./der.ts";

/** Object identifiers of extensions (RFC 5280 §4.2.1). */
export const EXTENSION = {
  keyUsage: "2.5.29.15",
  alternativeNames: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  policies: "2.5.29.32",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** An extension of a certificate. */
interface Extension {
  readonly critical: boolean;
  /** DER of its value. */
  readonly value: Buffer;
}

/** A certificate (RFC 5280) with what Node.js does not tell of it. */
export class Certificate {
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
  /** Of the outer signature. */
  readonly signatureAlgorithm: string;
  readonly subject: DistinguishedName;
  /** By object identifier. */
  readonly extensions: ReadonlyMap<string, Extension>;

  /**
   * @param der one certificate
   * @throws Error of Node.js, or {RangeError}: it is malformed, or Node.js knows no keys of its kind
   */
  constructor(der: Buffer) {
    this.x509 = new X509Certificate(der);
    this.publicKey = this.x509.publicKey;
    const [signed, algorithm] = readDer(readOne(der).contents);
    const parts = readDer(signed?.contents ?? der);
    // RFC 5280 §4.1: version [0], serial number, signature, issuer, validity, subject …
    const first = parts[0]?.tag === 0xa0 ? 1 : 0;
    const subject = parts[first + 4];
    const [type] = readDer(algorithm?.contents ?? der);
    if (subject?.tag !== TAG.sequence || type === undefined) throw new RangeError("not a certificate");
    this.signatureAlgorithm = oidText(type);
    this.subject = decodeName(subject.contents);
    this.extensions = decodeExtensions(parts.find(({ tag }) => tag === 0xa3));
  }
}

/** The certificate that a client showed in a TLS handshake, and the others that it sent along. */
export class ClientCertificate extends Certificate {
  /** SHA-256 of the DER in base64url: `x5t#S256` (RFC 8705 §3.1). */
  readonly thumbprint: string;
  /** Of certificate authorities between it and a known one; not checked yet. */
  readonly intermediates: readonly Buffer[];
  readonly alternativeNames: readonly AlternativeName[];

  /** @throws as `Certificate`; {RangeError} its names are malformed */
  constructor(der: Buffer, intermediates: readonly Buffer[] = []) {
    super(der);
    const names = this.extensions.get(EXTENSION.alternativeNames);
    this.alternativeNames = names === undefined ? [] : decodeAlternativeNames(names.value);
    this.thumbprint = hash("sha256", der, "base64url");
    this.intermediates = intermediates;
  }
}

/** RFC 5280 §4.1.2.9: each has an identifier, perhaps `critical`, and an octet string; none twice (§4.2). */
function decodeExtensions(tagged: DerValue | undefined): Map<string, Extension> {
  const extensions = new Map<string, Extension>();
  if (tagged === undefined) return extensions;
  for (const { contents } of readDer(readOne(tagged.contents).contents)) {
    const [type, ...rest] = readDer(contents);
    const value = rest.at(-1);
    if (type === undefined || value === undefined) throw new RangeError("an extension without value");
    const critical = rest.length > 1 && rest[0]?.tag === TAG.boolean && rest[0].contents[0] !== 0;
    const name = oidText(type);
    if (extensions.has(name)) throw new RangeError("an extension stands twice");
    extensions.set(name, { critical, value: value.contents });
  }
  return extensions;
}
