import { hash } from "node:crypto";
import { isIP } from "node:net";

/** Longest client id that is looked up, characters. */
export const MAX_CLIENT_ID = 1024;

/**
 * Whether a client id is the URL of a client ID metadata document (draft-ietf-oauth-client-id-metadata-document §3):
 * https, a host that is a name, a path, no dot segments, no fragment, no user name, and written as URLs are normally
 * written, so that one document has one id.
 */
export function isDocumentUrl(clientId: string): boolean {
  if (!clientId.startsWith("https://") || clientId.length > MAX_CLIENT_ID) return false;
  const url = URL.parse(clientId);
  if (url === null || url.href !== clientId || clientId.includes("#")) return false;
  if (url.username !== "" || url.password !== "" || url.pathname === "/") return false;
  return isIP(url.hostname.replace(/^\[(.*)\]$/, "$1")) === 0;
}

/**
 * The id under which the store keeps a document's client: a UUIDv8 (RFC 9562 §5.8) of the URL's SHA-256, so that
 * rows, indexes and refreshes are those of any client. With 122 bits, a second URL of the same id cannot be found.
 */
export function documentClientId(url: string): string {
  const bytes = hash("sha256", url, "buffer").subarray(0, 16);
  bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x80;
  bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * The store's id of the client that a request names. A URL that is not a document's is looked up unchanged, and not
 * found.
 */
export function storedClientId(clientId: string): string {
  return isDocumentUrl(clientId) ? documentClientId(clientId) : clientId;
}
