import { hash, randomBytes } from "node:crypto";

/** Entropy of the sign-in cookie, bytes. */
const SIGN_IN_BYTES = 32;

/** Length of the issuer's digest in the names, hexadecimal digits: enough to tell the services of one host apart. */
const TAG_LENGTH = 8;

/** A cookie value that Regrant issued: base64url of 16 or 32 bytes. */
const VALUE = /^[A-Za-z0-9_-]{22}$|^[A-Za-z0-9_-]{43}$/;

/** The two cookies of a browser. */
interface BrowserCookies {
  /** The sign-in, which is looked up by this value's digest. */
  signIn: string | undefined;
  /** The browser itself, signed in or not: its forms are bound to this value. */
  form: string | undefined;
}

/**
 * Reads and writes the cookies. A browser accepts a cookie with the prefix `__Host-` only over https and for this
 * very host (RFC 6265bis §4.1.3.2). An http issuer, on a developer's machine, cannot use the prefix.
 *
 * A browser sends a host's cookies to each of its ports (RFC 6265 §8.5), and the prefix demands `Path=/`. So the names
 * contain a digest of the issuer: services on other ports or paths of the host have cookies of their own.
 */
export class Cookies {
  readonly #names: Readonly<Record<keyof BrowserCookies, string>>;
  readonly #attributes: string;
  readonly #signInTtl: number | null;

  /** @param signInTtl how long the browser keeps the sign-in, s; null: until it is closed */
  constructor(issuer: string, signInTtl: number | null = null) {
    this.#signInTtl = signInTtl;
    const isSecure = issuer.startsWith("https:");
    const name = `${isSecure ? "__Host-" : ""}regrant-${hash("sha256", issuer, "hex").slice(0, TAG_LENGTH)}`;
    this.#names = { signIn: name, form: `${name}-form` };
    // Lax: a link or redirect from the client's site leads here, and must bring the sign-in along.
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  }

  /** @param header the `Cookie` header; values that Regrant did not issue are ignored */
  read(header: string | null): BrowserCookies {
    const pairs = (header ?? "").split(";").map((pair) => pair.trim());
    const valueOf = (name: string) => {
      const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
      return value !== undefined && VALUE.test(value) ? value : undefined;
    };
    return { signIn: valueOf(this.#names.signIn), form: valueOf(this.#names.form) };
  }

  /** Makes a `Set-Cookie` header. The cookie lasts until the browser is closed, unless sign-ins are kept. */
  set(which: keyof BrowserCookies, value: string): string {
    const isKept = which === "signIn" && this.#signInTtl !== null;
    const maxAge = isKept ? `; Max-Age=${this.#signInTtl}` : "";
    return `${this.nameOf(which)}=${value}; ${this.#attributes}${maxAge}`;
  }

  /** Makes a `Set-Cookie` header that removes the cookie. */
  clear(which: keyof BrowserCookies): string {
    return `${this.nameOf(which)}=; ${this.#attributes}; Max-Age=0`;
  }

  /** The cookie's name. */
  nameOf(which: keyof BrowserCookies): string {
    return this.#names[which];
  }
}

/**
 * Makes a new value for the sign-in cookie, and the digest that the store keeps: a copy of the store signs no one in.
 */
export function newSignInCookie(): { value: string; digest: Buffer } {
  const value = randomBytes(SIGN_IN_BYTES).toString("base64url");
  return { value, digest: cookieDigest(value) };
}

/** SHA-256 of a cookie's value. */
export function cookieDigest(value: string): Buffer {
  return hash("sha256", value, "buffer");
}
