import { base64url } from "jose";
import { headerOf } from "./credentials.ts";
import type { IncomingRequest } from "./preflight.ts";

/** The longest header that is read, characters. */
const MAX_LENGTH = 16 * 1024;
/** RFC 8941 §3.3.5, a byte sequence. */
const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+=*):$/;
/** As HAProxy's `ssl_c_der,base64`. */
const BASE64 = /^([A-Za-z0-9+/]+=*)$/;
/** The first of several is the client's. */
const PEM = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*(?:$|-----BEGIN)/;
/** A pair of Envoy's header, and what follows it: a further pair, or a further certificate. */
const PAIR = /([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^",;]*)([;,]|$)/gy;

/**
 * The `x5t#S256` of the client's certificate (RFC 8705 §3.1): SHA-256 of its DER, base64url. It may be self-signed: that the
 * client has its key is what TLS proves.
 *
 * @param header in lower case, in which a trusted proxy passes it; undefined: that of the TLS connection
 * @returns undefined: the client presented none, or the header is in no known form
 */
export async function certificateThumbprint(
  request: IncomingRequest,
  header: string | undefined,
): Promise<string | undefined> {
  if (header !== undefined) return thumbprintInHeader(headerOf(request.headers, header) ?? "");
  const socket = request.socket as
    { getPeerCertificate?: () => { raw?: Uint8Array<ArrayBuffer> } } | undefined;
  const der = socket?.getPeerCertificate?.().raw;
  return der && thumbprint(der);
}

/**
 * Reads RFC 9440's `Client-Cert`, an escaped PEM (nginx, AWS), a PEM in one line (Apache), base64 (HAProxy), or Envoy's
 * `x-forwarded-client-cert`.
 */
async function thumbprintInHeader(value: string): Promise<string | undefined> {
  if (value.length > MAX_LENGTH) return undefined;
  const base64 = (BYTE_SEQUENCE.exec(value) ?? BASE64.exec(value) ?? PEM.exec(unescaped(value)))?.[1];
  if (base64 === undefined) return hashOfEnvoy(value);
  try {
    return await thumbprint(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/** Envoy says the digest itself, in hex. Of a header with several certificates none is the client's for certain. */
function hashOfEnvoy(value: string): string | undefined {
  const pairs = [...value.matchAll(PAIR)];
  const length = pairs.reduce((sum, [pair]) => sum + pair.length, 0);
  const hashes = pairs.filter(([, name]) => name?.toLowerCase() === "hash");
  const hex = hashes.length === 1 ? hashes[0]?.[2] : undefined;
  const isOne = length === value.length && pairs.every(([, , , end]) => end !== ",");
  if (!isOne || hex === undefined || !/^[0-9a-f]{64}$/i.test(hex)) return undefined;
  const octets = hex.match(/../g) ?? [];
  return base64url.encode(Uint8Array.from(octets, (octet) => Number.parseInt(octet, 16)));
}

async function thumbprint(der: Uint8Array<ArrayBuffer>): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", der)));
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}
