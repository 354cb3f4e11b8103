import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { Cookies } from "./http/interaction/cookies.ts";
import { ISSUER, form } from "./testing.ts";
import type { Parameters, TestClient, TestService } from "./testing.ts";

const COOKIES = new Cookies(ISSUER);
/** The names of the cookies of the tests' issuer. */
export const SIGN_IN_COOKIE = COOKIES.nameOf("signIn");
export const FORM_COOKIE = COOKIES.nameOf("form");

export const CALLBACK = "https://client.example/callback";

/** What a client with a sign-in has. */
export const SIGN_IN_CLIENT = {
  name: "Shop",
  grantTypes: ["authorization_code", "refresh_token"],
  redirectUris: [CALLBACK],
} as const;

export interface Shown {
  status: number;
  headers: Headers;
  html: string;
  /** Where a redirect leads, or the page that stands before the client's. */
  leadsTo: string | undefined;
}

/** What a browser may talk to. */
export interface Site {
  fetch: (request: Request) => Response | Promise<Response>;
  origin: string;
}

/** A browser without scripts: cookies, redirects within the service, and forms as a page holds them. */
export class TestBrowser {
  readonly #site: Site;
  readonly #cookies = new Map<string, string>();
  /** Sent with every request, as a browser would. */
  readonly headers: Record<string, string>;

  constructor(site: TestService | Site, headers: Record<string, string> = {}) {
    this.#site = "service" in site ? { fetch: site.service.fetch, origin: ISSUER } : site;
    this.headers = headers;
  }

  get cookies(): Map<string, string> {
    return this.#cookies;
  }

  /** Without following. */
  async request(path: string, init: RequestInit = {}, more: Record<string, string> = {}): Promise<Shown> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...this.headers, ...(cookie === "" ? {} : { cookie }), ...more };
    const request = new Request(new URL(path, this.#site.origin), { ...init, headers, redirect: "manual" });
    const response = await this.#site.fetch(request);
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    // As people read it: the element around each name changes nothing but the order of mixed directions.
    const html = (await response.text()).replaceAll(/<\/?bdi>/g, "");
    const refresh = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(html)?.[1];
    const leadsTo =
      response.headers.get("location") ?? (refresh === undefined ? undefined : unescape(refresh));
    return { status: response.status, headers: response.headers, html, leadsTo };
  }

  /** Follows redirects as long as they stay here. */
  async open(path: string): Promise<Shown> {
    const shown = await this.request(path);
    return shown.leadsTo?.startsWith("/") ? this.open(shown.leadsTo) : shown;
  }

  /** Sends the page's form that has a field or button of this name, with its hidden fields. */
  async submit(page: Shown, fields: Parameters, headers: Record<string, string> = {}): Promise<Shown> {
    const shown = await this.send(formOf(page, Object.keys(fields)), fields, headers);
    return shown.leadsTo?.startsWith("/") ? this.open(shown.leadsTo) : shown;
  }

  /** The same without following. */
  send(
    { action, hidden }: PageForm,
    fields: Parameters,
    headers: Record<string, string> = {},
  ): Promise<Shown> {
    const own = { origin: this.#site.origin, "sec-fetch-site": "same-origin", ...headers };
    return this.request(action, { method: "POST", body: form({ ...hidden, ...fields }) }, own);
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const name = pair.slice(0, pair.indexOf("="));
    if (attributes.includes("Max-Age=0")) this.#cookies.delete(name);
    else this.#cookies.set(name, pair.slice(name.length + 1));
  }
}

export interface PageForm {
  action: string;
  hidden: Record<string, string>;
}

/** The page's first form that has all of these fields or buttons. */
export function formOf({ html }: Shown, names: readonly string[] = []): PageForm {
  const forms = [...html.matchAll(/<form method="post" action="([^"]*)">(.*?)<\/form>/gs)];
  const found = forms.find(([, , inner = ""]) => names.every((name) => inner.includes(`name="${name}"`)));
  assert.ok(found, `no form with ${names.join(", ")} in: ${html}`);
  const hidden = [...(found[2] ?? "").matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return {
    action: unescape(found[1] ?? ""),
    hidden: Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, unescape(value)])),
  };
}

/** An authorization request, its verifier, and the token request for its code. */
export class TestRequest {
  readonly verifier = randomBytes(32).toString("base64url");
  readonly state = randomBytes(8).toString("base64url");
  readonly #client: Pick<TestClient, "id" | "credentials">;

  constructor(client: Pick<TestClient, "id" | "credentials">) {
    this.#client = client;
  }

  parameters(changes: Parameters = {}): Parameters {
    return {
      client_id: this.#client.id,
      response_type: "code",
      redirect_uri: CALLBACK,
      state: this.state,
      code_challenge: hash("sha256", this.verifier, "base64url"),
      code_challenge_method: "S256",
      ...changes,
    };
  }

  path(changes: Parameters = {}): string {
    return `/oauth/authorize?${form(this.parameters(changes)).toString()}`;
  }

  /** The code of an answer, which must be one, of this service and to this request. */
  codeOf({ leadsTo, html }: Shown, callback = CALLBACK, issuer = ISSUER): string {
    assert.ok(leadsTo?.startsWith(callback), leadsTo ?? html);
    const answer = new URL(leadsTo ?? "").searchParams;
    assert.deepEqual([...answer.keys()], ["code", "state", "iss"], leadsTo);
    assert.deepEqual([answer.get("state"), answer.get("iss")], [this.state, issuer]);
    return answer.get("code") ?? "";
  }

  redeem(code: string, changes: Parameters = {}): Parameters {
    return {
      grant_type: "authorization_code",
      code,
      redirect_uri: CALLBACK,
      code_verifier: this.verifier,
      ...this.#client.credentials,
      ...changes,
    };
  }
}

/** The `error` of a redirect to the client, which must be one. */
export function errorOf({ leadsTo, html }: Shown): string | null {
  assert.ok(leadsTo?.startsWith(CALLBACK), leadsTo ?? html);
  return new URL(leadsTo ?? "").searchParams.get("error");
}

export function titleOf({ html }: Shown): string {
  return /<h1>([^<]*)<\/h1>/.exec(html)?.[1] ?? "";
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** The text of an attribute of our pages. */
export function unescape(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => ENTITIES[name] ?? "");
}
