import { hash, randomBytes } from "node:crypto";

/** Entropy of a value, bytes. */
const BYTES = 32;
/** Length of the issuer's digest in the name, as of the pages' cookies. */
const TAG_LENGTH = 8;
/** A value that Regrant issued. */
const VALUE = /^[A-Za-z0-9_-]{43}$/;

/**
 * The console's only cookie. It is another than those of the pages, and its digest is made in another way, so neither's
 * value is of use to the other. Strict: no link from another site brings a session along.
 */
export class ConsoleCookie {
  readonly #name: string;
  readonly #attributes: string;

  /** @param path the console's; under https the prefix `__Host-` demands `/` (RFC 6265bis §4.1.3.2) */
  constructor(issuer: string, path: string) {
    const isSecure = issuer.startsWith("https:");
    const tag = hash("sha256", issuer, "hex").slice(0, TAG_LENGTH);
    this.#name = `${isSecure ? "__Host-" : ""}regrant-console-${tag}`;
    this.#attributes = `Path=${isSecure ? "/; Secure" : path}; HttpOnly; SameSite=Strict`;
  }

  /** @param header the `Cookie` header; a value that Regrant did not issue is ignored */
  read(header: string | null): string | undefined {
    const pairs = (header ?? "").split(";").map((pair) => pair.trim());
    const value = pairs.find((pair) => pair.startsWith(`${this.#name}=`))?.slice(this.#name.length + 1);
    return value !== undefined && VALUE.test(value) ? value : undefined;
  }

  /** Makes a `Set-Cookie` header. The cookie lasts until the browser is closed; the session may end before. */
  set(value: string): string {
    return `${this.#name}=${value}; ${this.#attributes}`;
  }

  /** Makes a `Set-Cookie` header that removes the cookie. */
  clear(): string {
    return `${this.#name}=; ${this.#attributes}; Max-Age=0`;
  }
}

/** A new value of the cookie, or a new one-time code. */
export function newValue(): string {
  return randomBytes(BYTES).toString("base64url");
}
