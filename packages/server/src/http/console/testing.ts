import assert from "node:assert/strict";
import { createAccount } from "../../admin/accounts.ts";
import { form, ISSUER } from "../../testing.ts";
import type { Parameters, TestResponse, TestService } from "../../testing.ts";

/** An operator of the tests. */
export const OLGA = { username: "olga", password: "a pass phrase of the operator" };

const COOKIE = /^(__Host-regrant-console-[0-9a-f]{8})=([^;]*)/;

/** A browser at the console: it keeps the cookie, and posts the token of the last page that it saw. */
export class ConsoleBrowser {
  readonly #service: TestService;
  cookie: string | undefined;
  token = "";
  /** The last page. */
  html = "";

  constructor(service: TestService) {
    this.#service = service;
  }

  /** Signs in as an operator, who is created unless there is one. */
  static async signedIn(service: TestService, { username, password } = OLGA): Promise<ConsoleBrowser> {
    const { store } = service.deps;
    if ((await store.accounts.findByUsername(username)) === undefined) {
      await createAccount({ store }, { username, password, operator: true }, "test");
    }
    const browser = new ConsoleBrowser(service);
    await browser.get("/sign-in");
    const { status } = await browser.post("/sign-in", { username, password });
    assert.equal(status, 303, browser.html);
    return browser;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<TestResponse> {
    return this.#keep(await this.#service.send(`/console${path}`, { headers: this.#headers(headers) }));
  }

  /** The response as it comes. */
  async download(path: string): Promise<Response> {
    return this.#service.service.fetch(
      new Request(`${ISSUER}/console${path}`, { headers: this.#headers({}) }),
    );
  }

  /** Posts a form with the page's token, as a browser does: with its origin. */
  async post(
    path: string,
    parameters: Parameters,
    headers: Record<string, string> = {},
  ): Promise<TestResponse> {
    return this.#keep(
      await this.#service.send(`/console${path}`, {
        method: "POST",
        body: form({ form_token: this.token, ...parameters }),
        headers: this.#headers({ origin: ISSUER, "sec-fetch-site": "same-origin", ...headers }),
      }),
    );
  }

  /** Posts an action and confirms it, with the password where it is asked for. */
  async confirm(path: string, parameters: Parameters, password?: string): Promise<TestResponse> {
    const asked = await this.post(path, parameters);
    assert.equal(asked.status, 200, asked.text);
    assert.match(asked.text, /name="confirmed"/);
    return this.post(path, { ...parameters, confirmed: "yes", password });
  }

  #headers(headers: Record<string, string>): Record<string, string> {
    return this.cookie === undefined ? headers : { cookie: this.cookie, ...headers };
  }

  #keep(response: TestResponse): TestResponse {
    for (const header of response.headers.getSetCookie()) {
      const [, name, value] = COOKIE.exec(header) ?? [];
      if (name !== undefined) this.cookie = value === "" ? undefined : `${name}=${value}`;
    }
    this.html = response.text;
    this.token = /name="form_token" value="([^"]+)"/.exec(response.text)?.[1] ?? this.token;
    return response;
  }
}
