import assert from "node:assert/strict";
import type { SettingOptions } from "../../packages/server/src/config/read-config.ts";
import { PATHS } from "../../packages/server/src/endpoints/metadata.ts";
import { Random } from "../../packages/server/src/store/contract/populations/random.ts";
import { SECOND } from "../../packages/server/src/store/contract/fixtures.ts";
import { ISSUER, tokensOf } from "../../packages/server/src/testing.ts";
import type { TestService } from "../../packages/server/src/testing.ts";
import type { Shown } from "../../packages/server/src/testing-browser.ts";
import { deploy, DEPLOYMENTS, populate } from "./deployments.ts";
import { RequestMaker } from "./fuzzed-request.ts";
import type { FuzzedRequest } from "./fuzzed-request.ts";
import { pick } from "./odd-values.ts";
import { Session } from "./session.ts";

/** Clients that registered themselves, of which the oldest are forgotten. */
const REGISTERED = 4;
/** What a stack trace, an SQL error or a path of the machine would show. A token may have `-pg_` in it. */
const INTERNAL =
  /node_modules|\.[jt]s:\d|file:\/\/|\n +at |\bsqlite|\bpostgres|(?<![\w.-])pg_|ECONN|\bTypeError\b/i;
/** Documents that anyone may cache. */
const PUBLIC: readonly string[] = [PATHS.metadata, PATHS.jwks, PATHS.openapi, PATHS.llms];

export interface StormOptions {
  seed: string;
  /** Of all deployments together. */
  requests: number;
  /** The URL of an empty database for each deployment; without it SQLite is used. */
  newDatabase?: () => Promise<string>;
  onDeployment?: (title: string) => void;
}

/**
 * Sends requests to each deployment of the service, and holds that no response is a 5xx, shows internals or may be cached
 * where it may have a token; and that an honest client refreshes afterwards.
 *
 * @returns how often each status came, and how often requests to the token endpoint succeeded
 * @throws AssertionError, with the request
 */
export async function storm(
  options: StormOptions,
): Promise<{ statuses: Map<number, number>; tokens: number }> {
  const { seed, requests, newDatabase, onDeployment = () => {} } = options;
  const statuses = new Map<number, number>();
  let tokens = 0;
  const share = Math.ceil(requests / Object.keys(DEPLOYMENTS).length);
  for (const [title, settings] of Object.entries(DEPLOYMENTS)) {
    onDeployment(title);
    const random = new Random(`${seed} ${title}`);
    const fuzz = await Fuzz.start(settings, random, await newDatabase?.());
    try {
      await fuzz.run(share, `${title}, seed ${seed}`);
      for (const [status, count] of fuzz.statuses) statuses.set(status, count + (statuses.get(status) ?? 0));
      tokens += fuzz.tokens;
    } finally {
      await fuzz.service.close();
    }
  }
  return { statuses, tokens };
}

/** One deployment under fire. */
class Fuzz {
  readonly service: TestService;
  readonly statuses = new Map<number, number>();
  tokens = 0;
  readonly #random: Random;
  readonly #sessions: Session[] = [];
  readonly #registered: Session[] = [];
  readonly #site: { fetch: (request: Request) => Promise<Response>; origin: string };

  private constructor(service: TestService, random: Random) {
    this.service = service;
    this.#random = random;
    this.#site = { fetch: (request) => this.#checked(request), origin: ISSUER };
  }

  static async start(
    settings: Partial<SettingOptions>,
    random: Random,
    database: string | undefined,
  ): Promise<Fuzz> {
    const fuzz = new Fuzz(await deploy(settings, database, random), random);
    const known = await populate(fuzz.service);
    fuzz.#sessions.push(...known.map((values) => new Session(fuzz.#site, values)));
    return fuzz;
  }

  async run(requests: number, where: string): Promise<void> {
    const honest = await this.service.client();
    const granted = await this.service.grant(honest);
    for (let sent = 0; sent < requests; sent += 1) {
      const sessions = [...this.#sessions, ...this.#registered];
      const request = new RequestMaker(this.#random, sessions).next(pick(this.#random, sessions));
      try {
        this.#learn(request, await this.#sent(request));
      } catch (error) {
        throw new Error(`request ${sent} of ${where}: ${shown(request)}`, { cause: error });
      }
      this.service.clock.at += this.#random.integer(0, 3) * SECOND;
      this.service.caller.address = `192.0.2.${this.#random.integer(1, 20)}`;
    }
    tokensOf(await this.service.refresh(honest, granted.refreshToken));
  }

  #sent({ session, method, path, headers, body }: FuzzedRequest): Promise<Shown> {
    return session.browser.request(path, { method, ...(body === undefined ? {} : { body }) }, headers);
  }

  async #checked(request: Request): Promise<Response> {
    this.service.lines.length = 0;
    const { pathname } = new URL(request.url);
    const response = await this.service.service.fetch(request);
    const { status } = response;
    const text = await response.clone().text();
    this.statuses.set(status, 1 + (this.statuses.get(status) ?? 0));
    if (status === 200 && pathname === PATHS.token) this.tokens += 1;
    assert.ok(status < 500, `${status} ${text}\n${this.service.lines.join("")}`);
    assert.doesNotMatch(text, INTERNAL);
    const contentType = response.headers.get("content-type") ?? "";
    const isPage = contentType.startsWith("text/html");
    const isText = /^text\/(?:plain|markdown);/.test(contentType);
    if (isPage) assert.match(text, /^(?:<!doctype html>.*<\/html>\s*)?$/is);
    else if (text !== "" && !isText) assert.doesNotThrow(() => JSON.parse(text), text);
    const mayBeCached = request.method === "OPTIONS" || PUBLIC.includes(pathname) || pathname.endsWith(".md");
    const control = response.headers.get("cache-control") ?? "";
    if (!mayBeCached) assert.match(control, /\bno-store\b/, `Cache-Control of a ${status}`);
    return response;
  }

  /** What a registration brought is a client of its own. */
  #learn({ session, method, path }: FuzzedRequest, response: Shown): void {
    if (method === "DELETE" && response.status === 204) {
      this.#registered.splice(this.#registered.indexOf(session), 1);
    }
    if (path !== PATHS.register || response.status !== 201) {
      session.learnFrom(response);
      return;
    }
    const known = Object.fromEntries(
      ["redirect_uri", "scope", "code_verifier", "code_challenge", "username", "password"].map((name) => [
        name,
        session.valuesOf(name).at(-1) ?? "",
      ]),
    );
    const registered = new Session(this.#site, known);
    registered.learnFrom(response);
    this.#registered.push(registered);
    if (this.#registered.length > REGISTERED) this.#registered.shift();
  }
}

function shown({ method, path, headers, body }: FuzzedRequest): string {
  const text = typeof body === "string" ? body : body && Buffer.from(body).toString("base64");
  return JSON.stringify({ method, path, headers, body: text }).slice(0, 4000);
}
