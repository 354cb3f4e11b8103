import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { TestServer } from "../../packages/server/src/store/contract/postgres-server.ts";
import { launch } from "../browser.ts";
import { needChromium } from "../need.ts";
import { Callback } from "../person.ts";
import { Service } from "../service.ts";
import type { NewClient, RunningServer } from "../service.ts";
import { post } from "../token-request.ts";

export const ADA = { username: "ada", password: "correct horse battery staple" };
/** How long a page may take, ms. */
const PATIENCE = 30_000;
const SETTINGS = {
  REGRANT_PROVIDER_NAME: "Example",
  REGRANT_REGISTRATION: "open",
  REGRANT_REGISTRATION_SCOPES: "read",
  REGRANT_SCOPE_DESCRIPTIONS: JSON.stringify({
    read: { en: "See your orders", it: "Vedere i tuoi ordini" },
    write: { en: "Change your orders", it: "Modificare i tuoi ordini" },
  }),
};

/** A database of an engine, and a way past the service to change it. */
interface Place {
  settings: Record<string, string>;
  run: (service: Service, sql: string) => Promise<unknown>;
}

/** Every engine, by its name. */
export const ENGINES: ReadonlyMap<string, (t: TestContext) => Promise<Place>> = new Map([
  ["SQLite", () => Promise.resolve({ settings: {}, run: async (service, sql) => service.query(sql) })],
  ["PostgreSQL", preparePostgres],
]);

export const browser = await needChromium();

async function preparePostgres(t: TestContext): Promise<Place> {
  const server = await TestServer.start();
  t.after(() => server.stop());
  const database = await server.newDatabase();
  const settings = {
    REGRANT_DATABASE: database,
    REGRANT_MASTER_KEY: randomBytes(32).toString("base64url"),
  };
  return { settings, run: (_service, sql) => server.query(database, sql) };
}

type Changes = Readonly<Record<string, string | undefined>>;

/** An authorization request, and what redeems its code. */
export interface Asked {
  url: string;
  redeem: (code: string, node?: string) => ReturnType<typeof post>;
}

/** A service whose pages people visit in a real browser: an account (`ADA`) and three clients. */
export class Site {
  readonly service: Service;
  readonly server: RunningServer;
  /** Confidential, so that consent to it is remembered on loopback addresses too. */
  readonly shop: NewClient;
  readonly firstParty: NewClient;
  readonly television: NewClient;
  readonly callback: string;
  readonly #browser: Browser;
  readonly #place: Place;

  private constructor(
    parts: Pick<Site, "service" | "server" | "shop" | "firstParty" | "television" | "callback">,
    running: Browser,
    place: Place,
  ) {
    this.service = parts.service;
    this.server = parts.server;
    this.shop = parts.shop;
    this.firstParty = parts.firstParty;
    this.television = parts.television;
    this.callback = parts.callback;
    this.#browser = running;
    this.#place = place;
  }

  /** @param settings of the service, beside those of all sites and those of the engine */
  static async open(
    t: TestContext,
    engine: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Site> {
    const prepare = ENGINES.get(engine);
    assert.ok(prepare, engine);
    const place = await prepare(t);
    const service = await Service.prepare(t, { ...SETTINGS, ...place.settings, ...settings });
    await service.createAccount(ADA.username, ADA.password);
    const callback = (await Callback.listen(t)).uri;
    const types = ["--grant-type", "refresh_token", "--scope", "read", "--scope", "write"];
    const code = ["--grant-type", "authorization_code", "--redirect-uri", callback, ...types];
    const [shop, firstParty, television, server, running] = await Promise.all([
      service.createClient("--name", "Shop", ...code),
      service.createClient("--name", "Example’s own", "--first-party", ...code),
      service.createClient("--name", "Television", "--public", "--grant-type", "device_code", ...types),
      service.serve(),
      launch(t, browser),
    ]);
    return new Site({ service, server, shop, firstParty, television, callback }, running, place);
  }

  get url(): string {
    return this.server.url;
  }

  /** Somebody's browser with a profile of its own; without scripts, unless told otherwise. */
  async visitor(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ locale: "en", javaScriptEnabled: false, ...options });
    context.setDefaultTimeout(PATIENCE);
    return context.newPage();
  }

  /** @param changes of the request's parameters; undefined ones are left out */
  request(client: NewClient, changes: Changes = {}): Asked {
    const verifier = randomBytes(32).toString("base64url");
    const parameters: Changes = {
      client_id: client.client_id,
      response_type: "code",
      redirect_uri: this.callback,
      scope: "read",
      state: "a state",
      code_challenge: hash("sha256", verifier, "base64url"),
      code_challenge_method: "S256",
      ...changes,
    };
    const given = Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const { client_id, client_secret } = client;
    return {
      url: `${this.url}/oauth/authorize?${new URLSearchParams(given).toString()}`,
      redeem: (code, node = this.url) =>
        post(`${node}/oauth/token`, {
          grant_type: "authorization_code",
          code,
          redirect_uri: this.callback,
          code_verifier: verifier,
          client_id,
          client_secret,
        }),
    };
  }

  /** What the browser brought to the client, once it is there; of this service, to this request. */
  async answer(page: Page): Promise<URLSearchParams> {
    await page.waitForURL(`${this.callback}?*`);
    const { searchParams } = new URL(page.url());
    assert.deepEqual([searchParams.get("state"), searchParams.get("iss")], ["a state", this.url]);
    return searchParams;
  }

  /** A client that registers itself (RFC 7591). */
  async register(name: string): Promise<NewClient> {
    const metadata = { client_name: name, redirect_uris: [this.callback] };
    const headers = { "content-type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(metadata) };
    const response = await fetch(`${this.url}/oauth/register`, request);
    assert.equal(response.status, 201);
    return (await response.json()) as NewClient;
  }

  /** A device of the television's client: what it shows, and its polls. */
  async device(): Promise<{ userCode: string; complete: string; poll: () => ReturnType<typeof post> }> {
    const { client_id } = this.television;
    const { body } = await post(`${this.url}/oauth/device_authorization`, { client_id, scope: "read" });
    const { device_code, user_code, verification_uri_complete } = body as unknown as Record<string, string>;
    const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    return {
      userCode: user_code ?? "",
      complete: (verification_uri_complete ?? "").replace(/^http:\/\/[^/]+/, this.url),
      poll: () => post(`${this.url}/oauth/token`, { grant_type, device_code: device_code ?? "", client_id }),
    };
  }

  /** As if all grants had been made half a year earlier: their absolute lifetime ends sooner by as much. */
  async age(): Promise<void> {
    await this.#place.run(this.service, `UPDATE grants SET expires_at = expires_at - 15768000000`);
  }

  /** As if thirteen hours had passed for what this table holds: more than it lasts, and less than it is kept. */
  async expire(table: "sign_ins" | "device_requests"): Promise<void> {
    await this.#place.run(this.service, `UPDATE ${table} SET expires_at = expires_at - 46800000`);
  }
}

/** Fills in the sign-in page and sends it. */
export async function signIn(page: Page, { username, password } = ADA): Promise<void> {
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(password);
  await press(page, "Sign in");
}

export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Waits for the page of this title. */
export async function shows(page: Page, title: string): Promise<void> {
  await page.getByRole("heading", { name: title, exact: true, level: 1 }).waitFor();
}

/** What axe-core is not asked for takes it most of the time: what is right, and where it stands. */
const FAULTS = `axe.run(document, { resultTypes: ["violations"], selectors: false }).then((found) => found.violations)`;

/** The findings of axe-core, as its rules call them, with the elements. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate<axe.Result[]>(FAULTS);
  return violations.map(
    ({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map(({ html }) => html).join(" ")}`,
  );
}
