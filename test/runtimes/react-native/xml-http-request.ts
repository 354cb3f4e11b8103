import { request } from "node:http";
import type { ClientRequest } from "node:http";
import { text } from "node:stream/consumers";

/** The platform's own part of a request in React Native, as far as `whatwg-fetch` uses it. */
export class XMLHttpRequest {
  status = 0;
  statusText = "";
  responseURL = "";
  responseText = "";
  readyState = 0;
  onload: (() => void) | undefined;
  onerror: (() => void) | undefined;
  onabort: (() => void) | undefined;
  onreadystatechange: (() => void) | undefined;
  readonly #headers: Record<string, string> = {};
  #responseHeaders = "";
  #request: ClientRequest | undefined;
  #method = "";

  open(method: string, url: string): void {
    this.#method = method;
    this.responseURL = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  getAllResponseHeaders(): string {
    return this.#responseHeaders;
  }

  send(body: string | null): void {
    this.#request = request(
      this.responseURL,
      { method: this.#method, headers: this.#headers },
      (response) => {
        const lines = Object.entries(response.headersDistinct).map(
          ([name, values = []]) => `${name}: ${values.join(", ")}`,
        );
        this.#responseHeaders = lines.join("\r\n");
        this.status = response.statusCode ?? 0;
        void text(response)
          .then((all) => (this.responseText = all))
          .then(
            () => this.#end(this.onload),
            () => this.#end(this.onerror),
          );
      },
    );
    this.#request.once("error", () => this.#end(this.onerror));
    this.#request.end(body ?? "");
  }

  abort(): void {
    this.#request?.destroy();
    this.#end(this.onabort);
  }

  #end(event: (() => void) | undefined): void {
    if (this.readyState === 4) return;
    this.readyState = 4;
    this.onreadystatechange?.();
    event?.();
  }
}
