// What React Native 0.86 adds to its engine: `fetch` over XMLHttpRequest, an AbortController without reasons, and URLs
// that check little. `crypto.getRandomValues` comes from the package react-native-get-random-values.
import { AbortController, AbortSignal } from "abort-controller/dist/abort-controller.js";

/** As far as React Native has it: a text that nothing checks, and no `canParse`. */
class URL {
  readonly href: string;

  constructor(url: string | URL) {
    this.href = String(url);
  }

  get protocol(): string {
    return /^[a-z][a-z\d+\-.]*:/i.exec(this.href)?.[0] ?? "";
  }

  get hostname(): string {
    return /^https?:\/\/(?:[^@]+@)?([^:/?#]+)/.exec(this.href)?.[1] ?? "";
  }

  get origin(): string {
    return /^https?:\/\/[^/]+/.exec(this.href)?.[0] ?? "";
  }

  get pathname(): string {
    return /^https?:\/\/[^/]+(\/[^?#]*)?/.exec(this.href)?.[1] ?? "/";
  }

  toString(): string {
    return this.href;
  }
}

class URLSearchParams {
  readonly #values = new Map<string, string[]>();

  constructor(init: string | Record<string, string> | string[][] = {}) {
    const listed = typeof init === "string" ? pairsOf(init) : init;
    const pairs = Array.isArray(listed) ? listed : Object.entries(listed);
    for (const [name = "", value = ""] of pairs) this.append(name, value);
  }

  append(name: string, value: string): void {
    this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
  }

  set(name: string, value: string): void {
    this.#values.set(name, [value]);
  }

  get(name: string): string | null {
    return this.#values.get(name)?.[0] ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  delete(name: string): void {
    this.#values.delete(name);
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    const pairs = [...this.#values].flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, value]),
    );
    return pairs[Symbol.iterator]();
  }

  toString(): string {
    const encode = (text: string) => encodeURIComponent(text).replaceAll("%20", "+");
    return [...this].map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  }
}

function pairsOf(text: string): string[][] {
  const decode = (part: string) => decodeURIComponent(part.replaceAll("+", " "));
  return text
    .replace(/^\?/, "")
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => pair.split("=").map(decode));
}

Object.assign(globalThis, { AbortController, AbortSignal, URL, URLSearchParams });
