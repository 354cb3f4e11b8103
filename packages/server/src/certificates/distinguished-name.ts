import { oidText, readDer, readOne } from "./der.ts";
import type { DerValue } from "./der.ts";

/** One attribute of a name: its type as an object identifier, and its value as text, or `#` and hexadecimal DER. */
interface Attribute {
  readonly type: string;
  readonly value: string;
}

/** A distinguished name (X.501): relative names from the root on; each mostly of one attribute. */
export type DistinguishedName = readonly (readonly Attribute[])[];

/** Short names of attribute types: RFC 4514 §3, RFC 4519, and those that OpenSSL and nginx print beside them. */
const TYPES = new Map(
  Object.entries({
    CN: "2.5.4.3",
    SN: "2.5.4.4",
    serialNumber: "2.5.4.5",
    C: "2.5.4.6",
    L: "2.5.4.7",
    ST: "2.5.4.8",
    STREET: "2.5.4.9",
    O: "2.5.4.10",
    OU: "2.5.4.11",
    title: "2.5.4.12",
    businessCategory: "2.5.4.15",
    postalCode: "2.5.4.17",
    GN: "2.5.4.42",
    organizationIdentifier: "2.5.4.97",
    DC: "0.9.2342.19200300.100.1.25",
    UID: "0.9.2342.19200300.100.1.1",
    emailAddress: "1.2.840.113549.1.9.1",
    jurisdictionL: "1.3.6.1.4.1.311.60.2.1.1",
    jurisdictionST: "1.3.6.1.4.1.311.60.2.1.2",
    jurisdictionC: "1.3.6.1.4.1.311.60.2.1.3",
  }),
);
const OIDS = new Map([...TYPES].map(([name, oid]) => [name.toLowerCase(), oid]));
const NAMES = new Map([...TYPES].map(([name, oid]) => [oid, name]));

/** The string types of ASN.1 (X.680 §41) and how their octets are text. */
const STRINGS = new Map<number, (octets: Buffer) => string>([
  [0x0c, (octets) => octets.toString("utf8")],
  [0x12, (octets) => octets.toString("latin1")],
  [0x13, (octets) => octets.toString("latin1")],
  [0x14, (octets) => octets.toString("latin1")],
  [0x16, (octets) => octets.toString("latin1")],
  [0x1a, (octets) => octets.toString("latin1")],
  [0x1e, (octets) => Buffer.from(octets).swap16().toString("utf16le")],
]);

/**
 * Reads a `Name` (RFC 5280 §4.1.2.4) from the contents of its sequence.
 *
 * @throws {RangeError} it is malformed
 */
export function decodeName(contents: Buffer): DistinguishedName {
  return readDer(contents).map((relative) =>
    readDer(relative.contents).map((attribute) => {
      const [type, value] = readDer(attribute.contents);
      if (type === undefined || value === undefined) throw new RangeError("an attribute without value");
      return { type: oidText(type), value: valueText(value) };
    }),
  );
}

function valueText({ tag, contents }: DerValue): string {
  const decode = STRINGS.get(tag);
  if (decode !== undefined) return decode(contents);
  return `#${tag.toString(16).padStart(2, "0")}${contents.toString("hex")}`;
}

/**
 * Whether two names are equal: the same relative names in the same order, those of several attributes in any. Values
 * are compared as `caseIgnoreMatch` does (RFC 5280 §7.1, RFC 4518): without regard to case, to compatibility forms of
 * characters, to spaces at the ends and to how many there are in between.
 */
export function sameName(one: DistinguishedName, other: DistinguishedName): boolean {
  return canonical(one) === canonical(other);
}

function canonical(name: DistinguishedName): string {
  const relatives = name.map((attributes) =>
    attributes.map(({ type, value }) => `${type}=${prepared(value)}`).toSorted(),
  );
  return JSON.stringify(relatives);
}

function prepared(value: string): string {
  return value.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** The name as RFC 4514 writes it, the last relative name first; as `openssl x509 -subject -nameopt RFC2253` does. */
export function nameText(name: DistinguishedName): string {
  const relatives = name.map((attributes) =>
    attributes.map(({ type, value }) => `${NAMES.get(type) ?? type}=${escaped(value)}`).join("+"),
  );
  return relatives.toReversed().join(",");
}

function escaped(value: string): string {
  return value
    .replace(/["+,;<>\\]/g, String.raw`\$&`)
    .replace(/^[ #]/, String.raw`\$&`)
    .replace(/ $/, String.raw`\ `)
    .replace(/\p{Cc}/gu, (control) => `\\${Buffer.from(control).toString("hex")}`);
}

/** An attribute type, then `=`. */
const TYPE = /\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=\s*/y;
/** A value: octets in hexadecimal, or text with escapes (RFC 4514 §3). Spaces around it do not count. */
const VALUE = /#((?:[\da-f]{2})+)\s*|((?:[^"+,;<>\\\0]|\\[ "#+,;<=>\\]|\\[\da-f]{2})*)/iy;

/**
 * Reads a name as RFC 4514 §3 writes it, with spaces around `,`, `+` and `=` as its predecessors allow.
 *
 * @returns undefined: it is not one, or an attribute type has no name here; its object identifier always works
 */
export function parseName(text: string): DistinguishedName | undefined {
  const name: Attribute[][] = [[]];
  for (let at = 0; ;) {
    const attribute = readAttribute(text, at);
    if (attribute === undefined) return undefined;
    name[0]?.push(attribute);
    at = attribute.end;
    if (at === text.length) return name;
    const separator = text[at];
    if (separator === ",") name.unshift([]);
    else if (separator !== "+") return undefined;
    at += 1;
  }
}

function readAttribute(text: string, at: number): (Attribute & { end: number }) | undefined {
  TYPE.lastIndex = at;
  const written = TYPE.exec(text)?.[1];
  if (written === undefined) return undefined;
  const type = /^\d/.test(written) ? written : OIDS.get(written.toLowerCase());
  VALUE.lastIndex = TYPE.lastIndex;
  const [, hex, string = ""] = VALUE.exec(text) ?? [];
  if (type === undefined) return undefined;
  const value = hex === undefined ? unescaped(string) : hexValue(hex);
  return value === undefined ? undefined : { type, value, end: VALUE.lastIndex };
}

/** RFC 4514 §2.4: `#` and the hexadecimal BER of the value. */
function hexValue(hex: string): string | undefined {
  try {
    return valueText(readOne(Buffer.from(hex, "hex")));
  } catch {
    return undefined;
  }
}

/** Escaped characters and pairs of hexadecimal digits, which are octets of UTF-8. Undefined: they are not UTF-8. */
function unescaped(string: string): string | undefined {
  const octets = string.match(/\\[\da-f]{2}|\\.|[^\\]+/gis)?.map((part) => {
    if (!part.startsWith("\\")) return Buffer.from(part);
    return part.length === 3 ? Buffer.from(part.slice(1), "hex") : Buffer.from(part.slice(1));
  });
  const text = Buffer.concat(octets ?? []).toString("utf8");
  return text.trim() === "" || text.includes("\ufffd") ? undefined : text;
}
