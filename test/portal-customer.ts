// What a customer of an instance has: clients, a user's browser, and the documentation.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { TestBrowser, TestRequest, unescape } from "../packages/server/src/testing-browser.ts";
import { Service } from "./service.ts";
import type { NewClient } from "./service.ts";

export const GETTING = "getting-tokens";
export const REFRESHING = "refreshing-tokens";
export const CALLBACK = "http://127.0.0.1:9/callback";
export const ADA = { username: "ada", password: "correct horse battery staple" };

const SCOPE = ["--scope", "read"];
const CODE = ["--grant-type", "authorization_code", "--redirect-uri", CALLBACK];
const OTHERS = [
  "--grant-type",
  "client_credentials",
  "--grant-type",
  "password",
  "--grant-type",
  "device_code",
];

/** The examples of a page's section in one language, as a browser would copy them. */
export async function examplesAt(url: string, section: string, language: string): Promise<string[]> {
  const [, after = ""] = (await (await fetch(url)).text()).split(`<section id="${section}"`);
  const [shown = ""] = after.split("</section>");
  const found = [...shown.matchAll(/<code data-language="(\w+)">([^<]*)<\/code>/g)];
  return found.filter(([, its]) => its === language).map(([, , code = ""]) => unescape(code));
}

/** Variables of an example. */
export type Variables = Readonly<Record<string, string>>;

/** An instance with a user who is signed in, and two clients: one of a server, and one of a web page. */
export class Customer {
  readonly service: Service;
  readonly origin: string;
  readonly server: NewClient;
  readonly page: NewClient;
  readonly browser: TestBrowser;

  private constructor(service: Service, origin: string, [server, page]: [NewClient, NewClient]) {
    this.service = service;
    this.origin = origin;
    this.server = server;
    this.page = page;
    this.browser = new TestBrowser({ origin, fetch: (request) => fetch(request) });
  }

  static async prepare(t: TestContext): Promise<Customer> {
    const service = await Service.prepare(t);
    await service.createAccount(ADA.username, ADA.password);
    const refresh = ["--grant-type", "refresh_token", ...SCOPE];
    const clients = await Promise.all([
      service.createClient("--first-party", ...CODE, ...OTHERS, ...refresh),
      service.createClient("--public", "--first-party", ...CODE, ...refresh),
    ]);
    const customer = new Customer(service, (await service.serve()).url, clients);
    await customer.browser.submit(await customer.browser.open("/device"), ADA);
    return customer;
  }

  /** What the server's programs have in their environment. */
  get variables(): Variables {
    return {
      CLIENT_ID: this.server.client_id,
      CLIENT_SECRET: this.server.client_secret,
      REDIRECT_URI: CALLBACK,
    };
  }

  /** Opens the URL that a program printed. @returns the code, after the checks that the documentation asks for */
  async codeOf(url: string, state: string): Promise<string> {
    assert.ok(url.startsWith(`${this.origin}/oauth/authorize?`), url);
    const { leadsTo, html } = await this.browser.open(url.slice(this.origin.length));
    assert.ok(leadsTo?.startsWith(`${CALLBACK}?`), html);
    const response = new URL(leadsTo ?? "").searchParams;
    assert.deepEqual([response.get("state"), response.get("iss")], [state, this.origin]);
    return response.get("code") ?? "";
  }

  /** A new code, and its verifier, without an example's program. */
  async newCode(): Promise<Variables> {
    const request = new TestRequest({ id: this.server.client_id, credentials: {} });
    const path = request.path({ redirect_uri: CALLBACK });
    return {
      CODE: await this.codeOf(this.origin + path, request.state),
      CODE_VERIFIER: request.verifier,
    };
  }

  /** The examples of a section in one language. */
  examples(page: string, section: string, language: string, query = ""): Promise<string[]> {
    return examplesAt(`${this.origin}/docs/${page}${query}`, section, language);
  }

  /** The only one, which must be there. */
  async example(page: string, section: string, language: string, query = ""): Promise<string> {
    const [code, ...others] = await this.examples(page, section, language, query);
    assert.ok(code !== undefined && others.length === 0, `${section} in ${language}`);
    return code;
  }
}
