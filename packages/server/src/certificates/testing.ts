/** Certificates for tests, made at run time: of any dates, names, keys and extensions. */
import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIPv4 } from "node:net";
import { ClientCertificate } from "./client-certificate.ts";

export type KeyType = "ec" | "rsa" | "ed25519";

/** A certificate with its key. */
export interface Made {
  der: Buffer;
  pem: string;
  key: KeyObject;
  /** PKCS #8 */
  keyPem: string;
  subject: Subject;
  /** Its public key (RFC 7517), with the certificate. */
  jwk: PublicKey;
  /** As a client's, with the authorities that it would send along. */
  asClient(...intermediates: readonly Made[]): ClientCertificate;
}

/** Relative names from the root on: `[["O", "Example"], ["CN", "one"]]`; one of several attributes is a longer list. */
type Subject = readonly (readonly string[])[];

interface PublicKey {
  kty: string;
  [member: string]: unknown;
}

interface MakeOptions {
  subject?: Subject;
  /** Default: it signs itself. */
  issuer?: Made;
  keyType?: KeyType;
  /** Instead of a new key. */
  key?: KeyObject;
  /** Bits of RSA. */
  bits?: number;
  /** s from now */
  notBefore?: number;
  notAfter?: number;
  ca?: boolean;
  pathLength?: number;
  /** Such as `["dns", "client.example"]`. */
  names?: readonly (readonly ["dns" | "uri" | "ip" | "email", string])[];
  /** Object identifiers of `extendedKeyUsage`. */
  uses?: readonly string[];
  /** A further critical extension, by its object identifier. */
  critical?: string;
  hash?: "sha1" | "sha256";
}

const TYPES: Record<string, string> = {
  CN: "2.5.4.3",
  C: "2.5.4.6",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  emailAddress: "1.2.840.113549.1.9.1",
  organizationIdentifier: "2.5.4.97",
};
const NAME_TAGS = { email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 };
const SIGNATURES = {
  ec: { sha1: "1.2.840.10045.4.1", sha256: "1.2.840.10045.4.3.2" },
  rsa: { sha1: "1.2.840.113549.1.1.5", sha256: "1.2.840.113549.1.1.11" },
  ed25519: { sha1: "1.3.101.112", sha256: "1.3.101.112" },
};

export function makeCertificate(options: MakeOptions = {}): Made {
  const { issuer, subject = [["CN", "client"]], keyType = "ec", hash = "sha256" } = options;
  const key = options.key ?? newKey(keyType, options.bits);
  const signer = issuer?.key ?? key;
  const type = signer.asymmetricKeyType as KeyType;
  const rsaNull = type === "rsa" ? [der(0x05)] : [];
  const algorithm = der(0x30, oid(SIGNATURES[type][hash]), ...rsaNull);
  const now = Date.now();
  const signed = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([0x01, ...Buffer.from(String(now + Math.random()))])),
    algorithm,
    name(issuer?.subject ?? subject),
    der(
      0x30,
      time(now + (options.notBefore ?? -3600) * 1000),
      time(now + (options.notAfter ?? 86_400) * 1000),
    ),
    name(subject),
    publicKeyOf(key),
    der(0xa3, der(0x30, ...extensions(options))),
  );
  const signature = sign(type === "ed25519" ? null : hash, signed, signer);
  const bytes = der(0x30, signed, algorithm, der(0x03, Buffer.from([0]), signature));
  return {
    der: bytes,
    pem: pemOf(bytes),
    key,
    keyPem: key.export({ type: "pkcs8", format: "pem" }) as string,
    subject,
    jwk: {
      ...(createPublicKey(key).export({ format: "jwk" }) as PublicKey),
      x5c: [bytes.toString("base64")],
    },
    asClient: (...intermediates) =>
      new ClientCertificate(
        bytes,
        intermediates.map((one) => one.der),
      ),
  };
}

export function makeAuthority(options: MakeOptions = {}): Made {
  return makeCertificate({ subject: [["CN", "authority"]], ca: true, ...options });
}

function newKey(type: KeyType, bits = 2048): KeyObject {
  if (type === "rsa") return generateKeyPairSync("rsa", { modulusLength: bits }).privateKey;
  if (type === "ed25519") return generateKeyPairSync("ed25519").privateKey;
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function publicKeyOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

function extensions({ ca, pathLength, names = [], uses = [], critical }: MakeOptions): Buffer[] {
  const yes = der(0x01, Buffer.from([0xff]));
  const extension = (type: string, value: Buffer, isCritical = false) =>
    der(0x30, oid(type), ...(isCritical ? [yes] : []), der(0x04, value));
  const length = pathLength === undefined ? [] : [der(0x02, Buffer.from([pathLength]))];
  const all = [extension("2.5.29.19", der(0x30, ...(ca ? [yes, ...length] : [])), true)];
  if (names.length > 0) {
    const values = names.map(([kind, value]) =>
      der(NAME_TAGS[kind], kind === "ip" ? octets(value) : Buffer.from(value)),
    );
    all.push(extension("2.5.29.17", der(0x30, ...values)));
  }
  if (uses.length > 0) all.push(extension("2.5.29.37", der(0x30, ...uses.map(oid))));
  if (critical !== undefined) all.push(extension(critical, der(0x30), true));
  return all;
}

function octets(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  return Buffer.from(
    address
      .split(":")
      .map((group) => group.padStart(4, "0"))
      .join(""),
    "hex",
  );
}

function name(subject: Subject): Buffer {
  const relative = (parts: readonly string[]) => {
    const pairs = Array.from({ length: parts.length / 2 }, (_, index) =>
      parts.slice(index * 2, index * 2 + 2),
    );
    const attributes = pairs.map(([type = "", value = ""]) =>
      der(0x30, oid(TYPES[type] ?? type), der(0x0c, Buffer.from(value))),
    );
    return der(0x31, ...attributes.toSorted((a, b) => Buffer.compare(a, b)));
  };
  return der(0x30, ...subject.map(relative));
}

/** UTCTime, up to 2049. @param at ms */
function time(at: number): Buffer {
  const text = new Date(at)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, "")
    .slice(2);
  return der(0x17, Buffer.from(text));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const arc = (value: number): number[] => {
    const low = value & 0x7f;
    const high = Math.floor(value / 128);
    return high === 0 ? [low] : [...arc(high).map((octet) => octet | 0x80), low];
  };
  return der(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(arc)));
}

export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const length = body.length;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
}

function pemOf(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
