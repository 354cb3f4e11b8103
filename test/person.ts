import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { launch } from "./browser.ts";
import type { Program } from "./need.ts";

/** How long a page may take, ms. */
const PATIENCE = 30_000;

/** Somebody with an account, in front of a browser of their own. */
export class Person {
  readonly page: Page;
  readonly #account: { username: string; password: string };

  private constructor(page: Page, account: { username: string; password: string }) {
    this.page = page;
    this.#account = account;
  }

  /** In a real Chromium, which is closed after the test. */
  static async at(
    t: TestContext,
    browser: Program,
    account: { username: string; password: string },
  ): Promise<Person> {
    const context = await (await launch(t, browser)).newContext({ locale: "en" });
    context.setDefaultTimeout(PATIENCE);
    return new Person(await context.newPage(), account);
  }

  /** Signs in, on the page that asks for it. */
  async signIn(): Promise<void> {
    await this.page.getByLabel("Username").fill(this.#account.username);
    await this.page.getByLabel("Password").fill(this.#account.password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  allow(): Promise<void> {
    return this.page.getByRole("button", { name: "Allow", exact: true }).click();
  }
}

/** A client's redirect URI on this machine, and the answers that browsers bring to it. */
export class Callback {
  readonly uri: string;
  readonly #answers: ((url: URL) => void)[] = [];

  private constructor(uri: string) {
    this.uri = uri;
  }

  static async listen(t: TestContext): Promise<Callback> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", callback.uri);
      response.setHeader("Content-Type", "text/html").end("<!doctype html><title>Done</title><p>Done");
      if (url.pathname === "/callback") callback.#answers.shift()?.(url);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const callback = new Callback(`http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`);
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return callback;
  }

  /** The next answer. */
  answer(): Promise<URL> {
    return new Promise((resolve) => this.#answers.push(resolve));
  }
}
