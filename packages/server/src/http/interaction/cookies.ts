/** A cookie's value that is one of ours: base64url of 16 or 32 bytes. */
const VALUE = /^[A-Za-z0-9_-]{22}$|^[A-Za-z0-9_-]{43}$/;

/** The two cookies of a browser. */
export interface BrowserCookies {
  /** The sign-in: what its digest is looked up by. */
  signIn: string | undefined;
  /** This browser, whoever is signed in: what its forms are bound to. */
  form: string | undefined;
}

/**
 * How the cookies are called and set. `__Host-` makes a browser refuse them from anybody but this very host, over https
 * (RFC 6265bis §4.1.3.2); a service that people reach over http, on their own machine, cannot have that.
 */
export class Cookies {
  readonly #prefix: string;
  readonly #attributes: string;

  constructor(issuer: string) {
    const isSecure = issuer.startsWith("https:");
    this.#prefix = isSecure ? "__Host-" : "";
    // Lax: a client's page leads here by a link or a redirect, and then the sign-in must be seen.
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  }

  read(header: string | null): BrowserCookies {
    const pairs = (header ?? "").split(";").map((pair) => pair.trim());
    const valueOf = (name: string) => {
      const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
      return value !== undefined && VALUE.test(value) ? value : undefined;
    };
    return { signIn: valueOf(`${this.#prefix}regrant`), form: valueOf(`${this.#prefix}regrant-form`) };
  }

  /** As a `Set-Cookie` header; until the browser is closed. */
  set(which: keyof BrowserCookies, value: string): string {
    return `${this.#name(which)}=${value}; ${this.#attributes}`;
  }

  clear(which: keyof BrowserCookies): string {
    return `${this.#name(which)}=; ${this.#attributes}; Max-Age=0`;
  }

  #name(which: keyof BrowserCookies): string {
    return which === "signIn" ? `${this.#prefix}regrant` : `${this.#prefix}regrant-form`;
  }
}
