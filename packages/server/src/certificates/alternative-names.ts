import { isIP, SocketAddress } from "node:net";
import { readDer, readOne } from "./der.ts";

/** The kinds of alternative name by which a client may be known (RFC 8705 §2.1.2). */
export type AlternativeNameKind = "dns" | "uri" | "ip" | "email";

/** One alternative name of a subject, as text. */
export interface AlternativeName {
  readonly kind: AlternativeNameKind;
  readonly value: string;
}

/** Context tags of `GeneralName` (RFC 5280 §4.2.1.6); the other kinds are not compared. */
const KINDS = new Map<number, AlternativeNameKind>([
  [0x81, "email"],
  [0x82, "dns"],
  [0x86, "uri"],
  [0x87, "ip"],
]);

/**
 * Reads the extension `subjectAltName`.
 *
 * @throws {RangeError} it is malformed
 */
export function decodeAlternativeNames(extension: Buffer): AlternativeName[] {
  return readDer(readOne(extension).contents).flatMap(({ tag, contents }) => {
    const kind = KINDS.get(tag);
    if (kind === undefined) return [];
    return [{ kind, value: kind === "ip" ? addressText(contents) : contents.toString("latin1") }];
  });
}

/** Four or sixteen octets. */
function addressText(octets: Buffer): string {
  if (octets.length === 4) return octets.join(".");
  if (octets.length !== 16) throw new RangeError("an address of another length");
  const groups = octets.toString("hex").match(/.{4}/g) ?? [];
  return canonicalAddress(groups.join(":"));
}

/**
 * Whether two names of one kind are the same. A DNS name and the domain of an e-mail address have no case (RFC 5280
 * §4.2.1.6, RFC 4343); an address has one value and several spellings; a URI is compared character by character. A
 * wildcard is compared as it is written: it stands for no other name.
 */
export function sameAlternativeName(kind: AlternativeNameKind, one: string, other: string): boolean {
  return comparable(kind, one) === comparable(kind, other);
}

function comparable(kind: AlternativeNameKind, value: string): string {
  if (kind === "dns") return value.toLowerCase();
  if (kind === "ip") return canonicalAddress(value);
  if (kind === "uri") return value;
  const at = value.lastIndexOf("@") + 1;
  return value.slice(0, at) + value.slice(at).toLowerCase();
}

function canonicalAddress(address: string): string {
  return isIP(address) === 6 ? new SocketAddress({ address, family: "ipv6" }).address : address;
}
