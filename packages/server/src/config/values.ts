import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { withoutBrackets } from "./loopback.ts";

// The messages complete "REGRANT_X: …" and never quote the value: it may be a secret in the wrong place.

/** JWS algorithms that sign access tokens (RFC 7518 §3.1, RFC 8037 §3.1). */
export const SIGNING_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** An address to listen on. */
export interface HostPort {
  host: string;
  port: number;
}

/** A whole number from `min` to `max`; its JSON Schema says so too. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .number({ error })
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, { error })
    .meta({ type: "integer", minimum: min, maximum: max });
}

const WORKERS_RULE = 'must be a whole number from 1 to 512, or "auto"';

/**
 * A number of processes from 1 to 512, or `auto`, one for each core. From the environment or a flag the digits are
 * text.
 */
export const workerCount = z
  .union([z.string(), z.number()], { error: WORKERS_RULE })
  .transform((written, context): number | "auto" => {
    if (written === "auto") return "auto";
    const count = /^[1-9]\d{0,2}$/.test(String(written)) ? Number(written) : Number.NaN;
    if (count <= 512) return count;
    context.addIssue({ code: "custom", message: WORKERS_RULE });
    return z.NEVER;
  });

/** One of `names`, case-sensitive: OAuth's own names are (RFC 6749 §1.9). */
export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be ${names.slice(0, -1).join(", ")} or ${names.at(-1)}` });
}

/**
 * An issuer identifier, normalised as the URL standard does: an absolute http or https URL without query or fragment
 * (RFC 8414 §2), and without a trailing slash, which clients would compare as a different issuer.
 */
export const issuerUrl = z.string({ error: "must be an absolute URL" }).transform((text, context) => {
  const fail = (message: string): never => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\//i.test(text)) {
    return fail("must be an absolute http or https URL, such as https://auth.example.com");
  }
  if (/[?#]/.test(text)) return fail("must have no query and no fragment");
  if (url.username !== "" || url.password !== "") return fail("must have no user name and no password");
  if (url.pathname === "/") return url.origin;
  if (url.pathname.endsWith("/")) return fail("must not end with a slash");
  return url.origin + url.pathname;
});

/** An IPv4 or IPv6 address (with or without brackets) or a host name. */
export const hostName = z
  .string({ error: "must be an IP address or a host name" })
  .refine((text) => isHost(text), { error: "must be an IP address or a host name, without a port" })
  .transform(withoutBrackets);

/** One label of a host name (RFC 1123 §2.1). */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

function isHost(text: string): boolean {
  if (isIP(withoutBrackets(text)) !== 0) return true;
  const labels = text.split(".");
  // A last label of digits alone is a mistyped address (URL standard, "ends in a number").
  const endsInNumber = /^\d+$/.test(labels.at(-1) ?? "");
  return text.length <= 253 && !endsInNumber && labels.every((label) => LABEL.test(label));
}

/** `127.0.0.1:8787`, `[::1]:8787`. */
export function hostPortText({ host, port }: HostPort): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

const HOST_PORT_RULE = 'must be HOST:PORT, a port of 127.0.0.1, or "off"';

/**
 * An address to listen on, or null: `HOST:PORT` (an IPv6 address in brackets), a port alone, which means 127.0.0.1, or
 * `off`.
 */
export const hostPortOrOff = z
  .union([z.string(), z.number()], { error: HOST_PORT_RULE })
  .transform((written, context): Readonly<HostPort> | null => {
    const text = String(written);
    if (text === "off") return null;
    const [, host = "127.0.0.1", digits] = /^(?:(\[.+\]|[^:]+):)?(\d{1,5})$/.exec(text) ?? [];
    const port = Number(digits);
    if (digits !== undefined && port <= 65_535 && isHost(host)) {
      return Object.freeze({ host: withoutBrackets(host), port });
    }
    context.addIssue({ code: "custom", message: HOST_PORT_RULE });
    return z.NEVER;
  });

const LISTENER_RULE =
  'must be "on" for the listener of the service, HOST:PORT, a port of 127.0.0.1, or "off"';

/** Where the service offers something: on its own listener, on another address, or (null) nowhere. */
export const onOrHostPortOrOff = z
  .union([z.string(), z.number()], { error: LISTENER_RULE })
  .transform((written, context): "on" | Readonly<HostPort> | null => {
    if (written === "on") return "on";
    const { success, data } = hostPortOrOff.safeParse(written);
    if (success) return data;
    context.addIssue({ code: "custom", message: LISTENER_RULE });
    return z.NEVER;
  });

/** The origin of an https URL, normalised: no path, query or fragment. */
export const httpsOrigin = z.string({ error: "must be an https URL" }).transform((text, context) => {
  const url = URL.parse(text);
  if (url?.protocol === "https:" && url.href === `${url.origin}/`) return url.origin;
  context.addIssue({ code: "custom", message: "must be an https URL without a path" });
  return z.NEVER;
});

/** IP addresses and CIDR blocks (RFC 4632 §3.1, RFC 4291 §2.3), IPv4 or IPv6. */
export const addressBlocks = z
  .array(
    z
      .string({ error: "must be an address" })
      .refine(isAddressBlock, { error: "must be an IP address, or a CIDR block such as 10.0.0.0/8" }),
    { error: "must be a list of IP addresses or CIDR blocks" },
  )
  .readonly();

/** `::ffff:10.0.0.0/104` is `10.0.0.0/8`; a shorter prefix would be neither an IPv4 nor an IPv6 block. */
const MAPPED_PREFIX = 96;
const MAPPED = new BlockList();
MAPPED.addSubnet("::ffff:0:0", MAPPED_PREFIX, "ipv6");

function isAddressBlock(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const family = isIP(address);
  // A zone (fe80::1%eth0) names an interface of this machine, not a peer.
  if (family === 0 || rest.length > 0 || address.includes("%")) return false;
  if (prefix === undefined) return true;
  const bits = /^(0|[1-9]\d{0,2})$/.test(prefix) ? Number(prefix) : Number.NaN;
  const least = family === 6 && MAPPED.check(address, "ipv6") ? MAPPED_PREFIX : 0;
  return bits >= least && bits <= (family === 4 ? 32 : 128);
}

/** A hint that completes an error text. */
export const HOW_TO_MAKE_A_KEY = `make one with node -p "require('crypto').randomBytes(32).toString('base64url')"`;

const KEY_RULE = `must be 32 random bytes in base64url (43 characters); ${HOW_TO_MAKE_A_KEY}`;

/** A master key: 32 bytes in base64url (RFC 4648 §5), with or without padding. */
export const masterKey = z.string({ error: KEY_RULE }).transform((text, context): Buffer => {
  const key = Buffer.from(text, "base64url");
  // Buffer.from skips invalid characters; encoding the bytes again shows whether there were any.
  if (key.length === 32 && key.toString("base64url") === text.replace(/=$/, "")) return key;
  context.addIssue({ code: "custom", message: KEY_RULE });
  return z.NEVER;
});

/** A list of master keys, in any order: each is tried. */
export const masterKeys = z
  .array(masterKey, { error: "must be a list of keys, each 32 bytes in base64url" })
  .readonly();

/** Resource identifiers: absolute URIs without a fragment (RFC 8707 §2). */
export const resourceIdentifiers = z
  .array(
    z.string({ error: "must be a URI" }).refine((text) => URL.canParse(text) && !text.includes("#"), {
      error: "must be an absolute URI without a fragment",
    }),
    { error: "must be a list of URIs" },
  )
  .readonly();

/** An Authentication Context Class Reference: one of them in the list `acr_values` (RFC 9470 §3). */
export const acrValue = z
  .string({ error: "must be text" })
  .refine((acr) => acr.length <= 255 && isScopeToken(acr), {
    error: "must be printable ASCII without spaces, quotation marks and backslashes, at most 255 characters",
  });

export const acrValues = z.array(acrValue, { error: "must be a list of acr values" }).readonly();

/** Whether the text is a scope-token: printable ASCII without space, quotation mark and backslash (RFC 6749 §3.3). */
export function isScopeToken(scope: string): boolean {
  return /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope);
}

/** A list of scopes (RFC 6749 §3.3). */
export const scopeNames = z
  .array(
    z.string({ error: "must be a scope" }).refine(isScopeToken, {
      error: "must be a scope: no space, quotation mark or backslash",
    }),
    { error: "must be a list of scopes" },
  )
  .readonly();
